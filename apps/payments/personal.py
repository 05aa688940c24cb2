"""What is held about people: involvement payments."""

from apps.core.personal import DELETE, NAMED, erasure_waits, nobodys, personal, retention

from .models import (
    BenefitMonth,
    ClaimLine,
    EarningsLimit,
    Expense,
    InvolvementClaim,
    Rate,
    Receipt,
    StatusDecision,
)

PAID = "Records of what was paid are kept for six years, as the law asks of those who pay."
# Nothing older than CLAIM_WITHIN can be claimed, so what was deleted is not claimed again.

nobodys("Amounts that everybody may see.", EarningsLimit)
personal(Rate, "Rates that you set", mentions=("set_by",), why=NAMED)
personal(
    StatusDecision,
    "Decisions on status that you recorded or confirmed",
    mentions=("written_by", "confirmed_by"),
    why=NAMED,
)
personal(
    InvolvementClaim,
    "Your claims",
    about=("user",),
    mentions=("decided_by",),
    why=PAID,
)
personal(
    ClaimLine,
    "Work that you claimed for",
    about=("claim__user",),
    why=PAID,
    scrub=("agreed_with",),
)
personal(
    BenefitMonth,
    "On which day of the month your benefit month begins",
    about=("user",),
    erase=DELETE,
)
personal(Expense, "Expenses that you claimed", about=("claim__user",), why=PAID)
personal(
    Receipt,
    "Your receipts",
    about=("expense__claim__user",),
    files=("file",),
    why=PAID,
)


@erasure_waits
def money_owed(user):
    """Without a name nobody can be paid."""
    state = InvolvementClaim.State
    sent_in = InvolvementClaim.objects.filter(user=user)
    if sent_in.filter(state__in=(state.SUBMITTED, state.APPROVED)).exists():
        yield "They are owed money: a claim is not paid yet. Pay it, or return it, first."


retention(
    "claims",
    InvolvementClaim,
    what="Claims, with expenses and receipts",
    why=PAID,
    since="the tax year in which they were paid, or begun and never sent",
    days="CLAIM_KEEP_DAYS",
    rows=lambda cutoff: InvolvementClaim.objects.over(cutoff),
    act=lambda rows: InvolvementClaim.objects.filter(pk__in=rows.values("pk")).discard(),
)

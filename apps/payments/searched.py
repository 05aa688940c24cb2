"""Payments are not searched: what somebody is paid is theirs and the office's."""

from apps.core.searching import unsearched

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

unsearched("What somebody is paid is theirs and the office's.", InvolvementClaim, ClaimLine)
unsearched("What somebody spent is theirs and the office's.", Expense, Receipt)
unsearched("Only the person knows of it.", BenefitMonth)
unsearched("Figures with a page of their own.", Rate, EarningsLimit, StatusDecision)

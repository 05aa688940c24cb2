"""Pages of involvement payments: for the person who claims, and for the programme office."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Q
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse, reverse_lazy
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST
from django.views.generic import DetailView, ListView, TemplateView, View

from apps.core import clock
from apps.core.dates import DAY
from apps.core.exports import csv_response
from apps.core.late import takes_away
from apps.core.models import record
from apps.core.money import pounds, total
from apps.core.pdf import pdf_response
from apps.core.views import (
    AsksAgain,
    FilteredMixin,
    PageFormView,
    PermissionMixin,
    VisibleMixin,
    history,
)
from apps.groups.programme import is_in_programme

from .floors import FLOORS, GUIDE, SOURCE, floor_at, known_until
from .forms import (
    AttendedForm,
    ClaimFilterForm,
    ExpenseForm,
    LimitsForm,
    MyClaimsForm,
    PayForm,
    RateForm,
    StatusForm,
    WhenForm,
    WorkForm,
)
from .models import (
    BenefitMonth,
    ClaimLine,
    EarningsLimit,
    Expense,
    InvolvementClaim,
    Rate,
    RateTable,
    Receipt,
    StatusDecision,
    of_the_job,
    pay,
    status_is_decided,
    tax_year,
    unclaimed,
)

PAID_AT_ONCE = 100


class Claimant(PermissionMixin):
    """A page for everybody in the programme, and for those who may still claim."""

    def dispatch(self, request, *args, **kwargs):
        mine = InvolvementClaim(user=request.user)
        self.may_claim = request.user.has_perm("payments.own_claim", mine)
        self.is_office = request.user.has_perm("payments.approve_claim")
        if not (self.may_claim or is_in_programme(request.user)):
            raise PermissionDenied
        return super(PermissionMixin, self).dispatch(request, *args, **kwargs)


class ClaimOffice(PermissionMixin):
    """A page of the programme office."""

    perm = "payments.approve_claim"


# --- my claims ----------------------------------------------------------------------------------
class MyClaimsMixin(Claimant, FilteredMixin):
    """Those of my claims that the filters leave."""

    filter_class = MyClaimsForm

    def claims(self):
        mine = InvolvementClaim.objects.filter(user=self.request.user)
        return self.narrow(mine, **self.wanted)

    def narrow(self, claims, state="", sort="newest"):
        if state:
            claims = claims.filter(state=state)
        claims = claims.annotate(sum=F("work_total") + F("expenses_total"))
        return claims.order_by(*MyClaimsForm.SORTS[sort])


class MyClaims(MyClaimsMixin, ListView):
    """What I claimed, and what I can claim for."""

    template_name = "payments/mine.html"

    def get_queryset(self):
        return self.claims()

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            may_claim=self.may_claim,
            is_office=self.is_office,
            offered=unclaimed(self.request.user) if self.may_claim else [],
            of_the_job=of_the_job(self.request.user),
            year=tax_year(clock.today())[0].year,
            **kwargs,
        )


class MyClaimsExport(MyClaimsMixin, View):
    """My claims as a file of my own."""

    HEADER = ("Claim", "State", "Sent in", "Paid", "For work", "Expenses", "Total")

    def get(self, request):
        rows = (
            (
                claim.reference,
                claim.get_state_display(),
                _date(claim.submitted_at),
                claim.paid_on or "",
                claim.work_total,
                claim.expenses_total,
                claim.total,
            )
            for claim in self.claims().iterator()
        )
        return csv_response("my-claims.csv", self.HEADER, rows)


@require_POST
def begin(request):
    """Begin a claim, or go on with the one that is begun."""
    claim = InvolvementClaim.begin(request.user)
    return redirect("claim_attended", pk=claim.pk)


class ClaimDetail(VisibleMixin, DetailView):
    """One claim: what is in it, what it comes to, where it stands."""

    queryset = InvolvementClaim.objects.select_related("user", "decided_by")
    template_name = "payments/detail.html"
    context_object_name = "claim"

    def get_context_data(self, **kwargs):
        user, claim = self.request.user, self.object
        is_mine = claim.user_id == user.pk
        return super().get_context_data(
            is_mine=is_mine,
            moves=claim.moves_for(user),
            pay_href=f"{reverse('claims_pay')}?claim={claim.pk}",
            may_change=claim.may(user, "change"),
            lines=claim.lines.select_related("rate"),
            expenses=claim.expenses.select_related("receipt"),
            warnings=claim.warnings() if is_mine else [],
            entries=history(claim),
            **kwargs,
        )


class ClaimMixin(PermissionMixin):
    """A page that changes one claim."""

    perm = "payments.own_claim"

    @cached_property
    def claim(self):
        claims = InvolvementClaim.objects.visible_to(self.request.user).select_related("user")
        return get_object_or_404(claims, pk=self.kwargs["pk"])

    def get_scope(self):
        return self.claim

    def get_success_url(self):
        return self.claim.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(claim=self.claim, caption=str(self.claim), **kwargs)


class AddAttended(ClaimMixin, PageFormView):
    """Tick what to claim for among what one attended."""

    form_class = AttendedForm
    template_name = "payments/attended.html"
    page_title = "Claim for what you came to"
    button = "Add to the claim"

    @cached_property
    def offered(self):
        return unclaimed(self.claim.user)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"offered": self.offered, "rates": RateTable()}

    def save(self, form):
        count = self.claim.add_attended(form.cleaned_data["keys"], by=self.request.user)
        self.done_message = f"{count} added. Send the claim when everything is in it."


class AddWork(ClaimMixin, PageFormView):
    """Claim for other work that was agreed."""

    form_class = WorkForm
    page_title = "Claim for other work"
    intro = "For work that somebody in the programme agreed with you beforehand."
    button = "Add to the claim"
    done_message = "Added. Send the claim when everything is in it."

    def save(self, form):
        self.claim.add_work(by=self.request.user, **form.values())


class AddExpense(ClaimMixin, PageFormView):
    """Claim what taking part cost."""

    form_class = ExpenseForm
    page_title = "Claim an expense"
    intro = "Only you and the programme office see your receipt."
    button = "Add to the claim"
    done_message = "Added. Send the claim when everything is in it."

    def save(self, form):
        self.claim.add_expense(by=self.request.user, **form.cleaned_data)


class When(ClaimMixin, PageFormView):
    """When somebody wants to be paid."""

    form_class = WhenForm
    page_title = "When you want to be paid"
    intro = "Benefits count pay in the month in which it comes to you, and not when you worked."
    done_message = "Saved."

    @property
    def is_mine(self):
        return self.claim.user_id == self.request.user.pk

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"is_mine": self.is_mine}

    def get_initial(self):
        begins = BenefitMonth.objects.filter(user=self.claim.user).first() if self.is_mine else None
        return {"pay_from": self.claim.pay_from, "begins": begins and begins.begins}

    def save(self, form):
        data = form.cleaned_data
        self.claim.ask_to_be_paid_from(data["pay_from"], by=self.request.user)
        if self.is_mine:
            BenefitMonth.say(self.request.user, data["begins"])


@require_POST
def remove_part(request, pk, part_pk, *, model):
    """Take a line or an expense out of a claim."""
    claim = get_object_or_404(InvolvementClaim.objects.visible_to(request.user), pk=pk)
    part = get_object_or_404(model, pk=part_pk, claim=claim)
    claim.remove(part, by=request.user)
    messages.success(request, "Taken out of the claim.")
    return redirect(claim)


@takes_away
def remove_line(request, pk, part_pk):
    return remove_part(request, pk, part_pk, model=ClaimLine)


@takes_away
def remove_expense(request, pk, part_pk):
    return remove_part(request, pk, part_pk, model=Expense)


def receipt(request, pk):
    """A receipt, for its owner and the office; that the office opened it is on record."""
    receipts = Receipt.objects.visible_to(request.user).select_related("expense__claim")
    found = get_object_or_404(receipts, pk=pk)
    if found.expense.claim.user_id != request.user.pk:
        record("read", found, by=request.user)
    return found.response()


# --- the year's statement -----------------------------------------------------------------------
class Statement(Claimant, TemplateView):
    """What somebody was paid in one tax year, for them to show where they need to."""

    template_name = "payments/statement.html"

    def get_context_data(self, **kwargs):
        this_year = tax_year(clock.today())[0].year
        year = min(max(kwargs["year"], 2000), this_year)
        starts, ends = tax_year(date(year, 4, 6))
        claims = list(
            InvolvementClaim.objects.filter(
                user=self.request.user,
                state=InvolvementClaim.State.PAID,
                paid_on__range=(starts, ends),
            )
            .prefetch_related("lines", "expenses")
            .order_by("paid_on", "pk")
        )
        return super().get_context_data(
            **kwargs
            | {
                "year": year,
                "starts": starts,
                "ends": ends,
                "claims": claims,
                "work": total(claim.work_total for claim in claims),
                "expenses": total(claim.expenses_total for claim in claims),
                "all": total(claim.total for claim in claims),
                "earlier": year - 1,
                "later": year + 1 if year < this_year else None,
            }
        )


class StatementPrint(Statement):
    """The statement on a plain page, for paper."""

    template_name = "payments/statement_print.html"


class StatementPDF(Statement):
    """The statement as an accessible PDF."""

    def render_to_response(self, context, **kwargs):
        year = context["year"]
        return pdf_response(
            self.request,
            "payments/statement_pdf.html",
            context,
            filename=f"involvement-payments-{year}.pdf",
            instead=reverse("statement_print", args=[year]),
        )


# --- the office ---------------------------------------------------------------------------------
class ClaimsMixin(ClaimOffice, FilteredMixin):
    """The claims that the office's filters leave."""

    queryset = InvolvementClaim.objects.select_related("user")
    filter_class = ClaimFilterForm

    def claims(self):
        claims = self.queryset.visible_to(self.request.user)
        return self.narrow(claims, **self.wanted)

    def narrow(self, claims, q="", state="", since=None, until=None, sort="waiting"):
        if q:
            number = q.upper().removeprefix("C").lstrip("0")
            found = Q(user__full_name__icontains=q) | Q(user__known_as__icontains=q)
            claims = claims.filter(found | Q(pk=number) if number.isdecimal() else found)
        if state:
            claims = claims.filter(state=state)
        if since:
            claims = claims.filter(submitted_at__date__gte=since)
        if until:
            claims = claims.filter(submitted_at__date__lte=until)
        waits = Q(state=InvolvementClaim.State.SUBMITTED)
        claims = claims.annotate(sum=F("work_total") + F("expenses_total"), waits=waits)
        return claims.order_by(*ClaimFilterForm.SORTS[sort])


class AllClaims(ClaimsMixin, ListView):
    """Everything that was sent in."""

    template_name = "payments/all.html"

    def get_queryset(self):
        return self.claims()

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            may_pay=self.request.user.has_perm("payments.pay_claim"),
            may_set_rates=self.request.user.has_perm("payments.set_rates"),
            **kwargs,
        )


class ClaimsExport(ClaimsMixin, AsksAgain, View):
    """The same list for payroll. It has no bank details: payroll has those."""

    HEADER = (
        "Claim",
        "Name",
        "E-mail",
        "State",
        "Sent in",
        "Approved",
        "Paid",
        "For work",
        "Expenses",
        "Total",
    )

    def get(self, request):
        record("export_claims", request.user, by=request.user)
        rows = (
            (
                claim.reference,
                claim.user.full_name,
                claim.user.email,
                claim.get_state_display(),
                _date(claim.submitted_at),
                _date(claim.decided_at),
                claim.paid_on or "",
                claim.work_total,
                claim.expenses_total,
                claim.total,
            )
            for claim in self.claims().iterator(chunk_size=500)
        )
        return csv_response("involvement-claims.csv", self.HEADER, rows)


def _date(moment):
    return clock.date_of(moment) if moment else ""


class Pay(ClaimOffice, PageFormView):
    """Mark claims as paid, many at once: all that were ticked, or none."""

    perm = "payments.pay_claim"
    form_class = PayForm
    template_name = "payments/pay.html"
    page_title = "Mark claims as paid"
    button = "Mark as paid"
    success_url = reverse_lazy("claims_all")

    def get_form_kwargs(self):
        approved = InvolvementClaim.objects.filter(state=InvolvementClaim.State.APPROVED)
        approved = approved.exclude(user=self.request.user).select_related("user")
        claims = approved.order_by("decided_at", "pk")[:PAID_AT_ONCE]
        shown = approved.filter(pk__in=[claim.pk for claim in claims]).order_by("decided_at", "pk")
        return super().get_form_kwargs() | {"claims": shown}

    def get_initial(self):
        asked = [one for one in self.request.GET.getlist("claim") if one.isdecimal()]
        return {"claims": asked, "paid_on": clock.today()}

    def form_invalid(self, form):
        asked = {int(one) for one in self.request.POST.getlist("claims") if one.isdecimal()}
        settled = InvolvementClaim.objects.filter(pk__in=asked, state=InvolvementClaim.State.PAID)
        if settled and len(settled) == len(asked):  # no mistake of this person
            settled[0].move("pay", by=self.request.user)
        if settled:
            form.add_error(
                "claims",
                "Some of these were marked as paid meanwhile, and are gone from the list. None of "
                "the others was: choose them again.",
            )
        return super().form_invalid(form)

    def save(self, form):
        claims = list(form.cleaned_data["claims"])
        pay(claims, by=self.request.user, paid_on=form.cleaned_data["paid_on"])
        self.done_message = f"Marked as paid: {len(claims)}."


# --- rates and limits ---------------------------------------------------------------------------
class Rates(Claimant, ListView):
    """What is paid for what, since when; and the sums that the programme warns about."""

    template_name = "payments/rates.html"

    def get_queryset(self):
        return Rate.objects.in_use().with_status()

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            limits=EarningsLimit.objects.all(),
            proposed=Rate.objects.visible_to(self.request.user).proposed(),
            may_set=self.request.user.has_perm("payments.set_rates"),
            low=self.low(),
            floors=FLOORS,
            source=SOURCE,
            known_until=known_until(),
            is_known=known_until() >= clock.today(),
            **kwargs,
        )

    def low(self):
        """Keys of rates that pay now, or are to, and are below a floor: each gets it as ``below``.

        As ``Rate.floor``, from what the page has read.
        """
        found, begun, ends = set(), set(), {}
        for rate in self.object_list:  # of each kind, the newest first
            end = ends.get(rate.kind)
            rate.below = floor_at(end - DAY) if end else FLOORS[-1]
            if rate.kind not in begun and rate.hourly < rate.below.hour:
                found.add(rate.pk)
            if rate.has_begun:
                begun.add(rate.kind)
            ends[rate.kind] = rate.effective_from
        return found


class RateDetail(Claimant, DetailView):
    """One rate; while it is proposed, with its way to the steering group's decision."""

    template_name = "payments/rate.html"
    context_object_name = "rate"

    def get_queryset(self):
        return Rate.objects.visible_to(self.request.user)

    def get_context_data(self, **kwargs):
        rate, user = self.object, self.request.user
        return super().get_context_data(
            missing=list(self.missing()),
            moves=rate.moves_for(user),
            floor=rate.floor,
            is_low=rate.is_low,
            status=rate.open_status,
            reads_status=user.has_perm("payments.set_rates"),
            status_moves=rate.open_status.moves_for(user) if rate.open_status else {},
            may_decide_status=rate.may(user, "decide_status"),
            **kwargs,
        )

    def missing(self):
        """What a proposal waits for; what is paid, whether the law asks for more."""
        rate, user = self.object, self.request.user
        if rate.open_to("set"):
            yield from rate.way_to_a_meeting(user)
        if rate.open_to("set") or rate.permits(user, "decide_status"):
            yield from status_is_decided(rate, user)


class RateAdd(ClaimOffice, PageFormView):
    """Propose a rate from a day on."""

    perm = "payments.set_rates"
    form_class = RateForm
    page_title = "Propose a rate"
    intro = (
        "The steering group decides on it at a meeting. Until then everybody is paid as now, and "
        "only the programme office and the steering group see it."
    )
    button = "Propose it"
    done_message = "The rate is proposed. Put it on the agenda of the steering group."

    def get_success_url(self):
        return self.rate.get_absolute_url()

    def save(self, form):
        self.rate = Rate.propose(by=self.request.user, **form.cleaned_data)


class RateStatus(ClaimOffice, PageFormView):
    """Record that those who are paid by a rate below the floor are not workers."""

    perm = "payments.set_rates"
    form_class = StatusForm
    template_name = "payments/status.html"
    page_title = "Record a decision on status"
    button = "Record it"
    done_message = "Recorded. Somebody else of the programme office confirms it."

    @cached_property
    def rate(self):
        rate = get_object_or_404(Rate.objects.visible_to(self.request.user), pk=self.kwargs["pk"])
        rate.check_open("decide_status")
        return rate

    def get_context_data(self, **kwargs):
        rate = self.rate
        return super().get_context_data(
            rate=rate,
            caption=str(rate),
            floor=rate.floor,
            guide=GUIDE,
            missing=rate.missing("decide_status", self.request.user),
            **kwargs,
        )

    def get_success_url(self):
        return self.rate.get_absolute_url()

    def save(self, form):
        StatusDecision.write(self.rate, by=self.request.user, **form.cleaned_data)


class Limits(ClaimOffice, PageFormView):
    """The sums above which people are pointed to advice about benefits."""

    perm = "payments.set_rates"
    form_class = LimitsForm
    page_title = "Warn people about benefit limits"
    intro = (
        "Nothing is stopped. Above these sums a person reads that pay can affect benefits, and "
        "where to get advice. Leave a box empty to warn of nothing."
    )
    done_message = "Saved."
    success_url = reverse_lazy("rates")

    @transaction.atomic
    def save(self, form):
        for period, amount in form.cleaned_data.items():
            if amount:
                EarningsLimit.objects.update_or_create(period=period, defaults={"amount": amount})
            else:
                EarningsLimit.objects.filter(period=period).delete()
        note = ", ".join(
            f"{name}: {pounds(form.cleaned_data[name]) or 'none'}" for name in form.changed_data
        )
        if note:
            office = self.request.user
            record("set_limits", office, by=office, note=note)  # type: ignore[arg-type] # signed in

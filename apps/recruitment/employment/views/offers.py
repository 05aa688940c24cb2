"""Offers: made by Human Resources, answered by the candidate, checked six ways."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.views.generic import TemplateView, View

from apps.core.views import MoveView, PageFormView

from ...applications.models.application import Application
from ...applications.views.hr import PAGE, HandleMixin
from ..forms import StartForm
from ..models.offer import Offer, chosen_without_offer, decisions_of, next_in_reserve


class Offers(HandleMixin, TemplateView):
    """Whom the panel chose for a vacancy, who is in reserve, and where each offer stands."""

    template_name = "recruitment/employment/offers.html"

    def get_context_data(self, **kwargs):
        vacancy, state = self.vacancy, Application.State
        rows = Application.objects.visible_to(self.request.user).filter(
            vacancy=vacancy, state__in=(state.OFFERED, state.INTERVIEW_RESERVE, state.WITHDRAWN)
        )
        decisions = decisions_of(vacancy)
        taken = Offer.objects.live().filter(application__vacancy=vacancy).count()
        left = max(vacancy.posts - taken, 0)
        lines = [
            OfferLine(one, getattr(one, "offer", None), decisions.get(one.pk))
            for one in rows.select_related("offer")
            if not one.has_ended or hasattr(one, "offer")
        ]
        lines.sort(key=OfferLine.place)
        return super().get_context_data(
            page_title="Offers",
            left=left,
            page=Paginator(lines, PAGE).get_page(self.request.GET.get("page")),
            to_offer=self._to_offer(left, decisions),
            **kwargs,
        )

    def _to_offer(self, left, decisions):
        """Ids of those who can be offered the post now: the chosen, then the reserve in turn."""
        if not left or not self.vacancy.was_decided:
            return set()
        chosen = self.vacancy.applications.filter(state=Application.State.OFFERED)
        found = set(chosen.values_list("pk", flat=True))
        if left > chosen_without_offer(self.vacancy):
            found |= next_in_reserve(self.vacancy, decisions)
        return found


class OfferLine:
    """One candidate of the list: the decision about them, and the offer that stands."""

    def __init__(self, application, offer, decision):
        self.application, self.decision = application, decision
        anew = offer is not None and offer.was_decided_anew(decision)
        self.offer = None if anew else offer

    def place(self):
        """Chosen ones first, then the reserve in its order, then whoever withdrew."""
        states = (Application.State.OFFERED, Application.State.INTERVIEW_RESERVE)
        state = self.application.state
        rank = (self.decision and self.decision.rank) or 0
        return states.index(state) if state in states else len(states), rank, self.application.pk

    @property
    def reserve_until(self):
        waits = self.application.is_in_reserve and self.decision
        return self.decision.reserve_until if waits else None


class MakeOffer(View):
    """One press: the candidate is told at once."""

    def post(self, request, reference):
        rows = Application.objects.visible_to(request.user).select_related("vacancy")
        application = get_object_or_404(rows, reference=reference)
        offer = Offer.make(application, by=request.user)
        messages.success(request, "Offered. The candidate has been told.")
        return redirect(offer)


class OneOfferMixin:
    """A page of one offer: its candidate, and Human Resources."""

    @cached_property
    def offer(self):
        rows = Offer.objects.visible_to(self.request.user)
        return get_object_or_404(
            rows.select_related("application__vacancy", "application__candidate"),
            application__reference=self.kwargs["reference"],
        )

    @property
    def handles(self):
        return self.request.user.has_perm("recruitment.handle_application", self.offer.application)

    def get_success_url(self):
        return self.offer.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            offer=self.offer,
            job=self.offer.vacancy,
            handles=self.handles,
            is_mine=self.offer.application.candidate_id == self.request.user.pk,
            caption=str(self.offer.vacancy),
            **kwargs,
        )


class OfferPage(OneOfferMixin, TemplateView):
    template_name = "recruitment/employment/offer.html"

    def get_context_data(self, **kwargs):
        offer = self.offer
        return super().get_context_data(
            checks=list(offer.employment_checks.select_related("owner")),
            moves=offer.moves_for(self.request.user),
            near=list(offer.near()) if self.handles else [],
            **kwargs,
        )


class OfferMove(OneOfferMixin, MoveView):
    model = Offer

    def dispatch(self, request, *args, **kwargs):
        return super().dispatch(
            request, application__reference=kwargs["reference"], name=kwargs["name"]
        )


class HandleOffer(OneOfferMixin):
    """For Human Resources: 403 for the candidate, who sees the offer."""

    def dispatch(self, request, *args, **kwargs):
        if not self.handles:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class Start(HandleOffer, PageFormView):
    form_class = StartForm
    page_title = "The first day"
    done_message = "Saved."

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"offer": self.offer}

    def get_initial(self):
        offer = self.offer
        return {
            "start_on": offer.start_on,
            "adjustments_in_place": offer.adjustments_in_place,
            "benefits_advice": offer.benefits_advice,
        }

    def save(self, form):
        self.offer.agree(by=self.request.user, **form.cleaned_data)

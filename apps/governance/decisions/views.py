"""The register of decisions, and what is said of one afterwards."""

from itertools import islice

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.generic import ListView

from apps.core import clock
from apps.core.exceptions import Already
from apps.core.exports import csv_response
from apps.core.models import AuditEntry
from apps.core.views import MoveView, PageFormView, PermissionMixin
from apps.groups.models import WorkingGroup
from apps.meetings.models.outcome import Decision

from . import register
from .forms import DecisionPublicForm, DecisionRegisterForm, SupersedeForm, TakeBackForm
from .models import PublicDecision, RegisterChange, Supersession

PAGE = 25
CHUNK = 200
HEADER = [
    "Reference",
    "Decision",
    "Group",
    "Date",
    "How it was decided",
    "Status",
    "Members present",
    "Members needed",
    "With lived experience present",
    "With lived experience needed",
    "Staff present",
    "Staff needed",
    "Settled at",
    "Replaced by",
    "Replaces",
    "Actions",
]


def asked_for(request):
    """The filter as typed, filled in."""
    user = request.user
    public = PublicDecision.objects.filter(decision__meeting__group=OuterRef("pk"))
    groups = WorkingGroup.objects.filter(Exists(public))
    if user.is_authenticated:
        groups = groups | WorkingGroup.objects.filter(
            pk__in=WorkingGroup.objects.visible_to(user).values("pk")
        )
    return DecisionRegisterForm(request.GET or None, groups=groups.order_by("name"))


@method_decorator(login_not_required, name="dispatch")
class DecisionRegister(ListView):
    """Every decision that the reader may see; without signing in, those that are public."""

    template_name = "governance/decisions/register.html"
    paginate_by = PAGE

    @cached_property
    def form(self):
        return asked_for(self.request)

    def get_queryset(self):
        wanted = self.form.wanted() if self.form.is_bound else register.Wanted()
        return register.ordered(self.request.user, wanted)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return context | {
            "entries": register.entries(self.request.user, context["object_list"]),
            "filters": self.form,
        }


@login_not_required
def register_csv(request):
    """The same decisions as a spreadsheet, streamed a few at a time."""
    form = asked_for(request)
    wanted = form.wanted() if form.is_bound else register.Wanted()
    rows = register.ordered(request.user, wanted).iterator(chunk_size=CHUNK)

    def lines():
        while some := list(islice(rows, CHUNK)):
            for entry in register.entries(request.user, some):
                yield [
                    entry.reference,
                    entry.text,
                    entry.group,
                    clock.date_of(entry.on),
                    entry.method,
                    entry.status_label,
                    entry.present.members,
                    entry.needed.members,
                    entry.present.lived_experience,
                    entry.needed.lived_experience,
                    entry.present.staff,
                    entry.needed.staff,
                    entry.settled,
                    entry.superseded_by,
                    ", ".join(entry.supersedes),
                    "; ".join(f"{one.text} ({one.get_state_display()})" for one in entry.actions),
                ]

    return csv_response("decisions.csv", HEADER, lines())


@login_not_required
def decision_entry(request, group, year, number):
    """The permanent address of a decision: its page for those who see it, else the public words."""
    decision = get_object_or_404(
        Decision.objects.select_related(
            "meeting__group", "settled_at", "public", "superseded__newer"
        ),
        reference=f"{group}/{year}/{number}",
    )
    if register.visible(request.user).filter(pk=decision.pk).exists():
        return redirect(decision)
    if not hasattr(decision, "public") or not register.is_settled(decision):
        raise Http404
    entry = register.entry(decision, details=False)
    return render(request, "governance/decisions/public.html", {"entry": entry})


# --- one decision -------------------------------------------------------------------------------
class DecisionMixin(PermissionMixin):
    """A page about one decision that the person may see."""

    @cached_property
    def decision(self):
        found = Decision.objects.visible_to(self.request.user).select_related("meeting__group")
        return get_object_or_404(found, pk=self.kwargs["pk"])

    def get_scope(self):
        return self.decision.scope

    def get_success_url(self):
        return self.decision.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(caption=f"Decision {self.decision.reference}", **kwargs)


class Supersede(DecisionMixin, PageFormView):
    """Say which earlier decision this one replaces."""

    perm = "groups.hold_meeting"
    form_class = SupersedeForm
    page_title = "Which earlier decision does this one replace?"
    intro = (
        "Once another co-lead has confirmed it, the earlier one is shown as superseded, with a "
        "link to this one."
    )
    done_message = "Asked for. It counts once another co-lead confirms it."

    def get_form_kwargs(self):
        decisions = Decision.objects.visible_to(self.request.user)
        return super().get_form_kwargs() | {"decisions": decisions}

    def save(self, form):
        RegisterChange.replaces(self.decision, form.cleaned_data["older"], by=self.request.user)


class SupersedeTakeBack(DecisionMixin, PageFormView):
    """It was said in error."""

    perm = "groups.hold_meeting"
    form_class = TakeBackForm
    page_title = "Take back that it replaces an earlier decision"
    button = "Ask to take it back"
    done_message = "Asked for. It counts once another co-lead confirms it."

    @cached_property
    def supersession(self):
        found = Supersession.objects.filter(newer=self.decision).select_related(
            "older__meeting__group", "newer__meeting__group"
        )
        return get_object_or_404(found, pk=self.kwargs["which"])

    def get_context_data(self, **kwargs):
        older = self.supersession.older.reference
        self.intro = f"{older} would hold again, once another co-lead has confirmed it."
        return super().get_context_data(**kwargs)

    def save(self, form):
        RegisterChange.holds_again(
            self.supersession, by=self.request.user, reason=form.cleaned_data["reason"]
        )


class MakePublic(DecisionMixin, PageFormView):
    """Let everybody read a decision, in words written for that; or stop."""

    form_class = DecisionPublicForm
    template_name = "governance/decisions/make_public.html"
    page_title = "Let everybody read this decision"
    button = "Ask to make it public"

    def dispatch(self, request, *args, **kwargs):
        if not PublicDecision.may(request.user, self.decision):
            raise PermissionDenied
        return super(PermissionMixin, self).dispatch(request, *args, **kwargs)

    @cached_property
    def public(self):
        return PublicDecision.objects.filter(decision=self.decision).first()

    def get_initial(self):
        return {"text": self.public.text if self.public else self.decision.text}

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            public=self.public, address=register.address(self.decision), **kwargs
        )

    def post(self, request, *args, **kwargs):
        if "withdraw" in request.POST and self.public is None:
            if AuditEntry.objects.about(self.decision).filter(action="make_private").exists():
                words = "Only those who may see it read it by now."
                raise Already(words, self.decision, "make_private")
        elif "withdraw" in request.POST:
            self.public.withdraw(by=request.user)
            messages.success(request, "Done. Only those who could see it before can see it now.")
            return redirect(self.decision)
        return super().post(request, *args, **kwargs)

    def save(self, form):
        RegisterChange.makes_public(self.decision, form.cleaned_data["text"], by=self.request.user)
        messages.success(
            self.request,
            "Asked for. Everybody can read these words once a co-lead of another side confirms "
            "them.",
        )


class ChangeMove(MoveView):
    """A co-lead confirms what is to be said of a decision, or says no."""

    model = RegisterChange

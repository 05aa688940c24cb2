"""The six checks of an offer: pages of Human Resources, each check with its moves."""

from django import forms
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from apps.core.exceptions import SAVED_AGAIN
from apps.core.views import MoveView, PageFormView

from ..forms import SeenForm
from ..models.check import Check
from .offers import HandleOffer

PEOPLE = ("owner", "seen_by", "second_by")


class CheckMixin(HandleOffer):
    """One check, for whoever deals with its offer; the candidate reads where it stands there."""

    @cached_property
    def check(self):
        rows = self.offer.employment_checks.select_related(*PEOPLE)
        check = get_object_or_404(rows, kind=self.kwargs["kind"])
        check.offer = self.offer
        return check

    def get_success_url(self):
        return self.check.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(check=self.check, **kwargs)


class CheckPage(CheckMixin, TemplateView):
    template_name = "recruitment/employment/check.html"

    def get_context_data(self, **kwargs):
        check, user = self.check, self.request.user
        return super().get_context_data(
            moves=check.moves_for(user),
            may_see=check.open_to("see"),
            see_missing=check.missing("see", user, beforehand=True),
            **kwargs,
        )


class CheckSeen(CheckMixin, PageFormView):
    """The first reader says what was seen."""

    form_class = SeenForm
    intro = (
        "Say what kind of thing you saw, and the dates. What it said stays with whoever wrote it: "
        "there is no box for it."
    )
    done_message = "Recorded."
    stale_words = f"{SAVED_AGAIN} Look at it in another window, then save again."

    def get_page_title(self):
        return f"Record what was seen: {self.check.get_kind_display().lower()}"

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"check": self.check}

    def get_initial(self):
        return {
            name: getattr(self.check, name) for name in ("evidence", *Check.ASKS[self.check.kind])
        }

    def get(self, request, *args, **kwargs):
        self.check.check_open("see")
        return super().get(request, *args, **kwargs)

    def save(self, form):
        self.check.record_seen(form.cleaned_data["seen"], by=self.request.user, **form.facts())


class CheckMove(MoveView):
    """One move of a check. Whoever confirms says which revision they read."""

    model = Check

    def dispatch(self, request, *args, **kwargs):
        return super().dispatch(
            request,
            offer__application__reference=kwargs["reference"],
            kind=kwargs["kind"],
            name=kwargs["name"],
        )

    def show(self, form, no=None, status=200):
        form.fields["revision"] = forms.IntegerField(
            widget=forms.HiddenInput, initial=self.object.revision, required=False
        )
        return super().show(form, no, status)

    @transaction.atomic
    def post(self, request, *args, **kwargs):
        read = request.POST.get("revision", "")
        if read.isdecimal():
            self.object.check_revision(int(read))
        return super().post(request, *args, **kwargs)

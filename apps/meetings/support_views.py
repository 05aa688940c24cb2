"""Support to take part in meetings and in Conversations: pages to ask, and to arrange."""

from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.views.generic import ListView

from apps.accounts.confidence import LimitsFirstMixin, LimitsFirstToReadMixin
from apps.core.exceptions import NotYet
from apps.core.models import record
from apps.core.views import Confidential, PageFormView, PermissionMixin, Recorded

from .gathering_forms import ArrangeForm, NeedForm
from .models.support import ARRANGE, SupportState


class AskForSupport(LimitsFirstMixin, PageFormView):
    """What I need in order to take part. Only I and the named organiser read it.

    Each kind gives ``made`` (what I asked for, or None), the ``organiser`` of now, and ``ask``.
    """

    form_class = NeedForm
    template_name = "meetings/support.html"
    free_writing = True
    comes_by_itself = False  # people land here who have not said that they need anything

    @cached_property
    def may_withdraw(self):
        return self.made is not None and self.made.may(self.request.user, "withdraw")

    def get_initial(self):
        return {"text": self.made.text if self.made else self.request.user.support_prefill}

    def get_form(self):
        form = super().get_form()
        text = form.fields["text"]
        text.required = not (self.may_withdraw or self.comes_by_itself)
        if self.comes_by_itself:
            text.help_text = f"{text.help_text} {form.EMPTY}"
        return form

    def get_context_data(self, **kwargs):
        organiser = self.made.organiser if self.made else self.organiser
        return super().get_context_data(
            made=self.made, may_withdraw=self.may_withdraw, organiser=organiser, **kwargs
        )

    def save(self, form):
        text = form.cleaned_data["text"]
        if text == (self.made.text if self.made else ""):
            self.done_message = "Nothing was changed."
        elif text:
            self.done_message = "Your request has been sent to the organiser."
        else:
            self.done_message = "Your request is withdrawn."
        self.ask(text)


class SupportToArrange(LimitsFirstToReadMixin, ListView):
    """What I, as the named organiser, have to arrange; each kind gives its ``queryset``."""

    template_name = "meetings/support_list.html"
    page_title = "Support to arrange"
    paginate_by = 25

    def get_queryset(self):
        mine = super().get_queryset().filter(organiser=self.request.user)
        starts_at = f"{mine.model.ABOUT}__starts_at"
        called_off = {f"{mine.model.ABOUT}__state": "cancelled"}
        mine = mine.exclude(state=SupportState.WITHDRAWN).exclude(**called_off)
        return mine.order_by("state", starts_at, "pk")


class ArrangeSupport(PermissionMixin, Confidential, LimitsFirstToReadMixin, Recorded, PageFormView):
    """Say what has been arranged; the person is told. Each kind gives its ``queryset``."""

    queryset = None
    perm = ARRANGE
    form_class = ArrangeForm
    template_name = "meetings/arrange.html"
    page_title = "Arrange support"
    button = "Mark as arranged"
    done_message = "Marked as arranged. We have told the person."

    @cached_property
    def asked(self):
        seen = self.queryset.visible_to(self.request.user)
        return get_object_or_404(seen, pk=self.kwargs["pk"])

    def get_scope(self):
        return self.asked

    def get_initial(self):
        """Asked again: what was arranged before."""
        return {"arrangement": self.asked.arrangement, "read": self.asked.words}

    def note_reading(self):
        record("read", self.asked, by=self.request.user)

    def get_context_data(self, **kwargs):
        return super().get_context_data(asked=self.asked, **kwargs)

    def save(self, form):
        said, by = form.cleaned_data, self.request.user
        try:
            self.asked.arrange(said["arrangement"], by=by, read=said["read"])
        except NotYet:
            form.data = form.data.copy()
            form.data["read"] = self.asked.words  # what the page shows this time
            raise

"""Suggesting, answering, and ticking off what the steering group asked to be changed."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.functional import cached_property
from django.views.generic import DetailView

from apps.core.exceptions import IllegalMove, NotYet
from apps.core.views import PageFormView, PermissionMixin, VisibleMixin

from ..forms import (
    ChangeOutputForm,
    OutputPaperForm,
    SuggestionAnswerForm,
    SuggestionForm,
    SuggestionObjectionForm,
)
from ..models.output import Output
from ..models.suggestion import ChangeAsked, Suggestion
from .outputs import OutputMixin

WITH_PEOPLE = Suggestion.objects.select_related(
    "output__group", "by", "recorded_by", "answered_by", "version", "changed"
)


class SuggestionDetail(VisibleMixin, DetailView):
    """One suggestion: whose words, about what, and what became of them."""

    queryset = WITH_PEOPLE
    template_name = "taskgroups/suggestion.html"
    context_object_name = "suggestion"

    def get_context_data(self, **kwargs):
        user, suggestion = self.request.user, self.object
        return super().get_context_data(
            names=suggestion.output.shows_names_to(user),
            moves=suggestion.moves_for(user),
            may_edit=suggestion.may(user, "edit"),
            may_object=suggestion.may(user, "object"),
            **kwargs,
        )


class SuggestChange(OutputMixin, PageFormView):
    """Suggest a change to a draft, in one's own words."""

    perm = "taskgroups.suggest_output"
    form_class = SuggestionForm
    template_name = "taskgroups/suggest.html"
    page_title = "Suggest a change"
    free_writing = True
    button = "Send the suggestion"
    done_message = "Thank you. The co-leads will answer, and we will tell you."

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"version": self.output.latest}

    def get_success_url(self):
        return f"{self.output.get_absolute_url()}#suggestions"

    on_paper = False

    def get_context_data(self, **kwargs):
        return super().get_context_data(on_paper=self.on_paper, **kwargs)

    def whose(self, form):
        """What is known of the person for whom it is typed; {} for one's own words."""
        return {}

    def save(self, form):
        data = form.cleaned_data
        try:
            Suggestion.make(
                self.output,
                by=self.request.user,
                text=data["text"],
                passage=data["chosen"],
                paper=self.whose(form) or None,
            )
        except IllegalMove as late:
            raise NotYet(str(late)) from None  # what was typed stays in the boxes


class SuggestOnPaper(SuggestChange):
    """A co-lead types what somebody suggested on paper or by word of mouth, and says so."""

    on_paper = True
    perm = "taskgroups.lead_output"
    form_class = OutputPaperForm
    page_title = "Add a suggestion from paper"
    button = "Add the suggestion"
    done_message = "The suggestion is added. Tell the person what became of it once it is answered."

    def whose(self, form):
        return {name: form.cleaned_data[name] for name in ("constituency", "given_name")}


class SuggestionMixin(PermissionMixin):
    """A page about one suggestion; permission is asked of it."""

    @cached_property
    def suggestion(self):
        found = WITH_PEOPLE.visible_to(self.request.user)
        return get_object_or_404(found, pk=self.kwargs["pk"])

    def get_scope(self):
        return self.suggestion

    def get_success_url(self):
        return reverse("suggestion", args=[self.suggestion.pk])

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            suggestion=self.suggestion,
            caption=self.suggestion.output.title,
            names=self.suggestion.output.shows_names_to(self.request.user),
            **kwargs,
        )


class SuggestionEdit(SuggestionMixin, PageFormView):
    """Put it otherwise, until it is answered."""

    perm = "taskgroups.edit_suggestion"
    form_class = SuggestionForm
    page_title = "Change your suggestion"
    free_writing = True
    done_message = "Saved."

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {
            "version": self.suggestion.output.latest,
            "instance": self.suggestion,
        }

    def save(self, form):
        data = form.cleaned_data
        found = Suggestion.objects.get(pk=self.suggestion.pk)
        found.edit(by=self.request.user, text=data["text"], passage=data["chosen"])


class AnswerSuggestion(SuggestionMixin, PageFormView):
    """Say what became of a suggestion, in which words, and why. The person is told."""

    perm = "taskgroups.answer_suggestion"
    form_class = SuggestionAnswerForm
    template_name = "taskgroups/answer.html"
    button = "Send the answer"
    done_message = "Answered."

    def get_page_title(self):
        return "Answer the suggestion" if self.is_first else "Answer the suggestion again"

    @property
    def is_first(self):
        return not self.suggestion.open_to("answer_again")

    @cached_property
    def changes(self):
        return self.suggestion.changes()

    def get_form_kwargs(self):
        found = {"changes": self.changes, "naming": self.suggestion.naming}
        return super().get_form_kwargs() | found

    def get_initial(self):
        if self.is_first:
            return {}
        answered_at = self.suggestion.answered_at
        return {
            "reason": self.suggestion.answer,
            "seen": answered_at.isoformat() if answered_at else "",
        }

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            changes=self.changes, may_write=self.suggestion.output.open_to("write"), **kwargs
        )

    def get_success_url(self):
        return f"{self.suggestion.output.get_absolute_url()}#suggestions"

    def save(self, form):
        data = form.cleaned_data
        said = {"by": self.request.user, "changes": data["changes"]}
        if data["seen"]:
            said["seen"] = parse_datetime(data["seen"])
            self.suggestion.answer_again(data["outcome"], data["reason"], **said)
        else:
            self.suggestion.reply(data["outcome"], data["reason"], **said)


class ObjectToAnswer(SuggestionMixin, PageFormView):
    """Say once that the answer is not what one meant; the co-leads read it before they sign."""

    perm = "taskgroups.object_to_answer"
    form_class = SuggestionObjectionForm
    template_name = "taskgroups/object.html"
    page_title = "This is not what I meant"
    free_writing = True
    button = "Tell the co-leads"
    done_message = "The co-leads are told. They read it before they sign."

    def save(self, form):
        found = Suggestion.objects.get(pk=self.suggestion.pk)
        found.object(form.cleaned_data["objection"], by=self.request.user)


class ChangeAnswer(PermissionMixin, PageFormView):
    """Say where and how the draft answers what the steering group asked."""

    perm = "taskgroups.draft_output"
    form_class = ChangeOutputForm
    template_name = "taskgroups/change.html"
    page_title = "How you answered it"
    done_message = "Saved."

    @cached_property
    def change(self):
        found = ChangeAsked.objects.filter(
            output__in=Output.objects.visible_to(self.request.user)
        ).select_related("output__group", "version")
        return get_object_or_404(found, pk=self.kwargs["pk"])

    def get_scope(self):
        return self.change.output

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"instance": self.change}

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            change=self.change, caption=self.change.output.title, **kwargs
        )

    def get_success_url(self):
        return f"{self.change.output.get_absolute_url()}#changes"

    def save(self, form):
        found = ChangeAsked.objects.get(pk=self.change.pk)
        found.tick(form.cleaned_data["answer"], by=self.request.user)

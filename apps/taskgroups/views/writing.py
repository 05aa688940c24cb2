"""Writing a draft: with a preview, saved by itself, and no word lost when two people write."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from apps.core.differences import differences, texts_of
from apps.core.exceptions import SAVED_AGAIN, IllegalMove, StaleEdit
from apps.core.readability import reading_age, word_count
from apps.core.views import PageFormView

from ..forms import OutputWordsForm
from ..models.output import Output, OutputVersion
from ..models.suggestion import Suggestion
from .outputs import OutputMixin


def label(name):
    """What a text of a version is called."""
    return OutputVersion._meta.get_field(name).verbose_name


class EditOutput(OutputMixin, PageFormView):
    """Write the draft. A save from older words shows both texts, and loses neither."""

    perm = "taskgroups.draft_output"
    form_class = OutputWordsForm
    template_name = "taskgroups/edit.html"
    page_title = "Write"
    button = "Save"
    done_message = "Saved."

    def get_initial(self):
        version = self.output.latest
        return texts_of(version) | {"seen": version.revision}

    def get_context_data(self, **kwargs):
        output = self.output
        form = kwargs.get("form") or self.get_form()
        typed = {name: form[name].value() or "" for name in form.TEXTS}
        version = output.latest
        return super().get_context_data(
            **{
                "version": version,
                "changes": list(output.changes_asked.select_related("answered_in")),
                "suggestions": output.suggestions.filter(
                    state__in=[Suggestion.State.OPEN, *Suggestion.CHANGED_IT]
                )
                .filter(version=version)
                .select_related("by", "recorded_by", "version"),
                "words": word_count(typed["summary"]),
                "age": reading_age(typed["summary"]),
                "form": form,
            }
            | kwargs
        )

    def get(self, request, *args, **kwargs):
        with transaction.atomic():
            self.output.permit("write", by=request.user)
        return super().get(request, *args, **kwargs)

    def save(self, form):
        if "preview" in self.request.POST:
            context = self.get_context_data(form=form, preview=form.texts)
            return self.render_to_response(context)
        try:
            self.output.write(by=self.request.user, seen=form.cleaned_data["seen"], **form.texts)
        except StaleEdit:
            return self.both_texts(form.texts)
        except IllegalMove:
            self.output.refresh_from_db()
            mine = [(label(name), text) for name, text in form.texts.items() if text]
            context = self.get_context_data(form=form, mine=mine)
            return self.render_to_response(context, status=409)
        return None

    def both_texts(self, mine):
        """Theirs as saved, mine in the boxes, and the words by which they differ."""
        version = self.output.latest
        theirs = [
            (label(name), getattr(version, name), differences(getattr(version, name), text))
            for name, text in mine.items()
            if text != getattr(version, name)
        ]
        form = OutputWordsForm(initial=mine | {"seen": version.revision})
        context = self.get_context_data(form=form, theirs=theirs)
        return self.render_to_response(context, status=409)


@require_POST
def autosave(request, pk):
    """Save in the background while somebody writes; says the new revision, or that it could not.

    The page keeps what was typed whatever the answer is.
    """
    output = get_object_or_404(Output.objects.visible_to(request.user), pk=pk)
    if not output.permits(request.user, "write"):
        raise PermissionDenied
    form = OutputWordsForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"why": "Not saved yet: something is too long."}, status=422)
    try:
        seen = form.cleaned_data["seen"]
        version = output.write(by=request.user, seen=seen, going_on=True, **form.texts)
    except StaleEdit:
        why = f"{SAVED_AGAIN} Press Save to see both texts. Nothing is lost."
        return JsonResponse({"why": why}, status=409)
    except IllegalMove as refusal:
        return JsonResponse({"why": str(refusal), "url": reverse("output", args=[pk])}, status=409)
    return JsonResponse({"revision": version.revision})

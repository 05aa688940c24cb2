"""What those who keep a group's documents do with them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from apps.core.converters import number_of
from apps.core.differences import differences, texts_of
from apps.core.exceptions import IllegalMove, StaleEdit
from apps.core.readability import reading_age, word_count
from apps.core.views import PageFormView, PermissionMixin
from apps.groups.models import WorkingGroup
from apps.meetings.models.outcome import Decision

from ..forms import (
    ApproveDocumentForm,
    AskFormatForm,
    DeliverForm,
    DocumentForm,
    DocumentWordsForm,
    NewDocumentForm,
    ReplacesForm,
    ReviewedForm,
)
from ..models.document import UNDER_THIS_TITLE, Document, DocumentVersion
from ..models.formats import DocumentFormat
from .reading import DocumentReadingMixin, document_history

PAGE = 25


class KeepingMixin(DocumentReadingMixin, PermissionMixin):
    """A page for those who keep the document."""

    perm = "groups.keep_documents"

    def get_scope(self):
        return self.document.owner

    def get_success_url(self):
        return self.document.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(caption=self.document.title, **kwargs)


# --- beginning and laying out -------------------------------------------------------------------
class BeginDocument(PageFormView):
    """Begin a document of a group whose documents one keeps."""

    form_class = NewDocumentForm
    page_title = "Begin a document"
    button = "Begin"

    @cached_property
    def groups(self):
        keeps = WorkingGroup.objects.where(self.request.user, "keep_documents")
        return keeps.filter(state__in=Document.BEGUN_BY)

    def dispatch(self, request, *args, **kwargs):
        if not self.groups.exists():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"groups": self.groups}

    def get_initial(self):
        group = self.groups.filter(slug=self.request.GET.get("group", "")).first()
        return {"owner": group.slug} if group else {}

    def get_success_url(self):
        return reverse("document_edit", args=[self.object.pk])

    def save(self, form):
        self.object = Document.begin(by=self.request.user, **form.cleaned_data)


class ChangeDocument(KeepingMixin, PageFormView):
    """Title, type, and who may read it."""

    form_class = DocumentForm
    page_title = "Title, type and readers"
    done_message = "Saved."

    @property
    def intro(self):
        return UNDER_THIS_TITLE if self.document.was_approved else ""

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"instance": self.document}

    def save(self, form):
        stored = Document.objects.select_related("owner").get(pk=self.document.pk)
        stored.change(by=self.request.user, **form.cleaned_data)


@require_POST
def next_version(request, pk):
    """Begin the version after the newest."""
    document = get_object_or_404(Document.objects.visible_to(request.user), pk=pk)
    document.next_version(by=request.user)
    messages.success(request, "The next version has begun. It starts with the same words.")
    return redirect("document_edit", pk=document.pk)


# --- writing ------------------------------------------------------------------------------------
def label(name):
    return DocumentVersion._meta.get_field(name).verbose_name


class Write(KeepingMixin, PageFormView):
    """Write the draft. A save from older words shows both texts, and loses neither."""

    form_class = DocumentWordsForm
    template_name = "governance/documents/edit.html"
    page_title = "Write"
    done_message = "Saved."

    @cached_property
    def draft(self):
        return self.document.latest

    def get_initial(self):
        draft = self.draft
        return texts_of(draft) | {"seen": draft.revision}

    def get_context_data(self, **kwargs):
        form = kwargs.get("form") or self.get_form()
        summary = form["summary"].value() or ""
        return super().get_context_data(
            **{
                "version": self.draft,
                "decides": self.draft.before_a_meeting(self.request.user),
                "words": word_count(summary),
                "age": reading_age(summary),
                "form": form,
            }
            | kwargs
        )

    def get(self, request, *args, **kwargs):
        self.draft.check_open("write")
        return super().get(request, *args, **kwargs)

    def save(self, form):
        if "preview" in self.request.POST:
            context = self.get_context_data(form=form, preview=form.texts)
            return self.render_to_response(context)
        try:
            self.draft.write(by=self.request.user, seen=form.cleaned_data["seen"], **form.texts)
        except StaleEdit:
            return self.both_texts(form.texts)
        except IllegalMove:
            mine = [(label(name), text) for name, text in form.texts.items() if text]
            context = self.get_context_data(form=form, mine=mine)
            return self.render_to_response(context, status=409)
        return None

    def both_texts(self, mine):
        """Theirs as saved, mine in the boxes, and the words by which they differ."""
        draft = self.draft
        theirs = [
            (label(name), getattr(draft, name), differences(getattr(draft, name), text))
            for name, text in mine.items()
            if text != getattr(draft, name)
        ]
        form = DocumentWordsForm(initial=mine | {"seen": draft.revision})
        context = self.get_context_data(form=form, theirs=theirs)
        return self.render_to_response(context, status=409)


# --- approving, reviewing, replacing ------------------------------------------------------------
class ApproveDocument(KeepingMixin, PageFormView):
    """Record the decision that approved the newest version."""

    form_class = ApproveDocumentForm
    template_name = "governance/documents/approve.html"
    page_title = "Record that it was approved"
    button = "Record the approval"
    done_message = "Recorded. It is in force from the day that you gave."

    @cached_property
    def draft(self):
        return self.document.latest

    @cached_property
    def decisions(self):
        return self.draft.decisions()

    def get(self, request, *args, **kwargs):
        self.draft.check_open("approve")
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self):
        read = Decision.objects.visible_to(self.request.user).filter(pk__in=self.decisions)
        return super().get_form_kwargs() | {
            "decisions": self.decisions,
            "read": set(read.order_by().values_list("pk", flat=True)),
        }

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            version=self.draft,
            has_decisions=self.decisions.exists(),
            missing=self.draft.missing("approve", self.request.user, beforehand=True),
            **kwargs,
        )

    def save(self, form):
        said = form.cleaned_data
        self.draft.approve(
            said["decision"],
            by=self.request.user,
            in_force_from=said["in_force_from"],
            review_on=said["review_on"],
        )


class Reviewed(KeepingMixin, PageFormView):
    """It was looked at again and stays as it is."""

    form_class = ReviewedForm
    page_title = "It was reviewed and stays as it is"
    intro = "If something has to change, start the next version instead."
    button = "Record the review"
    done_message = "Recorded, with the date of the next review."
    free_writing = True

    def save(self, form):
        self.document.reviewed(by=self.request.user, **form.cleaned_data)


class Replaces(KeepingMixin, PageFormView):
    """Say which older document this one takes the place of."""

    form_class = ReplacesForm
    page_title = "It takes the place of another document"
    intro = "The older document is shown as superseded from the day on which this one is in force."
    done_message = "Saved."

    def get_form_kwargs(self):
        documents = Document.objects.kept_by(self.request.user).exclude(pk=self.document.pk)
        return super().get_form_kwargs() | {"documents": documents.select_related("owner")}

    def save(self, form):
        self.document.replace(form.cleaned_data["older"], by=self.request.user)


@require_POST
def replaces_take_back(request, pk, which):
    """It was said in error that this document replaces another."""
    documents = Document.objects.visible_to(request.user).select_related("owner")
    document = get_object_or_404(documents, pk=pk)
    older = get_object_or_404(documents, pk=which)
    document.no_longer_replace(older, by=request.user)
    messages.success(request, "Done. The older document stays.")
    return redirect(document)


class DocumentHistory(KeepingMixin, TemplateView):
    """What happened to a document, for those who keep it."""

    template_name = "governance/documents/history.html"

    def get_context_data(self, **kwargs):
        entries = Paginator(document_history(self.document), PAGE)
        return super().get_context_data(
            page_obj=entries.get_page(self.request.GET.get("page")), **kwargs
        )


# --- formats ------------------------------------------------------------------------------------
class AskFormat(DocumentReadingMixin, PageFormView):
    """Ask for the document in another format."""

    form_class = AskFormatForm
    page_title = "Ask for another format"
    intro = (
        "Those who keep the document see that it is asked for, and not by whom. We tell you when "
        "it is there."
    )
    button = "Ask for it"
    done_message = "Thank you. We will tell you when it is there."

    def get_success_url(self):
        return f"{self.document.get_absolute_url()}#formats"

    def get_context_data(self, **kwargs):
        return super().get_context_data(caption=self.document.title, **kwargs)

    def save(self, form):
        version = self.version(number_of(self.request.GET.get("version", "")))
        made = DocumentFormat.ask(version, by=self.request.user, **form.cleaned_data)
        if made.open_to("exchange"):
            messages.success(self.request, "It is there already: you find it on this page.")
            return redirect(self.get_success_url())
        return None


class Deliver(PermissionMixin, PageFormView):
    """Add the file of a format, or where to get it; or a better one."""

    perm = "groups.keep_documents"
    form_class = DeliverForm
    button = "Save"
    done_message = "Saved. Those who asked for it are told."

    @cached_property
    def format(self):
        formats = DocumentFormat.objects.visible_to(self.request.user)
        return get_object_or_404(
            formats.select_related("version__document__owner"), pk=self.kwargs["pk"]
        )

    def get_scope(self):
        return self.format.scope

    def get_initial(self):
        return {"where": self.format.where}

    def get_page_title(self):
        return self.format.label

    def get_success_url(self):
        return self.format.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(caption=str(self.format.version), **kwargs)

    def save(self, form):
        file, where = form.cleaned_data["file"], form.cleaned_data["where"]
        if self.format.is_dropped:
            raise Http404
        give = self.format.exchange if self.format.open_to("exchange") else self.format.deliver
        give(by=self.request.user, file=file, where=where)

"""The register of documents, a page for each, and reading them on paper."""

from django.contrib.auth.decorators import login_not_required
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.generic import ListView, TemplateView

from apps.core.converters import number_of
from apps.core.differences import compared
from apps.core.exports import csv_response
from apps.core.pdf import pdf_response
from apps.core.sections import sections_of
from apps.core.views import history, number_in
from apps.groups.models import WorkingGroup

from ..forms import DocumentRegisterForm
from ..models.document import Document, DocumentVersion, Phase
from ..models.formats import FormatFile

PAGE = 25
CHUNK = 200
TAGS = {
    Phase.DRAFT: "grey",
    Phase.CONSULTATION: "purple",
    Phase.REVISED: "grey",
    Phase.APPROVED: "blue",
    Phase.IN_FORCE: "green",
    Phase.SUPERSEDED: "orange",
    Phase.WITHDRAWN: "red",
}
OVER = (Phase.SUPERSEDED, Phase.WITHDRAWN)
COMING = (Phase.DRAFT, Phase.CONSULTATION, Phase.APPROVED)


# --- pieces -------------------------------------------------------------------------------------
def labelled(version):
    """The version with its phase in words and its colour, for templates."""
    version.phase_label = Phase(version.phase).label
    version.tag_class = f"nhsuk-tag--{TAGS[Phase(version.phase)]}"
    return version


def shown_and_next(versions):
    """(the version that counts, the one that is coming) among those that one may read."""
    newest_first = sorted(versions, key=lambda one: -one.number)
    shown = next((one for one in newest_first if one.phase == Phase.IN_FORCE), None)
    shown = shown or next((one for one in newest_first if one.approved_at), newest_first[0])
    coming = newest_first[0]
    if coming.number <= shown.number or coming.phase not in COMING:
        coming = None
    return shown, coming


class DocumentReadingMixin:
    """A page for everybody who may read some version of the document."""

    @cached_property
    def document(self):
        documents = Document.objects.visible_to(self.request.user)
        return get_object_or_404(
            documents.select_related("owner", "replaced_by"), pk=self.kwargs["pk"]
        )

    @cached_property
    def versions(self):
        """The versions that the reader may see, newest first."""
        seen = DocumentVersion.objects.visible_to(self.request.user).standing()
        seen = seen.filter(document=self.document).select_related("decision__meeting__group")
        return [labelled(one) for one in seen]

    @cached_property
    def may_keep(self):
        return self.request.user.has_perm("groups.keep_documents", self.document.owner)

    def version(self, number=None):
        """The version of that number, or the one that counts; 404 where there is none."""
        if number is None:
            return shown_and_next(self.versions)[0]
        found = [one for one in self.versions if one.number == number]
        if not found:
            raise Http404
        return found[0]

    def get_context_data(self, **kwargs):
        return super().get_context_data(document=self.document, may_keep=self.may_keep, **kwargs)


# --- the register -------------------------------------------------------------------------------
def found(user, form):
    """The documents that the person may read and asks for."""
    wanted = form.wanted() if form.is_bound else {}
    seen = DocumentVersion.objects.visible_to(user).standing()
    mine = seen.filter(document=OuterRef("pk"))
    documents = Document.objects.filter(Exists(mine.order_by()))
    if words := (wanted.get("q") or "").strip():
        documents = documents.filter(
            Q(title__icontains=words) | Exists(mine.filter(summary__icontains=words).order_by())
        )
    if wanted.get("kind"):
        documents = documents.filter(kind=wanted["kind"])
    if wanted.get("owner"):
        documents = documents.filter(owner=wanted["owner"])
    if state := wanted.get("state"):
        documents = documents.filter(Exists(mine.filter(phase=state).order_by()))
        if state in OVER:  # an older version of what is in force says nothing of the document
            holds = mine.filter(phase__in=[Phase.IN_FORCE, Phase.APPROVED])
            documents = documents.filter(~Exists(holds.order_by()))
    return (
        documents.select_related("owner", "replaced_by")
        .prefetch_related(
            Prefetch(
                "versions",
                seen.defer("body", "easy_read").select_related("decision"),
                to_attr="seen",
            )
        )
        .order_by("title", "pk")
    )


def asked_for(request):
    """The filter as typed, filled in; groups are offered that own something one may read."""
    mine = Document.objects.visible_to(request.user).filter(owner=OuterRef("pk"))
    groups = WorkingGroup.objects.filter(Exists(mine.order_by())).order_by("name")
    return DocumentRegisterForm(request.GET or None, groups=groups)


def line(document):
    """One document as a line of the register."""
    shown, coming = shown_and_next(document.seen)
    return {
        "document": document,
        "shown": labelled(shown),
        "coming": labelled(coming) if coming else None,
        "overdue": shown.phase == Phase.IN_FORCE and document.is_review_overdue,
    }


@method_decorator(login_not_required, name="dispatch")
class Register(ListView):
    """Every document that the reader may see; without signing in, those that are public."""

    template_name = "governance/documents/register.html"
    paginate_by = PAGE

    @cached_property
    def form(self):
        return asked_for(self.request)

    def get_queryset(self):
        return found(self.request.user, self.form)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        user = self.request.user
        return context | {
            "lines": [line(document) for document in context["object_list"]],
            "filters": self.form,
            "may_begin": WorkingGroup.objects.where(user, "keep_documents").exists(),
        }


HEADER = [
    "Number",
    "Title",
    "Type",
    "Owner",
    "Who may read it",
    "State",
    "Version",
    "In force from",
    "Approved by",
    "To be reviewed by",
    "Replaced by",
    "Next version",
]


@login_not_required
def register_csv(request):
    """The same documents as a spreadsheet."""
    readable = Document.objects.visible_to(request.user)
    documents = found(request.user, asked_for(request)).annotate(
        names_replacement=Exists(readable.filter(pk=OuterRef("replaced_by")))
    )

    def lines():
        for document in documents.iterator(chunk_size=CHUNK):
            one = line(document)
            shown, coming = one["shown"], one["coming"]
            yield [
                document.pk,
                document.title,
                document.get_kind_display(),
                document.owner.name,
                document.get_visibility_display(),
                shown.phase_label,
                shown.number,
                shown.in_force_from,
                shown.decision.reference if shown.decision else "",
                document.review_on,
                document.replaced_by.title if document.names_replacement else "",
                f"{coming.number}: {coming.phase_label}" if coming else "",
            ]

    return csv_response("documents.csv", HEADER, lines())


# --- one document -------------------------------------------------------------------------------
def approval(version, user):
    """How a version was approved: the decision, and its address for those who may read it."""
    if version.decision is None:
        return None
    decision = version.decision
    slug, year, number = decision.reference.rsplit("/", 2)
    sees = type(decision).objects.visible_to(user) if user.is_authenticated else None
    public = hasattr(decision, "public")
    linked = public or (sees is not None and sees.filter(pk=decision.pk).exists())
    return {
        "decision": decision,
        "group": decision.meeting.group.name,
        "on": decision.meeting.starts_at,
        "url": reverse("decision_entry", args=[slug, int(year), int(number)]) if linked else "",
    }


def formats_of(version):
    """The formats of a version with the newest file of each."""
    formats = list(version.formats.prefetch_related(Prefetch("files", FormatFile.objects.all())))
    for one in formats:
        one.newest = next(iter(one.files.all()), None)
    return formats


class TextMixin(DocumentReadingMixin):
    """A page that shows one version with everything about it."""

    def about(self, version):
        user = self.request.user
        replaces = self.document.replaces.filter(
            pk__in=Document.objects.visible_to(user).values("pk")
        )
        formats = formats_of(version)
        if not self.may_keep:
            formats = [one for one in formats if not one.is_dropped]
        _, coming = shown_and_next(self.versions)
        return {
            "version": version,
            "versions": self.versions,
            "coming": coming if coming and coming.number != version.number else None,
            "approval": approval(version, user),
            "formats": formats,
            "replaces": list(replaces),
            "replaced_by": self.document.replaced_by
            if version.phase in OVER
            and self.document.replaced_by
            and Document.objects.visible_to(user).filter(pk=self.document.replaced_by_id).exists()
            else None,
            "holds": version.phase == Phase.IN_FORCE,
            "decision_fell": version.decision_fell,
            "may_ask_format": user.is_authenticated and version.phase not in OVER,
        }


@method_decorator(login_not_required, name="dispatch")
class DocumentDetail(TextMixin, TemplateView):
    """A document in the version that counts, with everything that is to be done about it."""

    template_name = "governance/documents/detail.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        version = self.version()
        newest = self.versions[0]
        context = self.about(version) | {
            "newest": newest,
            "overdue": version.phase == Phase.IN_FORCE and self.document.is_review_overdue,
            "sections": sections_of("document", user, self.document),
        }
        if self.may_keep:
            newest.document = self.document  # its owner is at hand
            may_replace = not any(one.approved_at for one in self.versions)
            context |= {
                "moves": [
                    (one, name, move)
                    for one in ([newest] if newest == version else [newest, version])
                    for name, move in one.moves_for(user).items()
                ],
                "may_write": newest.may(user, "write"),
                "may_approve": newest.open_to("approve"),
                "may_begin_next": newest.may(user, "begin_next"),
                "missing": newest.missing("approve", user, beforehand=True)
                if newest.open_to("approve")
                else [],
                "may_review": version.phase == Phase.IN_FORCE,
                "may_replace": may_replace,
                "to_replace": list(self.document.replaces.all()) if may_replace else [],
            }
        return super().get_context_data(**context, **kwargs)


@method_decorator(login_not_required, name="dispatch")
class DocumentVersionDetail(TextMixin, TemplateView):
    """One version as it is or was."""

    template_name = "governance/documents/version.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(**self.about(self.version(self.kwargs["number"])), **kwargs)


@method_decorator(login_not_required, name="dispatch")
class DocumentDifferences(DocumentReadingMixin, TemplateView):
    """What changed between two versions that the reader may see, word by word."""

    template_name = "governance/documents/differences.html"

    def get_context_data(self, **kwargs):
        versions = {one.number: one for one in self.versions}
        numbers = sorted(versions)
        after = number_in(self.request, "to", versions, numbers[-1])
        earlier = [number for number in numbers if number < after]
        before = number_in(self.request, "from", versions, earlier[-1] if earlier else after)
        if before > after:
            before, after = after, before
        old, new = versions[before], versions[after]
        parts, same = compared(old, new)
        return super().get_context_data(
            numbers=numbers, old=old, new=new, parts=parts, same=same, **kwargs
        )


# --- paper --------------------------------------------------------------------------------------
@method_decorator(login_not_required, name="dispatch")
class Print(TextMixin, TemplateView):
    """One version on a plain page, for paper; its number and date stand on every page."""

    template_name = "governance/documents/print.html"

    def get_context_data(self, **kwargs):
        given = self.request.GET.get("version", "")
        number = number_of(given)
        if given and number is None:
            raise Http404
        version = self.version(number)
        return super().get_context_data(**self.about(version), **kwargs)


class PDF(Print):
    """The same as an accessible PDF."""

    def render_to_response(self, context, **kwargs):
        pk, number = self.document.pk, context["version"].number
        return pdf_response(
            self.request,
            "governance/documents/pdf.html",
            context,
            filename=f"document-{pk}-version-{number}.pdf",
            instead=f"{reverse('document_print', args=[pk])}?version={number}",
        )


# --- files, history -----------------------------------------------------------------------------
@login_not_required
def format_file(request, pk):
    """The file of a format, for those who may read the document."""
    file = get_object_or_404(FormatFile.objects.visible_to(request.user), pk=pk)
    return file.response()


def document_history(document):
    """What happened to a document and its versions, newest first."""
    entries = list(history(document)[:100])
    for version in document.versions.all():
        entries += history(version)[:100]
    return sorted(entries, key=lambda entry: -entry.pk)

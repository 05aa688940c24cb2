"""Outputs: the list, one page each, and everything that is done with them but the writing."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, Prefetch, Q, Value, When
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST
from django.views.generic import DetailView, ListView, TemplateView

from apps.core.differences import compared
from apps.core.late import TakesAway
from apps.core.nhs import Form
from apps.core.sections import sections_of
from apps.core.views import PageFormView, PermissionMixin, VisibleMixin, history, number_in
from apps.groups.models import WorkingGroup, in_programme
from apps.groups.roles import CO_LEAD

from ..forms import (
    AskOutputForm,
    FileForm,
    FilterForm,
    ImplementForm,
    NewOutputForm,
    OutputForm,
    OutputGroupForm,
    ShareForm,
    SignForm,
)
from ..models.output import AT_HAND, AT_WORK, Attachment, Contribution, Output
from ..models.stage import Stage
from ..models.suggestion import ChangeAsked, Suggestion, tally, uptake

PAGE = 25


# --- pieces -------------------------------------------------------------------------------------
class OutputMixin(PermissionMixin):
    """A page about one output that the person may see; permission is asked of the output."""

    @cached_property
    def output(self):
        outputs = Output.objects.visible_to(self.request.user).select_related("group", "stage")
        return get_object_or_404(outputs.prefetch_related("versions"), pk=self.kwargs["pk"])

    def get_scope(self):
        return self.output

    def get_success_url(self):
        return self.output.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            output=self.output,
            caption=self.output.title,
            names=self.output.shows_names_to(self.request.user),
            **kwargs,
        )


class OutputReadingMixin(OutputMixin):
    """A page that whoever sees the output may read."""

    def dispatch(self, request, *args, **kwargs):
        _ = self.output
        return super(PermissionMixin, self).dispatch(request, *args, **kwargs)


def task_groups(user):
    """The task groups by which lists can be narrowed: known to everybody in the programme."""
    return WorkingGroup.objects.filter(in_programme(user), kind=WorkingGroup.Kind.TASK)


def drafting(user):
    """The task groups in which somebody may begin an output now."""
    return WorkingGroup.objects.where(user, "draft_output").filter(
        kind=WorkingGroup.Kind.TASK, state__in=AT_WORK
    )


# --- lists --------------------------------------------------------------------------------------
class OutputList(ListView):
    """The outputs that the person may see, narrowed and ordered as they ask."""

    template_name = "taskgroups/outputs.html"
    paginate_by = PAGE

    @cached_property
    def filters(self):
        user = self.request.user
        return FilterForm(
            self.request.GET, groups=task_groups(user), stages=Stage.objects.visible_to(user)
        )

    def get_queryset(self):
        outputs = Output.objects.visible_to(self.request.user).annotate(
            has_no_date=Case(
                When(due=None, then=Value(1)), default=Value(0), output_field=IntegerField()
            )
        )
        return self.filters.narrow(outputs).select_related("group", "stage")

    def get_context_data(self, **kwargs):
        may_begin = drafting(self.request.user).exists()
        return super().get_context_data(filters=self.filters, may_begin=may_begin, **kwargs)


class Uptake(TemplateView):
    """Whose words changed what, over the whole programme or one task group."""

    template_name = "taskgroups/uptake.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        groups = task_groups(user)
        slug = self.request.GET.get("group")
        group = get_object_or_404(groups, slug=slug) if slug else None
        found = Suggestion.objects.visible_to(user)
        if group:
            found = found.filter(output__group=group)
        return super().get_context_data(
            rows=uptake(tally(found)),
            filters=OutputGroupForm(self.request.GET, groups=groups),
            group=group,
            **kwargs,
        )


# --- one output ---------------------------------------------------------------------------------
class OutputDetail(VisibleMixin, DetailView):
    """Everything about one output that this person may see and do."""

    queryset = Output.objects.select_related("group", "stage").prefetch_related(
        "versions",
        Prefetch("suggestions", Suggestion.objects.filter(AT_HAND), to_attr="at_hand"),
        Prefetch("changes_asked", ChangeAsked.objects.select_related("version", "answered_in")),
    )
    template_name = "taskgroups/output.html"
    context_object_name = "output"

    def get_context_data(self, **kwargs):
        user, output = self.request.user, self.object
        versions = list(output.versions.all())
        version = versions[0]
        files, evidence = list(output.files.all()), Attachment.Use.EVIDENCE
        suggestions = output.suggestions.select_related(
            "by", "recorded_by", "changed", "version"
        ).order_by(Case(When(state=Suggestion.State.OPEN, then=0), default=1), "-pk")
        counts = tally(output.suggestions)
        pages = Paginator(suggestions, PAGE)
        pages.count = sum(counts.values())
        return super().get_context_data(
            version=version,
            versions=versions,
            names=output.shows_names_to(user),
            previous=versions[1] if len(versions) > 1 else None,
            files=[one for one in files if one.use != evidence and one.version_id == version.pk],
            evidence=[one for one in files if one.use == evidence],
            suggestions=pages.get_page(self.request.GET.get("page")),
            uptake=[row for row in uptake(counts) if row["made"]],
            changes=list(output.changes_asked.all()),
            wrote=contributors(output),
            signing=signing(output, user) if output.open_to("sign") else None,
            sections=sections_of("output", user, output),
            moves=output.moves_for(user),
            may_draft=output.may(user, "write"),
            may_lead=output.may(user, "suggest_on_paper"),
            may_share=output.may(user, "share"),
            may_suggest=output.may(user, "suggest"),
            may_ask=output.may(user, "ask_for"),
            may_appoint=user.has_perm("groups.manage_members", output.group),
            may_read_history=user.has_perm("taskgroups.lead_output", output),
            **kwargs,
        )


def contributors(output):
    """Who wrote in which versions, by side of co-production: [(side, [(name, numbers)])]."""
    rows = Contribution.objects.filter(version__output=output).select_related("user", "version")
    sides = {}
    for one in rows.order_by("user__full_name", "version__number"):
        people = sides.setdefault(one.get_constituency_display(), {})
        people.setdefault(one.user, []).append(one.version.number)
    return [(side, list(people.items())) for side, people in sorted(sides.items())]


def signing(output, user):
    """The two seats with their holders and signatures, what is missing before the next one, and
    what those who suggested something say against the answer.
    """
    leads = output.read_once("co-leads", output.co_leads)
    signed = {one.user_id: one for one in output.signatures(leads)}
    seats = [
        {
            "label": side.label,
            "lead": leads.get(side),
            "signature": signed.get(leads[side].pk) if side in leads else None,
        }
        for side in CO_LEAD
    ]
    return {
        "seats": seats,
        "missing": output.missing("sign", user),
        "half": bool(signed),
        "objections": [one for one in output.before_signing() if one.objection],
    }


class OutputHistory(OutputMixin, TemplateView):
    """What happened to an output, for those who lead its group."""

    perm = "taskgroups.lead_output"
    template_name = "taskgroups/history.html"

    def get_context_data(self, **kwargs):
        page = Paginator(history(self.output), PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(page_obj=page, **kwargs)


class OutputVersionDetail(OutputReadingMixin, TemplateView):
    """One version as it was, or as it is being written."""

    template_name = "taskgroups/version.html"

    def get_context_data(self, **kwargs):
        versions = list(self.output.versions.all())
        version = next((v for v in versions if v.number == self.kwargs["number"]), None)
        if version is None:
            raise Http404
        return super().get_context_data(
            version=version,
            versions=versions,
            is_latest=version == versions[0],
            files=list(version.files.exclude(use=Attachment.Use.EVIDENCE)),
            changed_by=version.changed_by.select_related("by"),
            signatures=version.signatures.select_related("user") if version.is_frozen else [],
            **kwargs,
        )


class OutputDifferences(OutputReadingMixin, TemplateView):
    """What changed between two versions, word by word, and which suggestions changed it."""

    template_name = "taskgroups/differences.html"

    def get_context_data(self, **kwargs):
        versions = {one.number: one for one in self.output.versions.all()}
        newest = max(versions)
        after = number_in(self.request, "to", versions, newest)
        before = number_in(self.request, "from", versions, max(1, after - 1))
        if before > after:
            before, after = after, before
        old, new = versions[before], versions[after]
        parts, same = compared(old, new)
        between = Q(changed__number__gt=before, changed__number__lte=after)
        asked = Q(answered_in__number__gt=before, answered_in__number__lte=after)
        return super().get_context_data(
            versions=sorted(versions),
            old=old,
            new=new,
            parts=parts,
            same=same,
            suggestions=self.output.suggestions.filter(between).select_related("by", "changed"),
            changes=self.output.changes_asked.filter(asked),
            **kwargs,
        )


# --- beginning and laying out -------------------------------------------------------------------
class OutputAdd(PageFormView):
    """Begin an output in a group where the person drafts."""

    form_class = NewOutputForm
    page_title = "Begin an output"
    button = "Begin"

    @cached_property
    def groups(self):
        return drafting(self.request.user)

    def dispatch(self, request, *args, **kwargs):
        if not self.groups.exists():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"groups": self.groups}

    def get_initial(self):
        group = self.groups.filter(slug=self.request.GET.get("group", "")).first()
        return {"group": group.pk} if group else {}

    def get_success_url(self):
        return reverse("output_edit", args=[self.object.pk])

    def save(self, form):
        self.object = Output.begin(by=self.request.user, **form.cleaned_data)


class OutputChange(OutputMixin, PageFormView):
    """Change title, type or stage of a draft."""

    perm = "taskgroups.draft_output"
    form_class = OutputForm
    page_title = "Title, type and stage"
    done_message = "Saved."

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"instance": self.output}

    def save(self, form):
        Output.objects.get(pk=self.output.pk).relabel(by=self.request.user, **form.cleaned_data)


class Share(OutputMixin, PageFormView):
    """Open the draft for suggestions from the whole programme, or close it again."""

    perm = "taskgroups.lead_output"
    form_class = ShareForm
    page_title = "Who may suggest changes"
    done_message = "Saved."

    def get_initial(self):
        return {"shared_with": self.output.shared_with}

    def save(self, form):
        self.output.share(form.cleaned_data["shared_with"], by=self.request.user)


class AskOutput(OutputMixin, PageFormView):
    """By when it is asked for, and whether in easy read."""

    perm = "taskgroups.ask_output"
    form_class = AskOutputForm
    page_title = "What is asked of this output"
    done_message = "Saved."

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"instance": self.output}

    def save(self, form):
        Output.objects.get(pk=self.output.pk).ask_for(by=self.request.user, **form.cleaned_data)


# --- files --------------------------------------------------------------------------------------
class FileAdd(OutputMixin, PageFormView):
    """Add a file to the draft."""

    perm = "taskgroups.draft_output"
    form_class = FileForm
    page_title = "Add a file"
    button = "Add the file"
    done_message = "The file is added."

    def save(self, form):
        Attachment.add(
            self.output,
            form.cleaned_data["file"],
            by=self.request.user,
            title=form.cleaned_data["title"],
            use=form.cleaned_data["use"],
        )


def output_file(request, pk):
    """Download a file, if its output may be seen."""
    return get_object_or_404(Attachment.objects.visible_to(request.user), pk=pk).response()


class FileRemove(TakesAway, PermissionMixin, PageFormView):
    """Take a file off the draft."""

    perm = "taskgroups.draft_output"
    form_class = Form
    page_title = "Remove the file"
    button = "Remove it"
    done_message = "The file is removed."

    @cached_property
    def file(self):
        files = Attachment.objects.visible_to(self.request.user).select_related("output__group")
        return get_object_or_404(files, pk=self.kwargs["pk"])

    def get_scope(self):
        return self.file.output

    def get_context_data(self, **kwargs):
        return super().get_context_data(caption=self.file.title, **kwargs)

    def get_success_url(self):
        return self.file.output.get_absolute_url()

    def save(self, form):
        self.file.remove(by=self.request.user)


# --- signing and after --------------------------------------------------------------------------
class Sign(OutputMixin, PageFormView):
    """Read it once more, and sign. The second signature submits it."""

    perm = "taskgroups.lead_output"
    form_class = SignForm
    template_name = "taskgroups/sign.html"
    page_title = "Sign and submit"
    button = "Sign"

    def get_initial(self):
        return {"seen": self.output.signed_for}

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            version=self.output.latest, signing=signing(self.output, self.request.user), **kwargs
        )

    def save(self, form):
        self.output.sign(by=self.request.user, seen=form.cleaned_data["seen"])
        if self.output.open_to("sign"):
            self.done_message = "You have signed. It goes on when the other co-lead has signed too."
        else:
            self.done_message = "Both co-leads have signed. It has gone to the steering group."


@require_POST
def unsign(request, pk):
    """Take my signature back while it is a draft."""
    output = get_object_or_404(Output.objects.visible_to(request.user), pk=pk)
    output.take_back_signature(by=request.user)
    messages.success(request, "Your signature is taken back.")
    return redirect(output)


class Implement(OutputMixin, PageFormView):
    """Say that it is in use, and how one can tell."""

    perm = "taskgroups.implement_output"
    form_class = ImplementForm
    page_title = "Mark as implemented"
    button = "Mark as implemented"
    done_message = "Marked as implemented."

    def save(self, form):
        data = form.cleaned_data
        self.output.put_to_use(by=self.request.user, evidence=data["evidence"], file=data["file"])

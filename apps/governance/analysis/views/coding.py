"""Coding answers to themes by two people, settling where they differ, answering the themes."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView, View

from apps.core.converters import number_of
from apps.core.late import TakesAway
from apps.core.views import PageFormView

from ...consultations.models.consultation import Consultation
from .. import agreement, outcome
from ..forms import CodersForm, ThemeForm, ThemeReplyForm
from ..models import Analysis, Reading, Theme, may_code

PAGE = 25
SETTLE = 10
REASON = 200


# --- pieces -------------------------------------------------------------------------------------
class AnalysisMixin:
    """A page for those who run the consultation, and for the two who code."""

    runs_only = False

    @cached_property
    def consultation(self):
        seen = Consultation.objects.visible_to(self.request.user)
        return get_object_or_404(seen.select_related("group"), pk=self.kwargs["pk"])

    @cached_property
    def runs(self):
        return self.request.user.has_perm("groups.run_consultation", self.consultation.group)

    @cached_property
    def missing(self):
        """What still stands in the way of publishing, for those who will."""
        if not self.runs or not self.consultation.open_to("publish"):
            return []
        return self.consultation.missing("publish", self.request.user, beforehand=True)

    @cached_property
    def analysis(self):
        if self.runs:
            found = Analysis.of(self.consultation, by=self.request.user)
        else:
            found = get_object_or_404(Analysis, consultation=self.consultation)
        found.consultation = self.consultation
        return found

    def dispatch(self, request, *args, **kwargs):
        if not self.runs and (self.runs_only or not self.codes()):
            raise PermissionDenied
        self.analysis  # noqa: B018 - 409 here where it is not over
        return super().dispatch(request, *args, **kwargs)

    def codes(self):
        """Named as one who sorts, and still of the group that asked."""
        user = self.request.user
        analysis = Analysis.objects.filter(consultation=self.consultation).first()
        named = analysis is not None and bool(analysis.place_of(user))
        return named and may_code(self.consultation.group).filter(pk=user.pk).exists()

    def get_success_url(self):
        return self.analysis.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            consultation=self.consultation,
            analysis=self.analysis,
            runs=self.runs,
            place=self.analysis.place_of(self.request.user),
            caption=self.consultation.title,
            **kwargs,
        )


class ThemeMixin(AnalysisMixin):
    @cached_property
    def theme(self):
        theme = get_object_or_404(self.analysis.themes, pk=self.kwargs["theme"])
        theme.analysis = self.analysis
        return theme


# --- the page of the analysis -------------------------------------------------------------------
class Overview(AnalysisMixin, TemplateView):
    """How far it is, and what is to be done next."""

    template_name = "governance/analysis/overview.html"

    def get_context_data(self, **kwargs):
        analysis, user = self.analysis, self.request.user
        questions = analysis.questions()
        totals = analysis.totals(questions)
        mine = analysis.coded(user) if analysis.place_of(user) else {}
        for question in questions:
            question.total = totals[question.pk]
            question.mine = mine.get(question.pk, 0)
        themes = list(analysis.themes.select_related("made_type"))
        said, figures = {}, None
        if analysis.both_done:
            said, figures = analysis.said(), analysis.agreement
        made = outcome.changes(self.consultation, themes, user)
        for theme in themes:
            theme.count = said.get(theme.pk, 0)
            theme.change = made.get(theme.pk)
            if figures:
                theme.kappa = figures["themes"].get(str(theme.pk))
                theme.kappa_words = agreement.words(theme.kappa)
        return super().get_context_data(
            questions=questions,
            total=sum(totals.values()),
            done=analysis.done(user) if analysis.place_of(user) else False,
            themes=themes,
            figures=figures,
            kappa_words=agreement.words(figures["kappa"]) if figures else "",
            unsettled=analysis.unsettled().count(),
            aside=analysis.set_aside() if analysis.both_done else {},
            may_publish=self.runs and self.consultation.open_to("publish"),
            missing=self.missing,
            unread=self.consultation.missing("finish_coding", user, beforehand=True)
            if analysis.place_of(user) and not analysis.done(user)
            else [],
            may_name=self.consultation.may(user, "name_coders") and not analysis.both_done,
            may_theme=self.consultation.may(user, "write_themes"),
            may_answer=self.consultation.may(user, "answer_theme"),
            **kwargs,
        )


class Coders(AnalysisMixin, PageFormView):
    """Name the two who code."""

    runs_only = True
    form_class = CodersForm
    page_title = "Who codes the answers?"
    intro = (
        "Two people read every answer and give it themes. They do not see one another's until "
        "both have finished. If you can, choose one from each side of co-production."
    )
    done_message = "Saved. Both are told."

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"people": may_code(self.consultation.group)}

    def get_initial(self):
        return {"first": self.analysis.first_id, "second": self.analysis.second_id}

    def save(self, form):
        self.analysis.name_coders(by=self.request.user, **form.cleaned_data)


# --- themes -------------------------------------------------------------------------------------
class ThemeAdd(AnalysisMixin, PageFormView):
    form_class = ThemeForm
    page_title = "Add a theme"
    button = "Add it"
    done_message = "Added."

    def save(self, form):
        Theme.add(self.analysis, by=self.request.user, **form.cleaned_data)


class ThemeChange(ThemeMixin, PageFormView):
    form_class = ThemeForm
    template_name = "governance/analysis/theme.html"
    page_title = "Change a theme"
    done_message = "Saved."

    def get_initial(self):
        return {"title": self.theme.title, "description": self.theme.description}

    def get_context_data(self, **kwargs):
        return super().get_context_data(theme=self.theme, **kwargs)

    def save(self, form):
        self.theme.change(by=self.request.user, **form.cleaned_data)


@method_decorator(require_POST, name="dispatch")
class ThemeRemove(TakesAway, ThemeMixin, View):
    def post(self, request, *args, **kwargs):
        self.theme.remove(by=request.user)
        return redirect(self.get_success_url())


class ThemeReply(ThemeMixin, PageFormView):
    """What the group did about a theme, and why."""

    runs_only = True
    form_class = ThemeReplyForm
    done_message = "Saved. It is published together with the other answers."
    free_writing = True

    def get_page_title(self):
        return f"Answer: {self.theme.title}"

    @cached_property
    def offered(self):
        return outcome.offered(self.request.user, self.consultation)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"changes": self.choices()}

    def choices(self):
        """What is offered, and what was chosen before, be it no longer among the newest."""
        now = self.made_key()
        kept = [] if now in dict(self.offered) or not now else [(now, "What was chosen before")]
        return [*kept, *self.offered]

    def made_key(self):
        theme = self.theme
        if not theme.made_id:
            return ""
        return f"{theme.made_type.app_label}.{theme.made_type.model}:{theme.made_id}"

    def get_initial(self):
        theme = self.theme
        return {
            "answer": theme.answer,
            "because": theme.because,
            "made": self.made_key(),
            "address": theme.address,
        }

    def save(self, form):
        said = form.cleaned_data
        self.theme.reply(
            by=self.request.user,
            answer=said["answer"],
            because=said["because"],
            made=outcome.found(said["made"]),
            address="" if said["made"] else said["address"],
        )


# --- coding -------------------------------------------------------------------------------------
class AnalysisEntry:
    """One answer on a page of coding: its words, and what is chosen for it."""

    def __init__(self, question, response, text):
        self.question, self.response, self.text = question, response, text
        self.key = f"{question.pk}-{UUID(str(response)).hex}"
        self.chosen, self.reason, self.error = [], "", ""

    def read(self, data):
        """Take what was ticked and typed."""
        ticked = data.getlist(f"t-{self.key}")
        self.chosen = [number for one in ticked if (number := number_of(one)) is not None]
        self.reason = data.get(f"r-{self.key}", "").replace("\0", "").strip()
        if self.chosen and self.reason:
            self.error = "Give it themes, or set it aside and say why. Not both."
        elif len(self.reason) > REASON:
            self.error = f"Say why in {REASON} letters or fewer."

    @property
    def said(self):
        return self.chosen, self.reason


@method_decorator(never_cache, name="dispatch")
class EntriesView(AnalysisMixin, TemplateView):
    """A page of answers with themes to tick; saved a page at a time."""

    template_name: str

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            themes=list(self.analysis.themes.all()),
            reason_length=REASON,
            errors=[one for one in kwargs["entries"] if one.error],
            **kwargs,
        )

    def show(self, entries, status=200):
        context = self.get_context_data(entries=entries, **self.kwargs)
        return render(self.request, self.template_name, context, status=status)

    def get(self, request, *args, **kwargs):
        return self.show(self.entries())

    def post(self, request, *args, **kwargs):
        entries = self.entries()
        for one in entries:
            one.read(request.POST)
        if any(one.error for one in entries):
            return self.show(entries, status=422)
        self.save(entries)
        return redirect(self.next_page())


class Code(EntriesView):
    """A coder's own codings of one question. The other's are not shown."""

    template_name = "governance/analysis/code.html"

    def dispatch(self, request, *args, **kwargs):
        if not self.codes():  # running the consultation is not enough
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def question(self):
        for question in self.analysis.questions():
            if question.pk == self.kwargs["question"]:
                return question
        raise Http404

    @cached_property
    def page(self):
        answers = self.analysis.answers(self.question).values_list("pk", "answers")
        return Paginator(answers, PAGE).get_page(self.request.GET.get("page"))

    def entries(self):
        question = self.question
        entries = [AnalysisEntry(question, pk, answers[question.key]) for pk, answers in self.page]
        mine = {
            reading.response_id: reading
            for reading in Reading.objects.filter(
                coder=self.request.user,
                question=question,
                response__in=[one.response for one in entries],
            ).prefetch_related("codings")
        }
        for one in entries:
            if reading := mine.get(one.response):
                one.chosen = [coding.theme_id for coding in reading.codings.all()]
                one.reason = reading.reason
        return entries

    def get_context_data(self, **kwargs):
        kwargs["question"] = self.question
        return super().get_context_data(
            page_obj=self.page, done=self.analysis.done(self.request.user), **kwargs
        )

    def save(self, entries):
        self.analysis.code(
            self.question, {one.response: one.said for one in entries}, by=self.request.user
        )

    def next_page(self):
        if "next" in self.request.POST and self.page.has_next():
            here = reverse("coding", args=[self.consultation.pk, self.question.pk])
            return f"{here}?page={self.page.next_page_number()}"
        if "next" in self.request.POST:
            return self.get_success_url()
        return self.request.get_full_path()


@method_decorator(require_POST, name="dispatch")
class Finish(AnalysisMixin, View):
    """A coder has read everything."""

    def post(self, request, *args, **kwargs):
        self.analysis.finish(by=request.user)
        return redirect(self.get_success_url())


class SettleCodings(EntriesView):
    """Where the two differ: what both said, and what counts."""

    template_name = "governance/analysis/settle.html"

    @cached_property
    def page(self):
        unsettled = self.analysis.unsettled().select_related("response", "question")
        # What was just settled leaves the list, so the first page is always the next one.
        return Paginator(unsettled, SETTLE).get_page(1)

    def entries(self):
        numbers = {question.pk: question for question in self.analysis.questions()}
        rows = list(self.page)
        both = Reading.objects.filter(
            analysis=self.analysis,
            coder__isnull=False,
            response__in=[row.response_id for row in rows],
        ).prefetch_related("codings__theme")
        said = {(one.response_id, one.question_id, one.coder_id): one for one in both}
        entries = []
        for row in rows:
            question = numbers[row.question_id]
            one = AnalysisEntry(question, row.response_id, row.response.answers[question.key])
            key = (row.response_id, row.question_id)
            one.first = said[*key, self.analysis.first_id]
            one.second = said[*key, self.analysis.second_id]
            entries.append(one)
        return entries

    def get_context_data(self, **kwargs):
        return super().get_context_data(left=self.page.paginator.count, **kwargs)

    def save(self, entries):
        for question in {one.question.pk: one.question for one in entries}.values():
            chosen = {
                one.response: one.said
                for one in entries
                if one.question.pk == question.pk and any(one.said)
            }
            if chosen:
                self.analysis.settle(question, chosen, by=self.request.user)

    def next_page(self):
        if self.analysis.unsettled().exists():
            return reverse("settle_codings", args=[self.consultation.pk])
        return self.get_success_url()

"""The panel's pages: what to do next, one candidate at a time, and what came of it.

While it is blind these pages hold ``Copy`` rows alone (models/blind.py); names come with
interviews, from ``Interview.objects.for_panel``.
"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView, View

from apps.accounts.confidence import LimitsFirstMixin
from apps.core import clock
from apps.core.exceptions import Conflict, NotYet, StaleEdit
from apps.core.late import TakesAway
from apps.core.views import PageFormView
from apps.core.working_days import add_working_days

from ...vacancies.models.panel import PanelMember
from ...vacancies.models.vacancy import Criterion, Vacancy
from ...vacancies.promises import RULE, TELLING
from ..forms import (
    CameForm,
    ModerationForm,
    PanelDeclareForm,
    PanelMeetingForm,
    SelectionFeedbackForm,
    SelectionOutcomeForm,
    SheetForm,
)
from ..models.blind import BlindApplication
from ..models.interview import Interview, PanelMeeting
from ..models.outcome import Outcome, leads_panel, round_of, standing_of, to_decide
from ..models.sheet import Moderation, PanelDeclaration, Recusal, Score, Sheet

PAGE = 25
Stage = Criterion.Stage
# What a panel's page calls what was decided about the post.
DECIDED = (
    ("yes", "To be offered the post"),
    ("reserve", "In reserve"),
    ("no", "Not offered the post"),
)


# --- pieces -------------------------------------------------------------------------------------
class PanelMixin(LimitsFirstMixin):
    """A page for those who sit on the panel now. Whoever sees the vacancy but does not: 403."""

    @cached_property
    def vacancy(self):
        seen = Vacancy.objects.visible_to(self.request.user)
        return get_object_or_404(seen, reference=self.kwargs["reference"])

    @cached_property
    def member(self):
        member = (
            PanelMember.objects.serving()
            .select_related("declaration")
            .filter(vacancy=self.vacancy, user=self.request.user)
            .first()
        )
        if member is None or not self.vacancy.is_judged_by(self.request.user):
            raise PermissionDenied
        member.vacancy, member.user = self.vacancy, self.request.user
        return member

    @property
    def leads(self):
        return leads_panel(self.request.user, self.vacancy)

    def dispatch(self, request, *args, **kwargs):
        self.member  # noqa: B018 - 404 or 403 first
        return super().dispatch(request, *args, **kwargs)

    def get_success_url(self):
        return reverse("panel", args=[self.vacancy.reference])

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            vacancy=self.vacancy, member=self.member, leads=self.leads, **kwargs
        )


class RoundMixin(PanelMixin):
    """A page of one stage. What is put away is so for each member and each address alike."""

    @property
    def is_put_away(self):
        return not self.vacancy.open_to(f"read_{self.round.stage}")

    @cached_property
    def round(self):
        if self.kwargs["stage"] not in Stage.values:
            raise Http404
        found = get_object_or_404(self.vacancy.rounds, stage=self.kwargs["stage"])
        found.vacancy = self.vacancy
        return found

    def dispatch(self, request, *args, **kwargs):
        self.member, self.round  # noqa: B018 - 404 or 403 first
        if self.is_put_away:
            context = {"vacancy": self.vacancy, "typed": typed(request.POST)}
            return render(request, "recruitment/selection/put_away.html", context, status=410)
        return self.open(request, *args, **kwargs)

    def open(self, request, *args, **kwargs):
        """What the page asks before anything else, once it is there to be read."""
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(round=self.round, **kwargs)


def typed(data):
    """What somebody wrote in their own words, for them to copy where it cannot be saved."""
    own = {"feedback", "reason", "why"}
    return [text for name, text in data.items() if name in own or name.startswith("evidence_")]


class PanelCandidateMixin(RoundMixin):
    """A page about one candidate of a stage, by their label."""

    texts = False

    @cached_property
    def candidate(self):
        found = BlindApplication.objects.for_panel(
            self.member,
            texts=self.texts and not self.round.is_interview,
            code=self.round.code,
            pk__in=self.candidates(),
            **{self.round.code: self.kwargs["label"]},
        )
        if not found:
            raise Http404
        return found[0]

    def candidates(self):
        return self.round.blinds().values("pk")

    @cached_property
    def interview(self):
        """What is known of their interview, where this is about one."""
        if not self.round.is_interview:
            return None
        mine = Interview.objects.for_panel(self.request.user)
        return mine.filter(blind=self.candidate.pk).prefetch_related("arrangements").first()

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            candidate=self.candidate, interview=self.interview, **kwargs
        )


# --- the panel's page ---------------------------------------------------------------------------
class PanelPage(PanelMixin, TemplateView):
    """What to do next, and how far one's own work is. Nothing of anybody else's."""

    template_name = "recruitment/selection/panel.html"

    def get_context_data(self, **kwargs):
        rounds = [round_of(self.vacancy, stage) for stage in (Stage.INTERVIEW, Stage.SHORTLISTING)]
        current = rounds[0] or rounds[1]
        return super().get_context_data(
            declared=hasattr(self.member, "declaration"),
            current=current,
            meetings=list(self.vacancy.panel_meetings.all()),
            moves=self.moves(),
            reads_interests=self.vacancy.shows_interests_to(self.request.user),
            **(self.work(current) if current and current.is_running else {}),
            **(self.decided(current) if current and current.is_closed else {}),
            **self.interviews(),
            **kwargs,
        )

    def moves(self):
        moves = self.vacancy.moves_for(self.request.user)
        return {name: moves[name] for name in Vacancy.OF_THE_PANEL if name in moves}

    def work(self, round_):
        """One's own sheets: which are locked, which are begun, which comes next."""
        sheets = Sheet.objects.counting().filter(round=round_, member=self.member)
        mine = dict(sheets.values_list("blind_id", "state"))
        copies = BlindApplication.objects.for_panel(
            self.member, code=round_.code, pk__in=round_.blinds().values("pk")
        )
        owed = {copy.pk for copy in copies} - round_.away_from(self.member)
        locked = {pk for pk in owed if mine.get(pk) == Sheet.State.LOCKED}
        recused = set(self.recusals(round_)) if owed != locked or not owed else set()
        rows = [
            (copy, _standing(copy.pk, owed, locked, mine), copy.pk in recused) for copy in copies
        ]
        following = next((copy for copy in copies if copy.pk in owed - locked), None)
        done = bool(owed) and owed == locked
        return {
            "page": Paginator(rows, PAGE).get_page(self.request.GET.get("page")),
            "owed": len(owed),
            "locked": len(locked),
            "following": following,
            "done": done,
            "ready": bool((owed & mine.keys()) - locked),
            "all_in": done and standing_of(self.vacancy, round_.stage).all_in,
        }

    def recusals(self, round_):
        """Candidates of whom the member can still say that they do not know them after all."""
        if not self.vacancy.may(self.request.user, "take_back_recusal"):
            return []
        since = self.member.recusals.filter(at__gte=round_.opened_at)
        return since.values_list("blind_id", flat=True)

    def decided(self, round_):
        """What the panel decided about the post, in numbers, and what it still owes.

        Of the shortlist no number: what became of it would tell whom the guarantee invited.
        """
        outcomes = list(round_.outcomes.standing().select_related("round"))
        again = round_.is_interview and self.vacancy.open_to("decide_again")
        told = add_working_days(clock.date_of(round_.closed_at), TELLING)
        numbers = [
            (words, sum(outcome.result == result for outcome in outcomes))
            for result, words in DECIDED
        ]
        return {
            "numbers": numbers if round_.is_interview else [],
            "silent": round_.is_interview and sum(one.needs_feedback for one in outcomes),
            "anew": again
            and (any(o.is_anew for o in outcomes) or len(outcomes) < len(to_decide(round_))),
            "untold": sum(outcome.sent_at is None for outcome in outcomes),
            "tell_by": told,
            "late": told < clock.today(),
        }

    def interviews(self):
        if self.vacancy.is_blind:
            return {}
        rows = Interview.objects.for_panel(self.request.user).filter(vacancy=self.vacancy)
        rows = list(rows.prefetch_related("arrangements"))
        plan = getattr(self.vacancy, "interview_plan", None)
        return {
            "interviews": rows,
            "questions": list(plan.questions.select_related("criterion")) if plan else [],
            "plan": plan,
            "records": self.leads and self.vacancy.open_to("record_interview"),
            "decides": self.leads and self.vacancy.open_to("decide_interview"),
        }


def _standing(pk, owed, locked, begun):
    if pk not in owed:
        return "away"
    if pk in locked:
        return "locked"
    return "draft" if pk in begun else "new"


class Declare(PanelMixin, PageFormView):
    """Conflicts of interest, before anything is read."""

    form_class = PanelDeclareForm
    template_name = "recruitment/selection/declare.html"
    page_title = "Conflicts of interest"
    intro = "Say this before you read anything."
    button = "Save my statement"
    done_message = "Thank you. If you recognise somebody later, say so with one click."

    def save(self, form):
        PanelDeclaration.make(self.member, form.cleaned_data["statement"], by=self.request.user)


# --- sheets -------------------------------------------------------------------------------------
class SheetPage(PanelCandidateMixin, PageFormView):
    """One candidate: what they wrote, or what was asked; points and evidence beside it."""

    template_name = "recruitment/selection/sheet.html"
    form_class = SheetForm
    free_writing = True
    texts = True
    stale_words = (
        "You saved this sheet in another window while you wrote. What you typed here is below. "
        "Save again to keep it instead."
    )
    stale_status = 409

    @cached_property
    def sheet(self):
        sheet = Sheet.for_member(self.round, self.member, self.candidate.pk)
        sheet.round, sheet.member = self.round, self.member
        return sheet

    def open(self, request, *args, **kwargs):
        self.candidate  # noqa: B018 - 404 or 403 first
        if not self.sheet.is_locked:
            self.round.may_score(self.member, self.candidate.pk)
        elif request.method == "POST":
            raise Conflict(Sheet.moves["write"].closed, self.sheet)
        return super().open(request, *args, **kwargs)

    def get_page_title(self):
        return str(self.candidate)

    def get_form_kwargs(self):
        scores = {}
        if self.sheet.pk:
            scores = {score.criterion_id: score for score in self.sheet.scores.all()}
        return super().get_form_kwargs() | {
            "criteria": self.round.criteria(),
            "scores": scores,
        }

    def get_initial(self):
        return {"seen": self.sheet.revision}

    def save(self, form):
        self.sheet.write(form.cleaned_data["seen"], form.scores(), by=self.request.user)
        if form.locks:
            self.sheet.lock_it(by=self.request.user)
            messages.success(self.request, f"{self.candidate} is locked.")
        else:
            messages.success(self.request, "Saved. Only you see it.")
        return

    def get_success_url(self):
        if self.request.POST.get("action") == "lock":
            owed, locked = self.round.owed_by(self.member)
            copies = BlindApplication.objects.for_panel(self.member, code=self.round.code)
            for copy in copies:
                if copy.pk in owed - locked:
                    return self.url_of(copy)
            return super().get_success_url()
        return self.url_of(self.candidate)

    def url_of(self, copy):
        return reverse("sheet", args=[self.vacancy.reference, self.round.stage, copy.label])

    def get_context_data(self, **kwargs):
        context = super().get_context_data(sheet=self.sheet, **kwargs)
        questions = {}
        if self.round.is_interview:
            for question in self.vacancy.interview_plan.questions.all():
                questions.setdefault(question.criterion_id, []).append(question)
        context["rows"] = [
            {
                "criterion": criterion,
                "points": points,
                "evidence": evidence,
                "answer": self.candidate.answers.get(criterion.pk, ""),
                "questions": questions.get(criterion.pk, []),
            }
            for criterion, points, evidence in context["form"].rows()
        ]
        context["final"] = (
            [
                {"criterion": score.criterion, "score": score}
                for score in self.sheet.scores.select_related("criterion")
            ]
            if self.sheet.is_locked
            else []
        )
        return context


class SheetSave(SheetPage):
    """Saves a draft while its member writes (static/js/autosave.js): JSON, or 409."""

    http_method_names = ["post"]

    def form_valid(self, form):
        try:
            self.sheet.write(form.cleaned_data["seen"], form.scores(), by=self.request.user)
        except StaleEdit:
            return JsonResponse(
                {"why": "You saved it in another window. Press Save to see both."}, status=409
            )
        return JsonResponse({"revision": self.sheet.revision})

    def form_invalid(self, form):
        return JsonResponse({"why": "Not saved yet: something is too long."}, status=422)


class Recuse(PanelCandidateMixin, View):
    """One click: I think I know this person."""

    http_method_names = ["post"]

    def post(self, request, *args, **kwargs):
        Recusal.make(self.member, self.candidate, by=request.user)
        messages.success(request, "Thank you. You do not score this candidate.")
        return redirect(self.get_success_url())


class RecusalBack(TakesAway, PanelCandidateMixin, View):
    """It was somebody else: score this candidate after all."""

    http_method_names = ["post"]

    def post(self, request, *args, **kwargs):
        recusal = get_object_or_404(self.member.recusals, blind_id=self.candidate.pk)
        recusal.member = self.member
        recusal.take_back(by=request.user)
        messages.success(request, "You score this candidate.")
        return redirect(self.get_success_url())


class LockSheets(RoundMixin, TemplateView):
    """Lock at once every sheet of one's own that is complete."""

    template_name = "recruitment/selection/lock.html"

    def drafts(self):
        rows = Sheet.objects.filter(
            round=self.round, member=self.member, state=Sheet.State.DRAFT, blind__gone=False
        )
        return rows.prefetch_related("scores")

    def get_context_data(self, **kwargs):
        return super().get_context_data(drafts=self.drafts().count(), **kwargs)

    def post(self, request, *args, **kwargs):
        locked, refused = 0, 0
        for sheet in self.drafts():
            sheet.round, sheet.member = self.round, self.member
            try:
                sheet.lock_it(by=request.user)
                locked += 1
            except NotYet:
                refused += 1
        messages.success(request, f"{locked} locked.")
        if refused:
            messages.warning(
                request,
                "1 is not complete yet, and stays a draft."
                if refused == 1
                else f"{refused} are not complete yet, and stay drafts.",
            )
        return redirect(self.get_success_url())


# --- once everything is in ----------------------------------------------------------------------
class Comparison(RoundMixin, TemplateView):
    """Every member's sheets side by side, the best first."""

    template_name = "recruitment/selection/comparison.html"

    def get_context_data(self, **kwargs):
        standing = self.round.read()
        if not standing.all_in:
            raise NotYet("This opens once every member has locked every sheet.")
        results = sorted(standing.results().values(), key=lambda r: (r.rank, r.label))
        away = self.round.recused(self.member)
        page = Paginator([result for result in results if result.pk not in away], PAGE).get_page(
            self.request.GET.get("page")
        )
        outcomes = {o.blind_id: o for o in self.round.outcomes.standing()}
        names = {}
        if self.round.is_interview:
            rows = Interview.objects.for_panel(self.request.user).filter(vacancy=self.vacancy)
            names = {row.blind_id: row.name for row in rows}
        shown = {result.pk for result in page}
        for result in page:
            outcome = outcomes.get(result.pk)
            if outcome is not None:
                outcome.round = self.round
            result.outcome, result.name = outcome, names.get(result.pk, "")
            result.lines = []
            result.may_decide = Outcome.may_be_decided(self.round, outcome)
        self.add_lines({r.pk: r for r in page}, shown, standing)
        return super().get_context_data(
            page=page,
            criteria=self.round.criteria(),
            rule=RULE,
            lacking=list(standing.lacking(self.request.user)) if self.round.is_running else [],
            **kwargs,
        )

    def add_lines(self, by_pk, shown, standing):
        """Each member's points with their evidence, and what was changed afterwards."""
        names = {member.pk: member.user.name for member in standing.members}
        scores = (
            Score.objects.filter(
                sheet__round=self.round, sheet__state="locked", sheet__blind__in=shown
            )
            .select_related("sheet", "criterion")
            .prefetch_related("moderations__by")
            .order_by("sheet__member_id", "criterion__order", "criterion_id")
        )
        for score in scores:
            if (score.sheet.member_id, score.sheet.blind_id) in standing.owed:
                score.who = names[score.sheet.member_id]
                by_pk[score.sheet.blind_id].lines.append(score)


class Moderate(PanelCandidateMixin, PageFormView):
    """Change a score of one's own, after everybody has talked."""

    form_class = ModerationForm
    page_title = "Change a score of mine"
    done_message = "Changed. What you gave before stays to be seen beside it."

    @cached_property
    def scores(self):
        self.round.read()
        self.round.must_be_in()
        rows = (
            Score.objects.filter(
                sheet__round=self.round,
                sheet__member=self.member,
                sheet__blind=self.candidate.pk,
                sheet__state=Sheet.State.LOCKED,
            )
            .select_related("criterion", "sheet__member")
            .prefetch_related("moderations")
        )
        return {score.pk: score for score in rows}

    def get_form_kwargs(self):
        choices = []
        for score in self.scores.values():
            changed = list(score.moderations.all())
            choices.append(
                (score.pk, score.criterion.text, changed[-1].now if changed else score.points)
            )
        return super().get_form_kwargs() | {"scores": choices}

    def save(self, form):
        data = form.cleaned_data
        Moderation.make(
            self.scores[data["score"]], data["now"], by=self.request.user, why=data["why"]
        )

    def get_success_url(self):
        return reverse("comparison", args=[self.vacancy.reference, self.round.stage])


class OutcomeMixin(PanelCandidateMixin):
    def candidates(self):
        """Also those who did not come to their interview: they are owed an answer."""
        rows = BlindApplication.objects.filter(vacancy=self.vacancy, gone=False)
        return (rows.filter(interview__isnull=False) if self.round.is_interview else rows).values(
            "pk"
        )

    @cached_property
    def outcome(self):
        return self.round.outcomes.current().filter(blind=self.candidate.pk).first()

    def get_success_url(self):
        return reverse("comparison", args=[self.vacancy.reference, self.round.stage])


class DecideOutcome(OutcomeMixin, PageFormView):
    """The chair records what the panel decided about one candidate."""

    template_name = "recruitment/selection/outcome_form.html"
    form_class = SelectionOutcomeForm
    button = "Save the outcome"
    done_message = "Saved. The candidate is told nothing yet."

    def open(self, request, *args, **kwargs):
        self.candidate  # noqa: B018 - 404 first
        return super().open(request, *args, **kwargs)

    def dispatch(self, request, *args, **kwargs):
        self.member  # noqa: B018 - 404 or 403 first
        if not self.leads:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self):
        return f"Outcome for {self.candidate}"

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"round_": self.round, "instance": self.outcome}

    def get_context_data(self, **kwargs):
        result = None
        standing = self.round.read()
        if standing.all_in:
            result = standing.results().get(self.candidate.pk)
        return super().get_context_data(result=result, rule=RULE, **kwargs)

    def save(self, form):
        Outcome.decide(self.round, self.candidate, by=self.request.user, **form.cleaned_data)


class WriteFeedback(OutcomeMixin, PageFormView):
    """Any member writes what one candidate will read."""

    form_class = SelectionFeedbackForm
    button = "Save the feedback"
    free_writing = True
    done_message = "Saved. It is sent together with the outcome."

    def get_page_title(self):
        return f"Feedback for {self.candidate}"

    def get_form_kwargs(self):
        if self.outcome is None:
            raise NotYet("The chair records the outcome first.")
        self.outcome.round = self.round
        return super().get_form_kwargs() | {"instance": self.outcome}

    def get_initial(self):
        return {"seen": self.outcome.revision}

    def save(self, form):
        data = form.cleaned_data
        fresh = Outcome.objects.get(pk=self.outcome.pk)
        fresh.round = self.round
        fresh.write_feedback(data["seen"], data["feedback"], by=self.request.user)


# --- meetings of the panel ----------------------------------------------------------------------
class SelectionMeetingMixin(PanelMixin):
    def dispatch(self, request, *args, **kwargs):
        self.member  # noqa: B018 - 404 or 403 first
        if not self.leads:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class AddMeeting(SelectionMeetingMixin, PageFormView):
    form_class = PanelMeetingForm
    page_title = "Plan a meeting of the panel"
    intro = "To prepare together, or to talk it over afterwards. It counts as work, and is paid."
    done_message = "Planned. It is in the calendars of the panel."

    def save(self, form):
        PanelMeeting.plan(self.vacancy, by=self.request.user, **form.facts())


class MeetingCame(SelectionMeetingMixin, PageFormView):
    form_class = CameForm
    page_title = "Who came?"
    intro = "Peers can claim for this time once you have saved it."
    done_message = "Saved."

    @cached_property
    def meeting(self):
        meeting = get_object_or_404(self.vacancy.panel_meetings, pk=self.kwargs["pk"])
        meeting.vacancy = self.vacancy
        return meeting

    def get_form_kwargs(self):
        members = self.vacancy.panel.select_related("user")
        return super().get_form_kwargs() | {"members": members}

    def get_initial(self):
        return {"members": list(self.meeting.attendances.values_list("member_id", flat=True))}

    def save(self, form):
        self.meeting.record_attendance(list(form.cleaned_data["members"]), by=self.request.user)


class InterviewHeld(PanelMixin, View):
    """The chair says whether an interview took place."""

    http_method_names = ["post"]

    def post(self, request, *args, **kwargs):
        if not self.leads:
            raise PermissionDenied
        rows = Interview.objects.for_panel(request.user).filter(vacancy=self.vacancy)
        found = get_object_or_404(rows, label=kwargs["label"])
        interview = Interview.objects.select_related("vacancy", "application", "slot").get(
            pk=found.pk
        )
        interview.record_attendance(request.POST.get("came") == "yes", by=request.user)
        messages.success(request, "Saved.")
        return redirect(self.get_success_url())

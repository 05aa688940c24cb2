"""A vacancy: posts of Peer Support Worker, from a team that gets ready to people in post.

The table of moves and acts is the life of the thing. It names what must be so first and what
follows; each of these stands beside what it concerns, in this part or a later one.
"""

from decimal import Decimal

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Count, F, Max, Q, Sum
from django.urls import reverse
from guardian.models import UserObjectPermissionBase

from apps.core import clock
from apps.core.compiled import late
from apps.core.dates import last_closing
from apps.core.exceptions import IllegalMove, NotYet
from apps.core.held import once
from apps.core.lines import Line
from apps.core.models import Revised, Stateful, States, record
from apps.core.moves import Act, Missing, Move, requirement
from apps.core.permissions import granted

from ...references import new_reference
from ...roles import VACANCY_PERMISSIONS, sync_grants
from .. import events

SUMMARY_WORDS = 150
WORKING_SIDE = frozenset(
    {"recruitment.view_vacancy", *(f"recruitment.{name}" for name, _ in VACANCY_PERMISSIONS)}
)


ANOTHER_MEMBER = "another member of the panel"
# Only a part in the vacancy itself gives these: no superuser has them without it.
OF_A_PART = frozenset({"judge_applications", "lead_panel", "sign_as_manager", "sign_as_peer_lead"})


@late
def applied_to(user):
    """Ids of the vacancies that this person applied for: asked once a request."""
    if not user.is_authenticated:
        return frozenset()
    return once(user, "applied_to", lambda: vacancies_of(user.applications))


def vacancies_of(rows):
    """Their ids."""
    return frozenset(rows.values_list("vacancy_id", flat=True))


class Band(models.TextChoices):
    """Agenda for Change pay bands."""

    BAND_2 = "2", "Band 2"
    BAND_3 = "3", "Band 3"
    BAND_4 = "4", "Band 4"
    BAND_5 = "5", "Band 5"
    BAND_6 = "6", "Band 6"
    BAND_7 = "7", "Band 7"
    BAND_8A = "8a", "Band 8a"


class DBSLevel(models.TextChoices):
    """The criminal record check that the role needs; set for each role."""

    NONE = "none", "No check"
    BASIC = "basic", "Basic"
    STANDARD = "standard", "Standard"
    ENHANCED = "enhanced", "Enhanced"
    BARRED = "barred", "Enhanced, with the barred lists"


class VacancyQuerySet(models.QuerySet):
    def where(self, user, codename):
        """Vacancies on which this person holds a permission, by a part in them or everywhere.

        Whoever applied for a post has no part in filling it: their own vacancies are not among
        them, whatever their role.
        """
        if not user.is_authenticated:
            return self.none()
        rows = self
        if not user.has_perm(f"recruitment.{codename}"):
            rows = rows.filter(pk__in=granted(user, self.model, codename))
        return rows.exclude(pk__in=applied_to(user))

    def visible_to(self, user):
        """The working side of vacancies: those who run them or have a part in them.

        Candidates and the public read adverts instead (``advertised``).
        """
        return self.where(user, "view_vacancy")

    def advertised(self, now=None):
        """Those that take applications now, by the clock."""
        return self.filter(state=Vacancy.State.OPEN, closes_at__gt=last_closing(now))

    def was_advertised(self):
        """Those whose advert anybody may still read by its address; withdrawn ones included."""
        return self.filter(opened_at__isnull=False)

    def past_closing(self, now=None):
        """Still stored as open, though their time is over."""
        return self.filter(state=Vacancy.State.OPEN, closes_at__lte=last_closing(now))

    def to_shortlist(self, now=None):
        """Closed, by the clock or by its state, and shortlisting has not begun."""
        return self.filter(
            Q(state=Vacancy.State.CLOSED)
            | Q(state=Vacancy.State.OPEN, closes_at__lte=last_closing(now))
        )

    def in_phase(self, phase, now=None):
        """Those that stand in a phase now, the clock being asked where it matters."""
        if phase == Vacancy.State.OPEN:
            return self.advertised(now)
        if phase == Vacancy.State.CLOSED:
            return self.to_shortlist(now)
        return self.filter(state=phase)


def of_human_resources(vacancy, by, text, name, *args):
    """Missing, and theirs to mend: they get the link, and others read whose turn it is."""
    if by.has_perm("recruitment.run_vacancy", vacancy):
        return Missing(text, reverse(name, args=[vacancy.reference, *args]))
    return Missing(text, turn="Human Resources")


@requirement
def signs_for_one_side(vacancy, by):
    """Nobody is both the manager and the peer lead."""
    if len(vacancy.sides_of(by)) == 2:
        yield Missing("Manager and peer lead are two people. Name another for one of them.")


class Vacancy(Revised, Stateful):
    """Posts to fill, their criteria, and everybody with a part in filling them.

    The clock closes it: read ``phase``, ``is_open``, ``advertised()``, never a bare ``state`` where
    being open matters.
    """

    class State(States):
        DRAFT = "draft", "grey", "Draft"
        READINESS = "readiness", "blue", "Getting ready"
        APPROVAL = "approval", "yellow", "Waiting for approval"
        APPROVED = "approved", "green", "Approved"
        OPEN = "open", "blue", "Open"
        CLOSED = "closed", "grey", "Closed"
        SHORTLISTING = "shortlisting", "purple", "Shortlisting"
        SHORTLISTED = "shortlisted", "aqua-green", "Shortlisted"
        INTERVIEWING = "interviewing", "purple", "Interviewing"
        DECIDED = "decided", "aqua-green", "Decided"
        FILLED = "filled", "green", "Filled"
        UNFILLED = "unfilled", "orange", "Not filled"
        WITHDRAWN = "withdrawn", "grey", "Withdrawn"

    BEFORE_OPENING = (State.DRAFT, State.READINESS, State.APPROVAL, State.APPROVED)
    BLIND = (State.OPEN, State.CLOSED, State.SHORTLISTING)  # no judge knows a name in these
    UNDECIDED = (*BEFORE_OPENING, *BLIND, State.SHORTLISTED, State.INTERVIEWING)
    UNDER_WAY = (*UNDECIDED, State.DECIDED)
    OVER = (State.FILLED, State.UNFILLED, State.WITHDRAWN)
    SETTLED = (State.DECIDED, *OVER)  # once here, the panel has nothing left to judge
    ANY = (*UNDER_WAY, *OVER)
    moves = {
        # --- getting ready
        "begin_readiness": Move(
            (State.DRAFT,),
            State.READINESS,
            "recruitment.prepare_vacancy",
            needs=(
                "apps.recruitment.vacancies.models.approval.approves_nothing_in_it",
                "apps.recruitment.vacancies.models.readiness.is_written",
                "apps.recruitment.vacancies.models.readiness.asks_for_something_essential",
                "apps.recruitment.vacancies.models.readiness.has_manager_and_peer_lead",
            ),
            then=("apps.recruitment.vacancies.models.readiness.list_begins",),
            label="Start getting ready",
            main=True,
            explain="The manager and the peer lead go through the readiness list together.",
        ),
        "back_to_draft": Move(
            (State.READINESS,),
            State.DRAFT,
            "recruitment.prepare_vacancy",
            needs=("apps.recruitment.vacancies.models.approval.approves_nothing_in_it",),
            then=("apps.recruitment.vacancies.models.readiness.signatures_go",),
            label="Go back to the draft",
            reason=True,
            explain="The description can then be changed. Signatures on the readiness list go.",
        ),
        "ask_approval": Move(
            (State.READINESS,),
            State.APPROVAL,
            "recruitment.sign_as_peer_lead",
            needs=(
                "apps.recruitment.vacancies.models.readiness.every_line_is_signed",
                "apps.recruitment.vacancies.models.readiness.supervisors_are_named",
                "apps.recruitment.vacancies.models.readiness.posts_are_funded",
                "apps.recruitment.vacancies.models.readiness.advice_is_answered",
                "apps.recruitment.vacancies.models.approval.authorisers_are_named",
            ),
            then=("apps.recruitment.vacancies.models.approval.first_is_asked",),
            label="Ask for approval",
            main=True,
            explain="The first authoriser is asked. The others follow in order.",
        ),
        "approve": Move(
            (State.APPROVAL,),
            State.APPROVED,
            "recruitment.authorise_vacancy",
            then=(events.approval_answered,),
            label="Approve",
            internal=True,  # follows the last approval
        ),
        "return_it": Move(
            (State.APPROVAL,),
            State.READINESS,
            "recruitment.authorise_vacancy",
            then=(events.approval_answered,),
            label="Return",
            internal=True,  # follows an authoriser's return
        ),
        "open": Move(
            (State.APPROVED,),
            State.OPEN,
            "recruitment.run_vacancy",
            needs=(
                "apps.recruitment.vacancies.models.panel.panel_chooses_fairly",
                "apps.recruitment.vacancies.models.panel.somebody_arranges",
                "apps.recruitment.vacancies.models.panel.people_have_time_to_apply",
            ),
            then=(events.opened, "apps.recruitment.employment.events.training_leads_on"),
            label="Open for applications",
            main=True,
            warn=True,
            explain="The advert is public from now. The criteria can no longer change.",
        ),
        "back_to_readiness": Move(
            (State.APPROVED,),
            State.READINESS,
            "recruitment.prepare_vacancy",
            then=("apps.recruitment.vacancies.models.approval.approvals_fall",),
            label="Change it again",
            reason=True,
            explain="It goes back to getting ready. Everybody approves it anew afterwards.",
        ),
        "write": Act(
            (State.DRAFT,),
            "recruitment.prepare_vacancy",
            needs=("apps.recruitment.vacancies.models.approval.approves_nothing_in_it",),
            label="Write it",
            closed="This can be changed only while the vacancy is a draft.",
        ),
        "set_terms": Act(
            BEFORE_OPENING,
            "recruitment.prepare_vacancy",
            needs=("apps.recruitment.vacancies.models.approval.approves_nothing_in_it",),
            then=("apps.recruitment.vacancies.models.readiness.supervision_is_signed_anew",),
            closed="It has opened. Give people longer instead.",
        ),
        "set_funding": Act(
            (State.DRAFT, State.READINESS),
            "recruitment.prepare_vacancy",
            closed="Approval has begun. This changes only if an authoriser sends the vacancy back.",
        ),
        "keep_template": Act(ANY, "recruitment.run_vacancy"),
        "name_people": Act(
            UNDER_WAY,
            "recruitment.run_vacancy",
            then=("apps.recruitment.vacancies.models.readiness.side_signs_anew",),
            closed="This vacancy has ended. Who has a part in it no longer changes.",
        ),
        "sign_readiness": Act(
            (State.READINESS,), needs=(signs_for_one_side,), closed="The list is not open now."
        ),  # by either side
        "name_authoriser": Act(
            (State.DRAFT, State.READINESS),
            "recruitment.run_vacancy",
            closed="Approval has begun. Who approves no longer changes.",
        ),
        "name_deputy": Act(
            (State.DRAFT, State.READINESS, State.APPROVAL),
            then=(events.deputy_named,),
            closed="This vacancy is not to be approved any more.",
        ),  # by who holds the office, or Human Resources
        "ask_authoriser": Act((State.APPROVAL,), then=(events.authoriser_asked,)),  # in their turn
        "answer_approval": Act(
            (State.APPROVAL,),
            "recruitment.authorise_vacancy",
            needs=("apps.recruitment.vacancies.models.approval.is_their_turn",),
            closed="This vacancy is not waiting for approval.",
        ),
        "advise": Act(ANY, "recruitment.view_vacancy"),
        "answer_advice": Act(
            ANY,
            "recruitment.prepare_vacancy",
            needs=("apps.recruitment.vacancies.models.approval.approves_nothing_in_it",),
        ),
        # --- the panel
        "join_panel": Act(
            (*UNDECIDED, State.DECIDED),
            "recruitment.run_vacancy",
            needs=("apps.recruitment.selection.models.outcome.panel_still_decides",),
            then=(
                "apps.recruitment.selection.models.sheet.can_be_blind",
                "apps.recruitment.selection.models.sheet.hears_what_to_do",
            ),
            closed="This vacancy is decided. Its panel no longer changes.",
        ),
        "leave_panel": Act(
            UNDER_WAY,
            "recruitment.run_vacancy",
            then=(
                "apps.recruitment.selection.models.sheet.sheets_are_void",
                "apps.recruitment.selection.models.sheet.somebody_must_score",
            ),
            closed="This vacancy has ended. Its panel no longer changes.",
        ),
        "record_training": Act(
            UNDER_WAY,
            "recruitment.run_vacancy",
            closed="This vacancy has ended. Its panel no longer changes.",
        ),
        # --- while people apply
        "extend": Act(
            (State.OPEN,),
            "recruitment.run_vacancy",
            then=(events.longer, "apps.recruitment.applications.events.longer"),
            label="Give people longer",
            closed="This vacancy is not open.",
        ),
        "offer_visit": Act(
            UNDER_WAY,
            "recruitment.prepare_vacancy",
            closed="This vacancy has ended. Nobody comes to look any more.",
        ),
        "cancel_visit": Act(ANY, "recruitment.prepare_vacancy", then=(events.visit_cancelled,)),
        "book_visit": Act((State.OPEN,), closed="This visit can no longer be booked."),
        "apply": Act(
            (State.OPEN,),
            closed="This vacancy is closed. Applications can no longer be begun.",
        ),
        "receive_application": Act(
            (State.OPEN,),
            closed="This vacancy is closed. Applications can no longer be sent.",
        ),
        "close": Move(
            (State.OPEN,),
            State.CLOSED,
            "recruitment.run_vacancy",
            label="Close",
            internal=True,  # the clock closes it; this only tidies the state
        ),
        # --- shortlisting
        "make_copies": Act((State.CLOSED,), closed="Copies are made once the vacancy has closed."),
        "redact": Act(
            (State.CLOSED, State.SHORTLISTING),
            needs=("apps.recruitment.selection.models.blind.panel_does_not_read_yet",),
            closed="The redacted copies no longer change.",
        ),
        "sign_redaction": Act(
            (State.CLOSED, State.SHORTLISTING), closed="The redacted copies no longer change."
        ),
        "declare_interests": Act(
            UNDER_WAY,
            needs=("apps.recruitment.selection.models.sheet.may_still_declare",),
            closed="This vacancy has ended.",
        ),
        "start_shortlisting": Move(
            (State.CLOSED,),
            State.SHORTLISTING,
            "recruitment.run_vacancy",
            needs=(
                "apps.recruitment.selection.models.blind.every_copy_is_signed",
                "apps.recruitment.selection.models.sheet.panel_can_begin",
            ),
            then=("apps.recruitment.selection.models.scoring.shortlisting_begins",),
            label="Start shortlisting",
            main=True,
            explain="The panel is told, and can read the redacted applications.",
        ),
        "recuse": Act(
            (State.SHORTLISTING, State.INTERVIEWING),
            then=("apps.recruitment.selection.models.sheet.somebody_must_score",),
            closed="Scoring is over.",
        ),
        "take_back_recusal": Act(
            (State.SHORTLISTING, State.INTERVIEWING),
            needs=("apps.recruitment.selection.models.sheet.scores_were_not_seen",),
            closed="Scoring is over.",
        ),
        "score_shortlisting": Act(
            (State.SHORTLISTING,), closed="This scoring is over, or has not begun."
        ),
        "score_interview": Act(
            (State.INTERVIEWING,), closed="This scoring is over, or has not begun."
        ),
        # What the panel reads, decides and writes; once the shortlist is locked it is put away.
        "read_shortlisting": Act(
            (State.SHORTLISTING,),
            "recruitment.judge_applications",
            closed="The shortlist is locked. Human Resources take it from here.",
        ),
        "read_interview": Act((State.INTERVIEWING, *SETTLED), "recruitment.judge_applications"),
        "decide_shortlisting": Act(
            (State.SHORTLISTING,),
            "recruitment.lead_panel",
            closed="The shortlist is locked. Human Resources take it from here.",
        ),
        "decide_interview": Act(
            (State.INTERVIEWING, State.DECIDED),
            "recruitment.lead_panel",
            closed="Interviews have not begun, or this vacancy has ended.",
        ),
        "write_feedback_shortlisting": Act(
            (State.SHORTLISTING,),
            "recruitment.judge_applications",
            closed="The shortlist is locked. Human Resources take it from here.",
        ),
        "write_feedback_interview": Act(
            (State.INTERVIEWING, *SETTLED), "recruitment.judge_applications"
        ),
        "lock_shortlist": Move(
            (State.SHORTLISTING,),
            State.SHORTLISTED,
            "recruitment.judge_applications",
            needs=(
                "apps.recruitment.selection.models.outcome.chair_says_it_first",
                "apps.recruitment.selection.models.outcome.shortlist_is_complete",
            ),
            then=(
                "apps.recruitment.selection.models.scoring.shortlisting_ends",
                "apps.recruitment.selection.models.outcome.blindness_ends",
            ),
            label="Lock the shortlist",
            warn=True,
            both=ANOTHER_MEMBER,
            half=("apps.recruitment.selection.events.panel_is_asked",),
            done="The shortlist is locked.",
            explain="Compare the scores and what is recorded for each candidate first: that is "
            "what you lock. Scores and recommendations then no longer change, and the panel no "
            "longer reads them. Human Resources take it from here: they invite whoever the "
            "published rule guarantees an interview, may invite others, and tell everybody.",
        ),
        "answer_shortlist": Act(
            (State.SHORTLISTED, State.INTERVIEWING, State.DECIDED),
            "recruitment.run_vacancy",
            closed="The panel has not finished, or the vacancy has ended.",
        ),
        "send_shortlisting": Act(
            (State.SHORTLISTED, State.INTERVIEWING, *SETTLED),
            needs=("apps.recruitment.selection.models.outcome.shortlisting_can_be_told",),
            closed="The panel has not finished.",
        ),
        # --- interviews
        "plan_interviews": Act(
            (State.SHORTLISTED, State.INTERVIEWING),
            "recruitment.run_vacancy",
            closed="Interviews are planned once the shortlist is locked.",
        ),
        "release_interviews": Act(
            (State.SHORTLISTED, State.INTERVIEWING),
            "recruitment.run_vacancy",
            needs=(
                "apps.recruitment.selection.models.interview.plan_says_where",
                "apps.recruitment.selection.models.interview.questions_cover_the_criteria",
                "apps.recruitment.selection.models.interview.there_are_times_for_all",
            ),
            closed="Interviews are planned once the shortlist is locked.",
        ),
        "plan_panel_meeting": Act(
            ANY, then=("apps.recruitment.selection.models.interview.panel_hears_of_the_meeting",)
        ),  # by Human Resources, or the chair
        "start_interviews": Move(
            (State.SHORTLISTED,),
            State.INTERVIEWING,
            "recruitment.run_vacancy",
            needs=(
                "apps.recruitment.selection.models.interview.interviews_can_begin",
                "apps.recruitment.selection.models.sheet.panel_is_whole",
            ),
            then=("apps.recruitment.selection.models.interview.scoring_begins",),
            label="Start interviews",
            main=True,
        ),
        "record_interview": Act(
            (State.INTERVIEWING,), closed="Interviews have not begun, or are over."
        ),  # by Human Resources, or the chair
        "decide": Move(
            (State.INTERVIEWING,),
            State.DECIDED,
            "recruitment.judge_applications",
            needs=(
                "apps.recruitment.selection.models.outcome.chair_says_it_first",
                "apps.recruitment.selection.models.outcome.decision_is_complete",
                "apps.recruitment.selection.models.interview.every_interview_is_settled",
            ),
            then=(
                "apps.recruitment.selection.models.scoring.interviews_are_decided",
                "apps.recruitment.selection.models.outcome.human_resources_hear",
            ),
            label="Record the panel's decision",
            warn=True,
            both=ANOTHER_MEMBER,
            half=("apps.recruitment.selection.events.panel_is_asked",),
            done="The decision is recorded.",
            explain="Compare the scores and what is recorded for each candidate first: that is "
            "what you decide. The ranking and the reserves then no longer change.",
        ),
        "decide_again": Move(
            (State.DECIDED,),
            State.DECIDED,
            "recruitment.judge_applications",
            needs=(
                "apps.recruitment.selection.models.outcome.chair_says_it_first",
                "apps.recruitment.selection.models.outcome.what_is_anew_is_complete",
            ),
            then=(
                "apps.recruitment.selection.models.scoring.agreed_anew",
                "apps.recruitment.selection.models.outcome.human_resources_hear",
            ),
            label="Record what the panel decided anew",
            warn=True,
            both=ANOTHER_MEMBER,
            half=("apps.recruitment.selection.events.panel_is_asked",),
            done="What the panel decided anew is recorded.",
            explain="Human Resources took back what somebody was told. Compare the scores and what "
            "is recorded now first: that is what you decide. Human Resources then send it.",
        ),
        "send_interview": Act(
            SETTLED,
            needs=("apps.recruitment.selection.models.outcome.decision_can_be_told",),
            closed="The panel has not finished.",
        ),
        # --- its end
        "fill": Move(
            (State.DECIDED,),
            State.FILLED,
            "recruitment.run_vacancy",
            label="Fill",
            internal=True,  # follows the last start in post
        ),
        "leave_unfilled": Move(
            (State.CLOSED, State.SHORTLISTED, State.INTERVIEWING, State.DECIDED),
            State.UNFILLED,
            "recruitment.run_vacancy",
            needs=(
                "apps.recruitment.selection.models.outcome.reserve_list_is_over",
                "apps.recruitment.applications.events.everybody_was_told",
                "apps.recruitment.employment.events.offers_are_settled",
            ),
            label="End without filling it",
            reason=True,
            warn=True,
            explain="Nobody more is appointed. Everybody who applied must have been told first.",
        ),
        "withdraw": Move(
            UNDECIDED,
            State.WITHDRAWN,
            "recruitment.run_vacancy",
            then=(events.withdrawn, "apps.recruitment.applications.events.vacancy_withdrawn"),
            label="Withdraw the vacancy",
            reason=True,
            warn=True,
            explain="Everybody who applied is told, with your reason.",
        ),
    }
    # The chair and another member together; what these lack, they learn by pressing.
    OF_THE_PANEL = ("lock_shortlist", "decide", "decide_again")
    grant_fact = "works_on_vacancies"  # permissions.grants; models/panel.py

    reference = models.CharField(
        max_length=12,
        unique=True,
        editable=False,
        default=new_reference,
        help_text="Random, so that nobody can guess another.",
    )
    title = Line("job title", max_length=120, default="Peer Support Worker")
    summary = models.TextField(
        "plain summary",
        blank=True,
        max_length=2000,
        help_text="What the post is, in plain words. It stands first in the advert.",
    )
    easy_read = models.TextField("easy-read version", blank=True, max_length=10000)
    description = models.TextField(
        "job description",
        blank=True,
        max_length=50000,
        help_text="You can use Markdown for headings and lists.",
    )
    band = models.CharField(max_length=3, choices=Band, default=Band.BAND_3)
    wte = models.DecimalField(
        "whole-time equivalent",
        max_digits=3,
        decimal_places=2,
        default=Decimal("1.00"),
        validators=[MinValueValidator(Decimal("0.05")), MaxValueValidator(Decimal("1.00"))],
        help_text="1 is 37.5 hours a week; 0.4 is 15 hours.",
    )
    posts = models.PositiveSmallIntegerField(
        "number of posts", default=1, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    hours = models.TextField(
        "pattern of hours",
        blank=True,
        max_length=1000,
        help_text="Which days and times, and what can be agreed. Say that hours can be set so that "
        "benefits are not lost.",
    )
    team = Line(max_length=120, blank=True)
    borough = Line(max_length=40, blank=True, db_index=True)
    cost_code = Line(max_length=30, blank=True)
    position_number = Line(max_length=30, blank=True)
    legal_rationale = models.TextField(
        "why lived experience is asked for",
        blank=True,
        max_length=3000,
        help_text="The lawful reason, and how the criterion asks for experience and the ability to "
        "use it, never for a diagnosis, a treatment or a medicine.",
    )
    dbs_level = models.CharField(
        "criminal record check", max_length=10, choices=DBSLevel, default=DBSLevel.ENHANCED
    )
    dbs_paid_by_trust = models.BooleanField("the trust pays for the check", default=True)
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="vacancies_managed",
        help_text="The manager of the team.",
    )
    peer_lead = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="vacancies_led",
        help_text="The peer who prepares the post together with the manager.",
    )
    line_supervisor = Line(max_length=120, blank=True)
    peer_supervisor = Line(max_length=120, blank=True)
    organiser = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="vacancies_organised",
        verbose_name="organiser of adjustments",
        help_text="The one person who reads what adjustments candidates need, and arranges them.",
    )
    state = models.CharField(max_length=14, choices=State, default=State.DRAFT)
    opened_at = models.DateTimeField(null=True, blank=True, editable=False)
    closes_at = models.DateTimeField(
        null=True, blank=True, help_text="The last second at which an application is in."
    )
    interviews_on = models.DateField(
        "first day of interviews",
        null=True,
        blank=True,
        help_text="As planned. The advert says it, and everybody keeps it free.",
    )
    source = models.CharField(
        "description taken from",
        max_length=250,
        blank=True,
        editable=False,
        help_text="The accepted output that the description was taken from.",
    )
    since = models.DateTimeField("in this state since", default=clock.now, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True, editable=False, db_index=True)
    tallied_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When its equality answers were counted."
    )
    schedule_version = models.PositiveIntegerField(default=0, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = VacancyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "vacancies"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "closes_at"])]
        permissions = VACANCY_PERMISSIONS
        constraints = [
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True)
                | Q(closes_at__isnull=False, closes_at__gt=F("opened_at")),
                name="recruitment_vacancy_times",
            ),
            models.CheckConstraint(
                condition=Q(posts__gte=1), name="recruitment_vacancy_has_a_post"
            ),
        ]

    def __str__(self):
        return f"{self.title}, {self.reference}"

    def get_absolute_url(self):
        return reverse("vacancy", args=[self.reference])

    def page_of(self, name):
        of_panel = name in self.OF_THE_PANEL
        return reverse("panel", args=[self.reference]) if of_panel else super().page_of(name)

    def get_job_url(self):
        """The public advert."""
        return reverse("job", args=[self.reference])

    # --- the clock ------------------------------------------------------------------------------
    @property
    def is_past_closing(self):
        return self.closes_at is not None and self.closes_at <= last_closing()

    @property
    def phase(self):
        """Where it stands now: the stored state, but closed once its time is past."""
        if self.state == self.State.OPEN and self.is_past_closing:
            return self.State.CLOSED
        return self.State(self.state)  # type: ignore[call-arg]  # looks it up

    @property
    def state_now(self):
        return self.phase

    @property
    def phase_since(self):
        """When it came into its phase; the closing time began *closed*."""
        is_closed_by_clock = self.state == self.State.OPEN and self.is_past_closing
        return self.closes_at if is_closed_by_clock else self.since

    @property
    def phase_label(self):
        return self.phase.label

    @property
    def is_open(self):
        """Whether an application can be sent now."""
        return self.phase == self.State.OPEN

    @property
    def is_blind(self):
        """Whether those who judge must not know whom: it ends when the shortlist is locked."""
        return self.state in self.BLIND

    @property
    def has_opened(self):
        return self.opened_at is not None

    @property
    def is_over(self):
        return self.state in self.OVER

    @property
    def is_settled(self):
        return self.state in self.SETTLED

    @property
    def is_withdrawn(self):
        return self.state == self.State.WITHDRAWN

    @property
    def was_decided(self):
        """Whether the panel's decision is there, and posts are offered by it."""
        return self.state == self.State.DECIDED

    @property
    def is_filled(self):
        return self.state == self.State.FILLED

    # --- who may --------------------------------------------------------------------------------
    def withheld_perms(self, user):
        """Nobody fills a post that they applied for, or leads a panel without a seat on it."""
        if self.pk in applied_to(user):
            return WORKING_SIDE
        if not user.is_superuser:
            return frozenset()
        lacking = (name for name in OF_A_PART if self.pk not in granted(user, Vacancy, name))
        return frozenset(f"recruitment.{name}" for name in lacking)

    @property
    def stands(self):
        """What two of the panel say goes by what is recorded for each candidate, and not sent.

        Not by what Human Resources answer of a locked shortlist, which the panel does not learn.
        """
        anew = Q(stage=Criterion.Stage.INTERVIEW, outcomes__released_at__isnull=True)
        recorded = self.rounds.filter(
            Q(closed_at__isnull=True) | anew,
            outcomes__ended_at__isnull=True,
            outcomes__blind__gone=False,
        ).aggregate(Count("outcomes"), Max("outcomes__pk"), Sum("outcomes__revision"))
        return " ".join(str(one or 0) for one in (super().stands, *recorded.values()))

    def left_since(self, press):
        """Whether its author left the panel: a seat that they have again is another."""
        return self.panel.filter(user=press.by_id, removed_at__gt=press.at).exists()

    def moves_on_its_page(self, user):
        """As ``moves_for``; what is decided anew has its button where the panel works."""
        moves = self.moves_for(user)
        moves.pop("decide_again", None)
        return moves

    def is_judged_by(self, user):
        """Whether this person sits on the panel now."""
        return user.is_authenticated and self.pk in granted(user, Vacancy, "judge_applications")

    def shows_interests_to(self, user):
        """Whether this person reads what the panel declared: its chair; Human Resources and the
        manager, who answer for the panel, unless they sit on it without leading it.
        """
        if self.is_over:
            return False
        if self.is_judged_by(user):
            return user.has_perm("recruitment.lead_panel", self)
        answers = ("recruitment.run_vacancy", "recruitment.sign_as_manager")
        return any(user.has_perm(perm, self) for perm in answers)

    def sides_of(self, user):
        """The sides for which this person signs: the manager's, the peer lead's."""
        return [
            side
            for side in ("manager", "peer_lead")
            if user.has_perm(f"recruitment.sign_as_{side}", self)
        ]

    def has_part(self, user):
        """Whether this person prepares, approves or judges it, or arranges its adjustments."""
        held = self.pk in granted(user, Vacancy, "view_vacancy")
        return held or user.pk == self.organiser_id

    # --- moves ----------------------------------------------------------------------------------
    @transaction.atomic
    def move(self, name, *, by, note="", **changes):
        self._store_closing()
        return super().move(name, by=by, note=note, **changes)

    def permit(self, name, *, by):
        """The clock is asked when it is one's turn: what waited past the closing time is late."""
        self.lock()
        self._store_closing()
        super().permit(name, by=by)

    def _store_closing(self):
        """Whoever comes first tidies what the clock has done; who comes second finds it so."""
        if self.state == self.State.OPEN and self.is_past_closing:
            self.lock()
            if self.state == self.State.OPEN and self.is_past_closing:
                self.follow("close")

    def _times(self, name):
        if self.moves[name].target == self.state:
            return {}
        now = clock.now()
        times = {"since": now}
        if name == "open":
            times["opened_at"] = now
        if self.moves[name].target in self.OVER:
            times["finished_at"] = now
        return times

    # --- people ---------------------------------------------------------------------------------
    def lock(self):
        """Take the row for this transaction, as it stands now."""
        self.refresh_from_db(from_queryset=Vacancy.objects.select_for_update(of=("self",)))

    @classmethod
    @transaction.atomic
    def begin(cls, *, by, **fields):
        """A new draft. Raises PermissionDenied."""
        if not by.has_perm("recruitment.run_vacancy"):
            raise PermissionDenied
        vacancy = cls.objects.create(created_by=by, **fields)
        for user in {vacancy.manager, vacancy.peer_lead} - {None}:
            sync_grants(user, vacancy)
        record("begin", vacancy, by=by)
        return vacancy

    @transaction.atomic
    def name_people(self, *, by, **people):
        """Set manager, peer lead or organiser; grants follow. Raises PermissionDenied, NotYet."""
        self.permit("name_people", by=by)
        peer_lead = people.get("peer_lead", self.peer_lead)
        if peer_lead is not None and peer_lead.constituency != "lived_experience":
            raise NotYet("The peer lead is somebody with lived experience.")
        self._may_have_a_part(people)
        before = {self.manager, self.peer_lead}
        sides = [side for side in ("manager", "peer_lead") if side in people]
        changed = [side for side in sides if people[side] != getattr(self, side)]
        for role, user in people.items():
            setattr(self, role, user)
        self.save(update_fields=list(people))
        for user in (before | {self.manager, self.peer_lead}) - {None}:
            sync_grants(user, self)
        named = ", ".join(
            f"{role}: person {user.pk if user else 'none'}" for role, user in people.items()
        )
        record("name_people", self, by=by, note=named)
        self.followed("name_people", changed)

    def _may_have_a_part(self, people):
        """Raise NotYet where somebody's other part in this vacancy stands in the way."""
        for role, user in people.items():
            if user is None:
                continue
            if self.applications.filter(candidate=user).exists():
                raise NotYet("This person cannot have a part in this vacancy.")  # and not why
            if role == "organiser":
                if self.panel.serving().filter(user=user).exists():
                    raise NotYet("This person is on the panel, who do not read what is asked for.")
            elif self.approvals.filter(
                Q(authoriser=user) | Q(deputies__user=user, deputies__ended_at__isnull=True)
            ).exists():
                raise NotYet("This person approves the vacancy, so they do not prepare it.")

    # --- closing --------------------------------------------------------------------------------
    @transaction.atomic
    def extend(self, until, *, by, reason, interviews_on=None):
        """Give people longer: logged, and everybody concerned is told.

        Raises PermissionDenied, IllegalMove where it is not open, NotYet for an earlier time or
        where interviews would begin before it closes.
        """
        self.permit("extend", by=by)
        if until <= self.closes_at:
            raise NotYet("The new closing time must be later than the one there is.")
        self.interviews_on = interviews_on or self.interviews_on
        if self.interviews_on is not None and self.interviews_on <= clock.date_of(until):
            raise NotYet("The first day of interviews must be after the closing date.")
        was, self.closes_at = self.closes_at, until
        self.schedule_version += 1
        self.save(update_fields=["closes_at", "schedule_version", "interviews_on"])
        entry = record("extend", self, by=by, note=f"was {was.isoformat()}: {reason}")
        self.followed("extend", entry)


class VacancyUserPermission(UserObjectPermissionBase):
    """A person's grant on one vacancy (guardian, with direct foreign keys)."""

    content_object = models.ForeignKey(Vacancy, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        indexes = [models.Index(fields=["user", "permission"])]


# --- criteria -----------------------------------------------------------------------------------
class Criterion(models.Model):
    """One line of the person specification. Frozen once the vacancy is open."""

    class Weight(models.TextChoices):
        ESSENTIAL = "essential", "Essential"
        DESIRABLE = "desirable", "Desirable"

    class Stage(models.TextChoices):
        SHORTLISTING = "shortlisting", "From the application"
        INTERVIEW = "interview", "At interview"

    vacancy = models.ForeignKey(Vacancy, on_delete=models.CASCADE, related_name="criteria")
    weight = models.CharField(max_length=10, choices=Weight)
    stage = models.CharField("looked at", max_length=12, choices=Stage)
    text = Line("criterion", max_length=300)
    guidance = models.TextField(
        "help for candidates",
        blank=True,
        max_length=1000,
        help_text="What a good answer may draw on, in plain words.",
    )
    scoring = models.TextField(
        "help for the panel",
        blank=True,
        max_length=1000,
        help_text="What to look for when scoring.",
    )
    max_words = models.PositiveSmallIntegerField("words at most", default=250)
    order = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        verbose_name_plural = "criteria"
        ordering = ["order", "pk"]
        indexes = [models.Index(fields=["vacancy", "stage", "order"])]

    def __str__(self):
        return self.text

    @transaction.atomic
    def save(self, *args, **kwargs):
        self._unfrozen()
        super().save(*args, **kwargs)

    @transaction.atomic
    def delete(self, *args, **kwargs):
        self._unfrozen()
        return super().delete(*args, **kwargs)

    def _unfrozen(self):
        """The row of the vacancy stays locked to the end: it cannot open in between."""
        vacancy = Vacancy.objects.select_for_update(of=("self",)).get(pk=self.vacancy_id)
        if vacancy.has_opened:
            raise IllegalMove("The criteria no longer change: the vacancy has opened.", vacancy)

    @property
    def is_essential(self):
        return self.weight == self.Weight.ESSENTIAL

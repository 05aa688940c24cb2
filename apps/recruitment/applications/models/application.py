"""An application: what a candidate wrote, and what they have been told so far.

**The state of an application is what its candidate has been told.** What the panel decided waits
elsewhere until it is sent with its feedback; so no page about an application can tell it early.
"""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from guardian.models import UserObjectPermissionBase

from apps.core import clock
from apps.core.exceptions import Conflict, NotYet
from apps.core.held import forget_grants
from apps.core.lines import Line
from apps.core.models import AuditEntry, Revised, Stateful, States, record
from apps.core.moves import Act, Missing, Move, requirement
from apps.core.readability import word_count

from ...references import new_reference
from ...roles import APPLICATION_PERMISSIONS, grant_candidate
from ...vacancies.models.panel import PanelMember, reads_names
from ...vacancies.models.vacancy import Criterion, Vacancy, applied_to

CONFIDENTIAL = frozenset(
    {
        "recruitment.view_application",
        "recruitment.handle_application",
        "recruitment.arrange_adjustments",
    }
)
OTHERS_DEAL_WITH = CONFIDENTIAL - {"recruitment.view_application"}


class ApplicationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own. Human Resources: what was sent in, save for posts where they judge, or have
        judged and the choice is still open, or applied.

        The panel reads redacted copies instead, from a table without a name.
        """
        if not user.is_authenticated:
            return self.none()
        mine = Q(candidate=user)
        if not user.has_perm("recruitment.handle_application"):
            return self.filter(mine)
        judged = Q(vacancy__in=PanelMember.objects.filter(user=user).values("vacancy")) & ~Q(
            vacancy__state__in=Vacancy.SETTLED
        )
        drafts = Q(state=Application.State.DRAFT, typed_by__isnull=True)
        theirs = ~drafts & ~judged & ~Q(vacancy__in=applied_to(user))
        return self.filter(mine | theirs)

    def sent(self):
        """Those that came in: what counts. Withdrawn ones are not among them."""
        return self.filter(submitted_at__isnull=False).exclude(state=Application.State.WITHDRAWN)

    def to_arrange(self, user):
        """Those of which this person reads and arranges the adjustments: sent in, and asking."""
        return self.sent().filter(vacancy__organiser=user).exclude(adjustments="")

    def given(self, vacancy, address, *, anybodys=False):
        """Those for a vacancy with this address, not withdrawn: typed in, or ``anybodys``."""
        if not address:
            return self.none()
        whose = Q(email__iexact=address, candidate__isnull=True)
        if anybodys:
            whose |= Q(candidate__email__iexact=address)
        return self.filter(whose, vacancy=vacancy).exclude(state=Application.State.WITHDRAWN)

    def in_play(self):
        """Those about which something is still to be decided or told."""
        return self.filter(state__in=Application.IN_PLAY)


# --- what must be so ----------------------------------------------------------------------------
@requirement
def vacancy_takes_it(application, by):
    if not application.vacancy.is_open:
        yield Missing("This vacancy is closed. Applications can no longer be sent.")


@requirement
def says_who(application, by):
    about = reverse("application_about", args=[application.reference])
    if not application.full_name.strip():
        yield Missing("Tell us your name.", about)
    if not (application.email.strip() or application.phone.strip()):
        yield Missing("Tell us how to reach you: an e-mail address or a telephone number.", about)
    if application.right_to_work is None:
        yield Missing("Say whether you have the right to work in the United Kingdom.", about)


def has_applied():
    """A condition on User: has begun an application, or sent one."""
    return Exists(Application.objects.filter(candidate=OuterRef("pk")))


def deals_with_all(user, vacancy):
    """Human Resources, for the list and the file of all who applied: never who judges, or did."""
    stands_for_all = Application(vacancy=vacancy)
    return reads_names(user, vacancy) and user.has_perm(
        "recruitment.handle_application", stands_for_all
    )


def is_own(by, *, full_name="", email=""):
    """Whether what is typed in is the name or the address of who types it."""
    names = {plain(name) for name in (by.full_name, by.known_as)} - {""}
    return plain(full_name) in names or is_address_of(by, email)


def plain(words):
    return " ".join(words.split()).casefold()


def is_address_of(user, email):
    return bool(email) and plain(email) == plain(user.email)


OWN = "This is your own name or e-mail address. Somebody else in Human Resources types this in."


@requirement
def is_somebody_elses(application, by):
    """Where it was typed in: nobody sends their own that way."""
    typed = application.typed_by_id is not None and application.candidate_id is None
    if typed and is_own(by, full_name=application.full_name, email=application.email):
        yield Missing(OWN, turn="somebody else in Human Resources")


@requirement
def was_typed_by_another(application, by):
    """Who typed it in says what is in it: whoever goes on with it is somebody else."""
    if application.typed_by_id == by.pk:
        yield Missing(
            "You typed this application in. Somebody else makes the offer.",
            turn="somebody else in Human Resources",
        )


@requirement
def answers_are_whole(application, by):
    """Every essential question is answered, and nothing is too long."""
    answers = list(application.answers.select_related("criterion"))
    empty = [one for one in answers if one.criterion.is_essential and not one.text]
    if empty:
        yield Missing(
            f"{len(empty)} essential question{'s' if len(empty) > 1 else ''} still to be answered.",
            empty[0].get_edit_url(application),
        )
    for answer in answers:
        if answer.words > answer.criterion.max_words:
            yield Missing(
                f"Your answer to “{answer.criterion}” has {answer.words} words. Bring it to "
                f"{answer.criterion.max_words}.",
                answer.get_edit_url(application),
            )


@requirement
def has_not_started(application, by):
    if application.was_appointed:
        yield Missing("This candidate has started in the post.")


@requirement
def vacancy_goes_on(application, by):
    if application.vacancy.is_over:
        yield Missing("The vacancy has ended.")


@requirement
def was_sent(application, by):
    if application.submitted_at is None:
        yield Missing("This application was never sent.")


class Application(Revised, Stateful):
    """One person's application for one vacancy."""

    class State(States):
        DRAFT = "draft", "grey", "Not sent yet"
        SUBMITTED = "submitted", "blue", "Sent"
        SHORTLISTED = "shortlisted", "aqua-green", "Invited to an interview"
        RESERVE = "reserve", "yellow", "On the reserve list for interviews"
        NOT_SHORTLISTED = "not_shortlisted", "grey", "Not invited to an interview"
        BOOKED = "booked", "green", "Interview booked"
        INTERVIEWED = "interviewed", "purple", "Interviewed"
        OFFERED = "offered", "green", "Offered the post"
        INTERVIEW_RESERVE = "interview_reserve", "yellow", "On the reserve list for the post"
        UNSUCCESSFUL = "unsuccessful", "grey", "Not offered the post"
        WITHDRAWN = "withdrawn", "grey", "Withdrawn"
        ENDED = "ended", "grey", "Ended, because the vacancy ended"

    IN_PLAY = (
        State.SUBMITTED,
        State.SHORTLISTED,
        State.RESERVE,
        State.BOOKED,
        State.INTERVIEWED,
        State.OFFERED,
        State.INTERVIEW_RESERVE,
    )
    ENDS = (State.NOT_SHORTLISTED, State.UNSUCCESSFUL, State.WITHDRAWN, State.ENDED)
    # What Human Resources sends out, what an interview brings: moves that follow something else.
    _handle = "recruitment.handle_application"
    _ends = (
        "apps.recruitment.selection.models.blind.is_no_longer_judged",
        "apps.recruitment.selection.models.interview.time_is_freed",
    )
    moves = {
        # --- writing it
        "write": Act(
            (State.DRAFT,),
            "recruitment.write_application",
            closed="This application was sent. It no longer changes.",
        ),
        "submit": Move(
            (State.DRAFT,),
            State.SUBMITTED,
            "recruitment.write_application",
            needs=(vacancy_takes_it, says_who, is_somebody_elses, answers_are_whole),
            then=("apps.recruitment.applications.events.sent",),
            label="Send the application",
            explain="You can still change what adjustments you need, at any time.",
        ),
        # --- once it is sent
        "change_adjustments": Act(
            (State.DRAFT, *IN_PLAY),
            "recruitment.write_application",
            then=("apps.recruitment.applications.events.adjustments_changed",),
            closed="This application has ended.",
        ),
        "pause": Act(
            IN_PLAY,
            "recruitment.write_application",
            closed="There is nothing to pause: this application has ended.",
        ),
        "answer_monitoring": Act(
            (*IN_PLAY, *ENDS),
            needs=("apps.recruitment.applications.models.monitoring.answers_are_wanted",),
        ),  # by its candidate alone
        "answer_survey": Act(ENDS, needs=(was_sent,)),  # by its candidate alone
        "read": Act(
            tuple(State), _handle, then=("apps.recruitment.selection.models.blind.name_was_read",)
        ),
        "withdraw": Move(
            IN_PLAY,
            State.WITHDRAWN,
            "recruitment.write_application",
            needs=(has_not_started,),
            then=(
                *_ends,
                "apps.recruitment.employment.models.offer.offer_falls",
                "apps.recruitment.applications.events.no_more_reminders",
            ),
            label="Withdraw the application",
            warn=True,
            explain="You need not say why. You can apply again for another post at any time.",
        ),
        "leave": Move(
            IN_PLAY,
            State.WITHDRAWN,
            "recruitment.write_application",
            then=(
                *_ends,
                "apps.recruitment.employment.models.offer.offer_falls",
                "apps.recruitment.applications.events.no_more_reminders",
            ),
            label="Withdraw",
            internal=True,
        ),  # their account closes
        "end": Move(
            (State.DRAFT, *IN_PLAY),
            State.ENDED,
            _handle,
            then=(*_ends, "apps.recruitment.applications.events.no_more_reminders"),
            label="End",
            internal=True,
        ),
        # --- the shortlist
        "shortlist": Move(
            (State.SUBMITTED, State.RESERVE),
            State.SHORTLISTED,
            _handle,
            then=("apps.recruitment.selection.models.interview.is_invited",),
            label="Invite to an interview",
            internal=True,
        ),
        "reserve": Move(
            (State.SUBMITTED,),
            State.RESERVE,
            _handle,
            label="Put on the reserve list",
            internal=True,
        ),
        "not_shortlist": Move(
            (State.SUBMITTED, State.RESERVE),
            State.NOT_SHORTLISTED,
            _handle,
            label="Not shortlist",
            internal=True,
        ),
        "undo_shortlisting": Move(
            (State.SHORTLISTED, State.RESERVE, State.NOT_SHORTLISTED),
            State.SUBMITTED,
            _handle,
            needs=(
                vacancy_goes_on,
                "apps.recruitment.selection.models.outcome.panel_does_not_undo",
            ),
            then=(
                "apps.recruitment.selection.models.outcome.shortlisting_is_taken_back",
                "apps.recruitment.selection.models.interview.is_uninvited",
            ),
            label="Take back what was sent",
            reason=True,
            warn=True,
            explain="The candidate gets an apology with your reason. The right outcome is sent "
            "afterwards.",
        ),
        # --- the interview
        "book": Move(
            (State.SHORTLISTED, State.BOOKED),
            State.BOOKED,
            "recruitment.write_application",
            label="Book the interview",
            internal=True,
        ),
        "interview": Move(
            (State.SHORTLISTED, State.BOOKED),
            State.INTERVIEWED,
            _handle,
            label="Interview",
            internal=True,
        ),
        # --- the decision
        "make_offer": Act(
            tuple(State),
            _handle,
            needs=(
                was_typed_by_another,
                "apps.recruitment.employment.models.offer.panel_has_decided",
                "apps.recruitment.employment.models.offer.a_post_is_theirs",
            ),
        ),
        "offer": Move(
            (State.INTERVIEWED, State.INTERVIEW_RESERVE),
            State.OFFERED,
            _handle,
            label="Offer the post",
            internal=True,
        ),
        "hold_in_reserve": Move(
            (State.INTERVIEWED,),
            State.INTERVIEW_RESERVE,
            _handle,
            label="Put on the reserve list",
            internal=True,
        ),
        "turn_down": Move(
            (State.SHORTLISTED, State.BOOKED, State.INTERVIEWED, State.INTERVIEW_RESERVE),
            State.UNSUCCESSFUL,
            _handle,
            label="Not offer the post",
            internal=True,
        ),
        "undo_decision": Move(
            (State.OFFERED, State.INTERVIEW_RESERVE, State.UNSUCCESSFUL),
            State.INTERVIEWED,
            _handle,
            needs=(
                vacancy_goes_on,
                has_not_started,
                "apps.recruitment.selection.models.outcome.panel_does_not_undo",
            ),
            then=(
                "apps.recruitment.selection.models.outcome.decision_is_taken_back",
                "apps.recruitment.employment.models.offer.offer_falls",
            ),
            label="Take back what was sent",
            reason=True,
            warn=True,
            explain="The candidate gets an apology with your reason. The right outcome is sent "
            "afterwards.",
        ),
    }

    reference = models.CharField(
        max_length=12,
        unique=True,
        editable=False,
        default=new_reference,
        help_text="Random, so that nobody can guess another.",
    )
    vacancy = models.ForeignKey(Vacancy, on_delete=models.PROTECT, related_name="applications")
    candidate = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="applications",
        help_text="Empty where somebody without an account applied another way.",
    )
    full_name = Line("name", max_length=120)
    email = models.EmailField("e-mail address", max_length=254, blank=True)
    phone = Line("telephone", max_length=30, blank=True)
    address = models.TextField("postal address", max_length=500, blank=True)
    right_to_work = models.BooleanField(
        "has the right to work in the United Kingdom",
        null=True,
        blank=True,
        help_text="Declared; looked at only after an offer.",
    )
    guaranteed_interview = models.BooleanField(
        "asks for a guaranteed interview",
        default=False,
        help_text="Under the scheme for disabled people who meet every essential criterion.",
    )
    adjustments = models.TextField(
        "adjustments",
        blank=True,
        max_length=3000,
        help_text="What would make it fair for you. Only the organiser reads it, never the panel.",
    )
    supporter_name = Line(
        "who supports you",
        max_length=120,
        blank=True,
        help_text="Somebody who may speak with us about your application. Never the panel.",
    )
    supporter_contact = Line(
        "how to reach them", max_length=200, blank=True, help_text="E-mail address or telephone."
    )
    surveyed = models.BooleanField(default=False, editable=False)
    typed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="applications_typed",
        help_text="Who typed it in for somebody who told it another way.",
    )
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    saved_at = clock.SavedAtField()
    submitted_at = models.DateTimeField(null=True, blank=True, editable=False)
    paused_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="Nothing is asked of them while paused."
    )
    closed_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        db_index=True,
        help_text="When it came to an end: withdrawn, or the last outcome was sent.",
    )

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        permissions = APPLICATION_PERMISSIONS
        indexes = [
            models.Index(fields=["vacancy", "state"]),
            models.Index(fields=["candidate", "state"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["vacancy", "candidate"],
                condition=Q(candidate__isnull=False),
                name="recruitment_application_once",
            ),
            models.CheckConstraint(
                condition=Q(candidate__isnull=False) | Q(typed_by__isnull=False),
                name="recruitment_application_somebodys",
            ),
        ]

    def __str__(self):
        return f"Application {self.reference}"  # no name: this reaches audit lists

    def get_absolute_url(self):
        return reverse("application", args=[self.reference])

    @property
    def is_draft(self):
        return self.state == self.State.DRAFT

    @property
    def is_offered(self):
        return self.state == self.State.OFFERED

    @property
    def is_in_reserve(self):
        """For the post."""
        return self.state == self.State.INTERVIEW_RESERVE

    @property
    def has_ended(self):
        return self.state in self.ENDS

    def reached(self):
        """The names of the moves that it has made."""
        return set(AuditEntry.objects.about(self).values_list("action", flat=True))

    @property
    def was_appointed(self):
        """Whether its candidate began in the post (models/offer.py)."""
        offer = getattr(self, "offer", None)
        return offer is not None and offer.state == "started"

    def get_adjustments_url(self):
        """Where the organiser reads what adjustments are asked for."""
        return reverse("adjustments_asked", args=[self.reference])

    # --- who may --------------------------------------------------------------------------------
    def own_perms(self, user):
        """The named organiser arranges adjustments; whoever typed it in finishes it for them."""
        own = set()
        if user.is_authenticated and user.pk == self.vacancy.organiser_id:
            own.add("recruitment.arrange_adjustments")
        if (
            self.typed_by_id is not None
            and self.candidate_id is None
            and user.has_perm("recruitment.handle_application", self)
        ):
            own.add("recruitment.write_application")
        return own

    def is_of(self, user):
        """Whether it is this person's own: by their account, or by the address in it."""
        return user.is_authenticated and (
            user.pk == self.candidate_id or is_address_of(user, self.email)
        )

    def withheld_perms(self, user):
        """Who judges a vacancy, or applied for it, does not open the applications of others.

        Nor does anybody deal with their own, whatever their role.
        """
        if not user.is_authenticated:
            return frozenset()
        if user.pk == self.candidate_id:
            return OTHERS_DEAL_WITH
        judges = self.vacancy.is_judged_by(user) and not self.vacancy.is_settled
        if judges or self.is_of(user) or self.vacancy_id in applied_to(user):
            return CONFIDENTIAL
        return frozenset()

    # --- moves ----------------------------------------------------------------------------------
    @transaction.atomic
    def move(self, name, *, by, note="", **changes):
        if name == "submit" and self.permits(by, name):
            # With the vacancy's row, so that no closing slips in.
            self.vacancy.permit("receive_application", by=by)
        return super().move(name, by=by, note=note, **changes)

    def _times(self, name):
        now = clock.now()
        times = {"closed_at": now if self.moves[name].target in self.ENDS else None}
        return times | ({"submitted_at": now} if name == "submit" else {})

    # --- beginning ------------------------------------------------------------------------------
    @classmethod
    def begin(cls, vacancy, user):
        """The candidate's application for a vacancy: the one there is, or a new draft.

        Raises Conflict where it is closed, or where the person has a part in filling it.
        """
        there = cls.objects.filter(vacancy=vacancy, candidate=user).first()
        if there is not None:
            return there
        vacancy.check_open("apply")
        if vacancy.has_part(user):
            raise Conflict(
                "You have a part in filling this post, so you cannot apply for it.", vacancy
            )
        if cls.objects.given(vacancy, user.email).exists():
            raise Conflict(
                "We have typed in an application for you already. Call us to change it.", vacancy
            )
        try:
            with transaction.atomic():
                made = cls.objects.create(
                    vacancy=vacancy,
                    candidate=user,
                    full_name=user.full_name,
                    email=user.email,
                    phone=user.phone,
                )
                made.make_answers()
        except IntegrityError:  # two clicks
            return cls.objects.get(vacancy=vacancy, candidate=user)
        grant_candidate(made)
        forget_grants(user)
        record("begin", made, by=user)
        return made

    @classmethod
    @transaction.atomic
    def type_in(cls, vacancy, *, by, **fields):
        """A draft that Human Resources types in for somebody; it says so.

        Raises PermissionDenied, Conflict where the vacancy is closed, NotYet where the person
        applies already, or is who types.
        """
        if not by.has_perm("recruitment.handle_application", cls(vacancy=vacancy)):
            raise PermissionDenied
        vacancy.permit("apply", by=by)
        if is_own(by, full_name=fields.get("full_name", ""), email=fields.get("email", "")):
            raise NotYet(OWN)
        if cls.objects.given(vacancy, fields.get("email"), anybodys=True).exists():
            raise NotYet("There is an application with this e-mail address for this vacancy.")
        made = cls.objects.create(vacancy=vacancy, typed_by=by, **fields)
        made.make_answers()
        record("type_in", made, by=by)
        return made

    def make_answers(self):
        """An empty answer to each criterion that is looked at on paper."""
        on_paper = self.vacancy.criteria.filter(stage=Criterion.Stage.SHORTLISTING)
        Answer.objects.bulk_create(Answer(application=self, criterion=one) for one in on_paper)

    # --- pausing --------------------------------------------------------------------------------
    @transaction.atomic
    def pause(self, *, by, on=True):
        """Ask nothing of the candidate for a while, or go on. No reason, and no penalty."""
        self.permit("pause", by=by)
        if bool(self.paused_at) == on:
            return
        self.paused_at = clock.now() if on else None
        self.save(update_fields=["paused_at"])
        record("pause" if on else "go_on", self, by=by)


class ApplicationUserPermission(UserObjectPermissionBase):
    """The candidate's grant on their own application (guardian, with direct foreign keys)."""

    content_object = models.ForeignKey(Application, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        indexes = [models.Index(fields=["user", "permission"])]


# --- what it says -------------------------------------------------------------------------------
class Answer(Revised):
    """How the candidate meets one criterion, in their own words."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="answers")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="answers")
    text = models.TextField(blank=True, max_length=10000)

    class Meta:
        ordering = ["criterion__order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "criterion"], name="recruitment_answer_once"
            )
        ]

    def __str__(self):
        return f"Answer {self.pk}"

    @property
    def words(self):
        return word_count(self.text)

    def get_edit_url(self, application):
        return reverse("application_answer", args=[application.reference, self.pk])


class Job(models.Model):
    """One post that the candidate held, paid or not, or a gap that they wish to explain."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="jobs")
    employer = Line("where", max_length=150)
    title = Line("what you were", max_length=150)
    began = Line("from", max_length=40, help_text="As well as you know: Spring 2019.")
    ended = Line("to", max_length=40, blank=True, help_text="Empty if it goes on.")
    duties = models.TextField("what you did", blank=True, max_length=2000)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"Post {self.pk}"


class Referee(models.Model):
    """Somebody who can be asked about the candidate, after an offer and with their leave."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="referees")
    name = Line(max_length=120)
    relation = Line("how they know you", max_length=150)
    email = models.EmailField("e-mail address", max_length=254, blank=True)
    phone = Line("telephone", max_length=30, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"Referee {self.pk}"

"""What comes out of a meeting: decisions and actions."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from apps.accounts.models.sides import are_of_one_side
from apps.core import clock
from apps.core.exceptions import NotYet
from apps.core.lines import Line
from apps.core.models import Stateful, States, record
from apps.core.moves import Act, Missing, Move, effect, of_the_form, requirement
from apps.groups.models import Presence, WorkingGroup

from .. import events
from ..decided import is_to_be_decided, kind_of, outcomes_of
from .agenda import AgendaItem
from .later import SettledLater, a_co_lead_settles, quorate_later
from .meeting import Meeting


# --- decisions ----------------------------------------------------------------------------------
class DecisionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The decisions of the meetings that one may see, and of groups that are left to one."""
        seen = Meeting.objects.visible_to(user)
        left = WorkingGroup.objects.left_to(user)
        if not left.query.is_empty():
            seen |= Meeting.objects.filter(group__in=left)
        return self.filter(meeting__in=seen)

    def waiting(self):
        return self.filter(state=Decision.State.PROVISIONAL)

    def unconfirmed(self):
        """One co-lead, or the secretary, recorded them; the other co-lead has not confirmed it."""
        return self.filter(state=Decision.State.RECORDED)


@of_the_form
def settled_by_quorum(decision, by):
    return quorate_later(decision.meeting, decision.settled_at)


@of_the_form
def settled_where_it_was_on_the_agenda(decision, by):
    """A later meeting ratifies what takes effect on a thing only if it had that thing before it."""
    later = decision.settled_at
    if decision.about_id is None or later is None:
        return
    named = later.agenda.accepted().filter(
        about_type=decision.about_type, about_id=decision.about_id
    )
    if not named.exists():
        yield Missing(f"{later} did not have {decision.about} on its agenda. Choose one that had.")


@requirement
def is_quorate(decision, by):
    if not decision.meeting.was_quorate:
        yield Missing("The meeting did not reach its quorum.")


@requirement
def is_inquorate(decision, by):
    if decision.meeting.was_quorate:
        yield Missing("The meeting reached its quorum.")


@requirement
def was_agreed(decision, by):
    if not decision.agreed:
        yield Missing("The meeting did not agree to it.")


@requirement
def was_not_agreed(decision, by):
    if decision.agreed:
        yield Missing("The meeting agreed to it.")


@requirement
def is_still_to_decide(decision, by):
    if decision.about is not None and not is_to_be_decided(decision.about):
        yield Missing(f"Nothing is left to decide: {decision.about} was taken back, or is settled.")


@requirement
def another_co_lead_confirms(decision, by):
    """Whoever recorded it does not confirm it, and a programme-wide role is no seat."""
    recorder, at = decision.recorded_by, decision.recorded_at
    if by.pk == recorder.pk or not decision.meeting.group.is_led_by(by):
        yield Missing(
            "Another co-lead than the one who recorded it confirms this.",
            turn=f"the other co-lead of {decision.meeting.group}",
        )
    elif are_of_one_side(by, recorder, at):
        yield Missing(
            f"{recorder} recorded it, and is on your side of co-production. A co-lead of another "
            "side confirms it.",
            turn=f"the other co-lead of {decision.meeting.group}",
        )


@requirement
def a_co_lead_or_who_recorded_it(decision, by):
    """Nobody alone ends what a meeting may have decided: two of those who stood by it agree."""
    if by.pk != decision.recorded_by_id and not decision.meeting.group.is_led_by(by):
        yield Missing(
            "Whoever recorded it and a co-lead, or both co-leads, say this together.",
            turn=f"the co-leads of {decision.meeting.group}",
        )


@effect
def second_word(decision, entry):
    decision.confirmed_by, decision.confirmed_at = entry.by, entry.at
    decision.save(update_fields=["confirmed_by", "confirmed_at"])


@effect
def takes_effect(decision, entry):
    second_word(decision, entry)
    if decision.about is not None:
        kind_of(decision.about).taken(decision.about, entry.by)


@effect
def loses_effect(decision, entry):
    """It was confirmed, and counts no more: so does nothing that it did."""
    if decision.confirmed_by is None:
        return
    decision.confirmed_by = decision.confirmed_at = None
    decision.save(update_fields=["confirmed_by", "confirmed_at"])
    if decision.about is not None:
        kind_of(decision.about).fell(decision.about, entry.by)


class Decision(SettledLater):
    """What a meeting decided, by which method, with the quorum as it was.

    One person records it; it is carried, or not carried, once another co-lead confirms that the
    meeting decided so.
    Taken without the co-production quorum it is *provisional* until a later quorate meeting
    ratifies it or lets it lapse, which both co-leads say. Nobody's role can change that (design,
    section 1).
    """

    class Method(models.TextChoices):
        CONSENSUS = "consensus", "Consensus: everyone agrees"
        CONSENT = "consent", "Consent: nobody objects"
        VOTE = "vote", "Vote"

    class State(States):
        RECORDED = "recorded", "yellow", "Not confirmed yet"
        CARRIED = "carried", "green", "Carried"
        NOT_CARRIED = "not_carried", "red", "Not carried"
        PROVISIONAL = "provisional", "yellow", "Provisional"
        RATIFIED = "ratified", "green", "Ratified"
        LAPSED = "lapsed", "orange", "Lapsed"
        DENIED = "denied", "grey", "Recorded in error"

    moves = {
        "confirm": Move(
            (State.RECORDED,),
            State.CARRIED,
            "groups.lead_workinggroup",
            needs=(was_agreed, is_still_to_decide, another_co_lead_confirms),
            then=(takes_effect,),
            label="Confirm what the meeting decided",
            internal=True,  # its page says what follows
            closed="This decision is {state}, so there is nothing to confirm.",
        ),
        "confirm_refusal": Move(
            (State.RECORDED,),
            State.NOT_CARRIED,
            "groups.lead_workinggroup",
            needs=(was_not_agreed, another_co_lead_confirms),
            then=(second_word,),
            label="Confirm that the meeting did not agree",
            internal=True,
        ),
        "deny": Move(
            (State.RECORDED,),
            State.DENIED,
            "groups.hold_meeting",
            needs=(a_co_lead_or_who_recorded_it,),
            label="This is not what the meeting decided",
            done="It counts for nothing. It can be recorded anew, as it was.",
            reason=True,
            both="whoever recorded it, or a co-lead",
            half=(events.decision_to_deny,),
            explain="It then counts for nothing, and can be recorded anew, as it was.",
        ),
        "settle": Act(
            (State.PROVISIONAL,),
            "groups.lead_workinggroup",
            needs=(a_co_lead_settles,),
            label="Ratify or let lapse",
        ),
        "ratify": Move(
            (State.PROVISIONAL,),
            State.RATIFIED,
            "groups.lead_workinggroup",
            needs=(
                a_co_lead_settles,
                is_still_to_decide,
                settled_by_quorum,
                settled_where_it_was_on_the_agenda,
            ),
            then=(takes_effect, events.decision_settled),
            label="Ratify",
            done="The decision is now ratified.",
            explain="The decision then counts, from now on.",
            internal=True,  # begins with ``settle``, which says at which meeting
            both="the other co-lead",
            half=(events.decision_to_settle,),
        ),
        "lapse": Move(
            (State.PROVISIONAL,),
            State.LAPSED,
            "groups.lead_workinggroup",
            needs=(a_co_lead_settles, settled_by_quorum, settled_where_it_was_on_the_agenda),
            then=(events.decision_settled,),
            label="Let it lapse",
            done="The decision has now lapsed.",
            explain="The decision then counts for nothing. Whoever was there is told, and reads "
            "the reason.",
            reason=True,
            internal=True,
            both="the other co-lead",
            half=(events.decision_to_settle,),
        ),
        "come_undone": Move(
            (State.RATIFIED, State.LAPSED),
            State.PROVISIONAL,
            "groups.hold_meeting",
            then=(loses_effect,),
            label="Count as provisional",
            internal=True,  # the meeting that settled it had no quorum after all
        ),
        "become_recorded": Move(
            (State.PROVISIONAL,),
            State.RECORDED,
            "groups.hold_meeting",
            needs=(is_quorate,),
            then=(events.decision_to_confirm,),
            label="Count as taken with a quorum",
            internal=True,
        ),
        "become_provisional": Move(
            (State.RECORDED, State.CARRIED),
            State.PROVISIONAL,
            "groups.hold_meeting",
            needs=(was_agreed, is_inquorate),
            then=(loses_effect,),
            label="Count as provisional",
            internal=True,
        ),
    }

    LATER = "settled_at"
    begins = (State.RECORDED, State.PROVISIONAL)
    SETTLED = (State.RATIFIED, State.LAPSED)
    UNSETTLED = (State.RECORDED, State.PROVISIONAL)
    UNREAD = (*UNSETTLED, State.DENIED)  # nobody outside reads of them

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="decisions")
    item = models.ForeignKey(
        AgendaItem, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions"
    )
    about_type = models.ForeignKey(
        ContentType, null=True, blank=True, editable=False, on_delete=models.PROTECT
    )
    about_id = models.PositiveBigIntegerField(null=True, blank=True, editable=False)
    about = GenericForeignKey("about_type", "about_id")
    outcome = models.CharField(
        max_length=15,
        blank=True,
        help_text="What it decided about its thing, where more than one thing can come of it.",
    )
    reference = models.CharField(max_length=40, unique=True, editable=False)
    text = models.TextField("what was decided", max_length=3000)
    reasons = models.TextField("why", blank=True, max_length=3000)
    method = models.CharField(max_length=10, choices=Method)
    votes_for = models.PositiveSmallIntegerField(null=True, blank=True)
    votes_against = models.PositiveSmallIntegerField(null=True, blank=True)
    abstentions = models.PositiveSmallIntegerField(null=True, blank=True)
    agreed = models.BooleanField(
        default=True,
        editable=False,
        help_text="Whether the meeting agreed to it. It needs no quorum to say no.",
    )
    state = models.CharField(max_length=12, choices=State, editable=False, db_index=True)
    # The quorum as it was: present and needed.
    members_present = models.PositiveSmallIntegerField(editable=False)
    lived_experience_present = models.PositiveSmallIntegerField(editable=False)
    staff_present = models.PositiveSmallIntegerField(editable=False)
    members_needed = models.PositiveSmallIntegerField(editable=False)
    lived_experience_needed = models.PositiveSmallIntegerField(editable=False)
    staff_needed = models.PositiveSmallIntegerField(editable=False)
    settled_at = models.ForeignKey(
        Meeting,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="settled_decisions",
        help_text="The later quorate meeting that ratified it or let it lapse.",
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="decisions_recorded"
    )
    recorded_at = models.DateTimeField(default=clock.now, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="decisions_confirmed",
        help_text="The second co-lead. Empty for decisions that were carried before two were "
        "asked.",
    )
    confirmed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["-meeting__starts_at", "-pk"]

    def __str__(self):
        return self.reference

    def get_absolute_url(self):
        return reverse("decision", args=[self.pk])

    @property
    def scope(self):
        return self.meeting.group

    @property
    def facts(self):
        yield "Decision", self.text
        yield "Result", self.result
        if self.outcome_label:
            yield "Outcome", self.outcome_label
        if self.settled_at:
            yield "Settled at", f"{self.settled_at.title}, {self.settled_at.when}"

    @property
    def result(self):
        """What the meeting made of it, in words."""
        return "Agreed" if self.agreed else "Not agreed"

    @property
    def way(self):
        """*Consensus*, *consent* or *vote*: whether it was reached is the result."""
        return self.get_method_display().partition(":")[0]

    @property
    def standing(self):
        """Its state, and what it waits to be confirmed as."""
        said = self.get_state_display()
        waits = self.open_to("confirm_refusal") and not self.agreed
        return f"{self.result}, {said.lower()}" if waits else said

    @property
    def settlement(self):
        """The later meeting that settled it, once both co-leads have said so."""
        return self.settled_at if self.state in self.SETTLED else None

    @property
    def half_settled(self):
        """(name, first press) of what one co-lead, or each of them, says became of it."""
        if not (self.settled_at_id and self.open_to("settle")):
            return []
        presses = ((name, self.first_press(name)) for name in ("ratify", "lapse"))
        return [(name, first) for name, first in presses if first]

    def half_settled_by_others(self, user):
        """What somebody else says became of it, and this person can confirm."""
        return [(name, first) for name, first in self.half_settled if first.by_id != user.pk]

    @property
    def present(self):
        return Presence(self.members_present, self.lived_experience_present, self.staff_present)

    @property
    def needed(self):
        return Presence(self.members_needed, self.lived_experience_needed, self.staff_needed)

    @classmethod
    @transaction.atomic
    def record(cls, meeting, *, by, agreed, **fields):
        """Record a decision of a held meeting; the quorum comes from its attendance.

        ``agreed`` says whether consensus or consent was reached; for a vote the counts decide.
        Raises PermissionDenied, IllegalMove (not held, or already minuted) or NotYet.
        """
        # The group's row is the lock: references of a group are given out one at a time.
        WorkingGroup.objects.select_for_update().get(pk=meeting.group_id)
        meeting.permit("record_decision", by=by)
        present = meeting.presence()
        if fields["method"] == cls.Method.VOTE:
            votes = [
                fields.get(name) or 0 for name in ("votes_for", "votes_against", "abstentions")
            ]
            if sum(votes) > present.members:
                raise NotYet(
                    f"There are more votes ({sum(votes)}) than people who could vote "
                    f"({present.members})."
                )
            agreed = votes[0] > votes[1]
        else:
            fields |= {"votes_for": None, "votes_against": None, "abstentions": None}
        needed = meeting.terms.quorum if meeting.terms else Presence(0, 0, 0)
        provisional = agreed and not meeting.was_quorate
        item = fields.get("item")
        about = item.about if item else None
        fields["outcome"] = cls.outcome_for(about, fields.get("outcome", ""), agreed)
        decision = cls.objects.create(
            meeting=meeting,
            about=about,
            recorded_by=by,
            agreed=agreed,
            state=cls.State.PROVISIONAL if provisional else cls.State.RECORDED,
            reference=cls.next_reference(meeting),
            members_present=present.members,
            lived_experience_present=present.lived_experience,
            staff_present=present.staff,
            members_needed=needed.members,
            lived_experience_needed=needed.lived_experience,
            staff_needed=needed.staff,
            **fields,
        )
        entry = record("decide", decision, by=by, note=decision.get_state_display())
        events.decision_recorded(decision, entry)
        return decision

    @staticmethod
    def outcome_for(about, outcome, agreed):
        """What it says that comes of its thing. Raises NotYet where it has to and does not."""
        outcomes = dict(outcomes_of(about)) if agreed else {}
        if outcomes and outcome not in outcomes:
            raise NotYet(f"Say what the meeting decided about {about}.")
        return outcome if outcomes else ""

    @property
    def outcome_label(self):
        """What it decided about its thing, in words, or nothing."""
        return dict(outcomes_of(self.about)).get(self.outcome, "") if self.outcome else ""

    @property
    def waits(self):
        """For the other co-lead; not where what it was about was taken back, or settled since."""
        if not self.open_to(self.confirmation):
            return False
        return not self.agreed or not any(is_still_to_decide(self, None))

    @property
    def confirmation(self):
        """The move by which the second co-lead stands by it."""
        return "confirm" if self.agreed else "confirm_refusal"

    def confirm(self, *, by):
        """The second co-lead stands by it: it is carried, and takes effect on what it is about, or
        it is not carried.

        Raises PermissionDenied, IllegalMove (it does not wait for that) or NotYet (see ``needs``).
        """
        self.move(self.confirmation, by=by)

    @transaction.atomic
    def settlement_fell(self, *, by):
        """The meeting that settled it had no quorum after all."""
        self._lock()
        if self.open_to("come_undone"):
            self.follow("come_undone", by=by, settled_at=None)
            self.follow_quorum(by=by)

    @staticmethod
    def reference_prefix(meeting):
        return f"{meeting.group.slug[:26]}/{meeting.on.year}/"

    @classmethod
    def next_reference(cls, meeting):
        """``role-design/2026/7``: the group, the year, and the number within both."""
        prefix = cls.reference_prefix(meeting)
        return f"{prefix}{cls.objects.filter(reference__startswith=prefix).count() + 1}"

    def follow_quorum(self, *, by):
        """After a correction of who came: bring the numbers and the state in line."""
        present = self.meeting.presence()
        self.members_present = present.members
        self.lived_experience_present = present.lived_experience
        self.staff_present = present.staff
        self.save(update_fields=["members_present", "lived_experience_present", "staff_present"])
        for name in ("become_recorded", "become_provisional"):
            if self.may(by, name):
                self.move(name, by=by)
                return


# --- actions ------------------------------------------------------------------------------------
class ActionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The actions of one's groups, and one's own."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(group__in=WorkingGroup.objects.visible_to(user)) | Q(owner=user))

    def open(self):
        return self.filter(state=Action.State.OPEN)

    def overdue(self):
        return self.open().filter(due__lt=clock.today())


class Action(Stateful):
    """Something that somebody said they would do, by a day."""

    class State(States):
        OPEN = "open", "blue", "To do"
        DONE = "done", "green", "Done"
        CANCELLED = "cancelled", "red", "Cancelled"

    moves = {
        "finish": Move((State.OPEN,), State.DONE, "meetings.finish_action", label="Mark as done"),
        "cancel": Move(
            (State.OPEN,),
            State.CANCELLED,
            "meetings.finish_action",
            label="Cancel the action",
            reason=True,
        ),
        "reopen": Move(
            (State.DONE, State.CANCELLED),
            State.OPEN,
            "meetings.finish_action",
            label="Open again",
            reason=True,
        ),
    }

    group = models.ForeignKey(WorkingGroup, on_delete=models.PROTECT, related_name="actions")
    meeting = models.ForeignKey(
        Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="actions"
    )
    decision = models.ForeignKey(
        Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="actions"
    )
    text = Line("what will be done", max_length=300)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="actions"
    )
    due = models.DateField(db_index=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN, db_index=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="actions_given"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = ["due", "pk"]
        indexes = [models.Index(fields=["owner", "state", "due"])]

    def __str__(self):
        return self.text

    def get_absolute_url(self):
        return reverse("action", args=[self.pk])

    @property
    def is_overdue(self):
        return self.state == self.State.OPEN and self.due < clock.today()

    def own_perms(self, user):
        """The owner and those who run the group's meetings may finish, cancel and reopen."""
        if user.pk == self.owner_id or user.has_perm("groups.hold_meeting", self.group):
            return {"meetings.finish_action"}
        return set()

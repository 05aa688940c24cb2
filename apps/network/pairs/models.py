"""Pairs of a peer and a sponsor: how they find each other, meet, pause, end, and ask for help."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Exists, F, Max, OuterRef, Q
from django.urls import reverse

from apps.accounts.confidence import limits_page
from apps.accounts.models.people import Constituency, User
from apps.core import clock
from apps.core.exceptions import Already, NotYet
from apps.core.lines import Line
from apps.core.models import Stateful, States, record
from apps.core.moves import Act, Missing, Move, effect, requirement
from apps.groups.models import WorkingGroup

from . import events

SIDES = (Constituency.LIVED_EXPERIENCE, Constituency.STAFF)


# --- pairs ----------------------------------------------------------------------------------------
class PairQuerySet(models.QuerySet):
    def of(self, user):
        """The pairs that this person is half of."""
        return self.filter(Q(peer=user) | Q(sponsor=user))

    def visible_to(self, user):
        """The two of the pair; that it exists, also the network's co-leads and the office.

        What the two write to each other is not part of it: see CheckIn.
        """
        if not user.is_authenticated:
            return self.none()
        mine = Q(pk__in=self.model.objects.of(user).values("pk"))
        leading = WorkingGroup.objects.where(user, "manage_members") | WorkingGroup.objects.where(
            user, "lead_workinggroup"
        )
        begun = Q(state__in=BEGUN, network__in=leading)
        return self.filter(mine | begun)

    def running(self):
        return self.filter(state=Pair.State.ACTIVE)

    def open(self):
        return self.filter(state__in=OPEN)


@requirement
def both_are_in_the_network(pair, by):
    current = pair.network.memberships.current().filter(user__is_active=True)
    here = set(current.filter(user__in=pair.people).values_list("user_id", flat=True))
    for person in pair.people:
        if person.pk not in here:
            yield Missing(f"{person} is not in the network any more.")


@requirement
def goes_on(pair, by):
    if pair.state not in GOING_ON:
        yield Missing("This pair is not going on now, so nothing new can be written here.")


@requirement
def both_know_the_limits(pair, by):
    """A sponsor has a duty to pass on danger, and a peer knows that before the first word."""
    for person in pair.people:
        if person.knows_limits:
            continue
        if person.pk == by.pk:
            words = "Read “What cannot be kept private”."
            yield Missing(words, limits_page(pair.get_absolute_url()))
        else:
            words = f"{person.name} has to read “What cannot be kept private”."
            yield Missing(words, turn=person.name)


@requirement
def one_has_left(pair, by):
    if pair.left_by_id is None:
        yield Missing("Nobody has left this pair.")


@requirement
def somebody_helps(pair, by):
    """The office has named somebody, and not one of the two."""
    contact = HelpContact.current()
    if contact is None:
        yield Missing(
            "The programme office has not yet said who helps pairs. Please call or e-mail the "
            "office."
        )
    elif contact in pair.people:
        yield Missing(
            f"{contact} is the person who helps pairs, and one of you. Please call or e-mail "
            "the programme office."
        )


@requirement
def waits_for_no_help(pair, by):
    if pair.help_requests.filter(state=HelpRequest.State.ASKED).exists():
        yield Missing("You have asked already. Somebody will be in touch.")


@effect
def stands_anew(pair, entry):
    """Reminders of how it stood before are not sent any more."""
    pair.version += 1
    pair.save(update_fields=["version"])


@effect
def runs(pair, entry):
    pair.counted_from = clock.today()
    pair.begun_on = pair.begun_on or pair.counted_from
    pair.save(update_fields=["begun_on", "counted_from"])


@effect
def over(pair, entry):
    pair.ended_at = clock.now()
    pair.save(update_fields=["ended_at"])
    for help_asked in pair.help_requests.filter(state=HelpRequest.State.ASKED):
        help_asked.follow("lapse", by=entry.by)


class Pair(Stateful):
    """A peer and a member of staff who do something together.

    Either proposes and the other accepts. Either may pause or end it and need not say why.
    """

    class State(States):
        PROPOSED = "proposed", "grey", "Suggested"
        ACTIVE = "active", "green", "Going on"
        PAUSED = "paused", "yellow", "Paused"
        ENDED = "ended", "grey", "Ended"
        DECLINED = "declined", "orange", "Not this time"
        WITHDRAWN = "withdrawn", "grey", "Withdrawn"

    class Every(models.TextChoices):
        WEEK = "7", "Every week"
        FORTNIGHT = "14", "Every 2 weeks"
        FOUR_WEEKS = "28", "Every 4 weeks"
        NEVER = "", "No reminders, we arrange it ourselves"

    theirs_alone = (
        "network.join_pair",
        "network.withdraw_pair",
        "network.take_part",
        "network.follow_up_pair",
    )
    moves = {
        "accept": Move(
            (State.PROPOSED,),
            State.ACTIVE,
            "network.join_pair",
            needs=(both_are_in_the_network,),
            then=(stands_anew, runs, events.partner_told),
            main=True,
            label="Yes, let us be a pair",
        ),
        "decline": Move(
            (State.PROPOSED,),
            State.DECLINED,
            "network.join_pair",
            then=(stands_anew, over, events.reminders_stop, events.partner_told),
            label="Kindly say no",
            explain="You need not say why. The other person is told, kindly, that it is not "
            "possible this time.",
        ),
        "withdraw": Move(
            (State.PROPOSED,),
            State.WITHDRAWN,
            "network.withdraw_pair",
            then=(stands_anew, over, events.reminders_stop, events.partner_told),
            label="Take my suggestion back",
        ),
        "pause": Move(
            (State.ACTIVE,),
            State.PAUSED,
            "network.take_part",
            then=(stands_anew, events.reminders_stop, events.partner_told),
            label="Pause for a while",
            explain="Reminders stop. Nobody asks why. Either of you can go on when it suits.",
        ),
        "resume": Move(
            (State.PAUSED,),
            State.ACTIVE,
            "network.take_part",
            needs=(both_are_in_the_network,),
            then=(stands_anew, runs, events.partner_told),
            label="Go on",
        ),
        "end": Move(
            (State.ACTIVE, State.PAUSED),
            State.ENDED,
            "network.take_part",
            then=(stands_anew, over, events.reminders_stop, events.partner_told),
            label="End it kindly",
            warn=True,
            explain="You need not say why. The other person is told, with thanks. You both keep "
            "what you wrote.",
        ),
        "lose": Move(
            (State.PROPOSED, State.ACTIVE, State.PAUSED),
            State.ENDED,
            "network.take_part",
            then=(stands_anew, over, events.reminders_stop),
            internal=True,
            label="One of the two has left",
        ),
        # What was typed is not lost where the pair has ended meanwhile: the form says so.
        "check_in": Act(tuple(State), "network.take_part", needs=(goes_on, both_know_the_limits)),
        "ask_for_help": Act(
            tuple(State),
            "network.take_part",
            needs=(goes_on, both_know_the_limits, somebody_helps, waits_for_no_help),
        ),
        "notice": Act((State.ENDED,), "network.take_part", needs=(one_has_left,)),
        "follow_up": Act((State.ENDED,), "network.follow_up_pair", needs=(one_has_left,)),
    }

    network = models.ForeignKey(WorkingGroup, on_delete=models.PROTECT, related_name="pairs")
    peer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="pairs_as_peer")
    sponsor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="pairs_as_sponsor")
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="pairs_proposed")
    about = Line(
        "service or piece of practice",
        max_length=150,
        help_text="The two of the pair, the co-leads of the network and the programme office "
        "see this.",
    )
    every = models.CharField(
        "check-ins", max_length=2, choices=Every, default=Every.FOUR_WEEKS, blank=True
    )
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED, db_index=True)
    proposed_at = models.DateTimeField(default=clock.now)
    begun_on = models.DateField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    # From which day check-ins are counted: the last one, or the day it began or went on again.
    counted_from = models.DateField(null=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)
    left_by = models.ForeignKey(
        User, null=True, editable=False, on_delete=models.PROTECT, related_name="pairs_left"
    )
    noticed_at = models.DateTimeField(
        null=True, editable=False, help_text="When the one who is left said that they know."
    )
    followed_up_at = models.DateTimeField(
        null=True, editable=False, help_text="When a co-lead or the office had been in touch."
    )

    objects = PairQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        permissions = [
            ("join_pair", "Can accept or decline a pair"),
            ("withdraw_pair", "Can take a suggested pair back"),
            ("take_part", "Is one of the pair"),
            ("follow_up_pair", "Can follow up when one of a pair has left"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(peer=F("sponsor")), name="network_pair_two_people"),
            models.UniqueConstraint(
                fields=["peer", "sponsor"],
                condition=Q(state__in=["proposed", "active", "paused"]),
                name="network_pair_open_once",
            ),
        ]

    def __str__(self):
        return f"Pair {self.pk}"

    def get_absolute_url(self):
        return reverse("pair", args=[self.pk])

    def own_perms(self, user):
        """The two; and for following up, others who lead the network or manage its members."""
        if user.pk in (self.peer_id, self.sponsor_id):
            mine = "withdraw_pair" if user.pk == self.proposed_by_id else "join_pair"
            return {"network.take_part", f"network.{mine}"}
        if user.has_perm("groups.lead_workinggroup", self.network) or user.has_perm(
            "groups.manage_members", self.network
        ):
            return {"network.follow_up_pair"}
        return set()

    @property
    def people(self):
        return [self.peer, self.sponsor]

    def partner_of(self, user):
        return self.sponsor if user.pk == self.peer_id else self.peer

    # --- how it begins and ends -------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def propose(cls, network, *, by, partner, about, every):
        """Suggest a pair to somebody of the other side."""
        if not by.has_perm("groups.propose_agenda", network):
            raise PermissionDenied
        sides = {by.constituency: by, partner.constituency: partner}
        if set(sides) != set(SIDES):
            raise NotYet("A pair is one peer and one member of staff.")
        peer, sponsor = sides[SIDES[0]], sides[SIDES[1]]
        # One at a time, so that two suggestions for the same two people do not cross.
        WorkingGroup.objects.select_for_update().get(pk=network.pk)
        if cls.objects.open().filter(peer=peer, sponsor=sponsor).exists():
            raise NotYet("You two are a pair already, or one of you has suggested it.")
        pair = cls(
            network=network,
            peer=peer,
            sponsor=sponsor,
            proposed_by=by,
            about=about,
            every=every,
            proposed_at=clock.now(),
        )
        if missing := list(both_are_in_the_network(pair, by)):
            raise NotYet(*missing)
        pair.save()
        record("propose", pair, by=by)
        events.pair_proposed(pair)
        return pair

    def lose(self, user, *, by):
        """One of the two has left the programme; the other and those who can help learn it."""
        begun = not self.open_to("accept")
        self.follow("lose", by=by)
        if begun:
            self.left_by = user
            self.save(update_fields=["left_by"])
            events.partner_left(self)

    @transaction.atomic
    def notice(self, *, by):
        """The one who is left says that they know."""
        self.permit("notice", by=by)
        Pair.objects.filter(pk=self.pk, noticed_at__isnull=True).update(noticed_at=clock.now())

    @transaction.atomic
    def follow_up(self, *, by):
        """A co-lead or the office has been in touch with the one who is left."""
        self.permit("follow_up", by=by)
        if self.followed_up_at:
            raise Already("Somebody has been in touch already.", self, "follow_up")
        self.followed_up_at = clock.now()
        self.save(update_fields=["followed_up_at"])
        record("follow_up", self, by=by)

    # --- check-ins -----------------------------------------------------------------------------
    @property
    def next_check_in(self):
        """The day of the next check-in by agreement, or None."""
        if self.state != self.State.ACTIVE or not self.every or not self.counted_from:
            return None
        return self.counted_from + timedelta(days=int(self.every))

    def recount(self):
        """After a check-in was written, changed or removed."""
        last = self.check_ins.aggregate(last=Max("on"))["last"]
        self.counted_from = max(filter(None, (self.begun_on, last)), default=None)
        self.version += 1
        self.save(update_fields=["counted_from", "version"])


GOING_ON = (Pair.State.ACTIVE, Pair.State.PAUSED)
OPEN = (Pair.State.PROPOSED, Pair.State.ACTIVE, Pair.State.PAUSED)
BEGUN = (Pair.State.ACTIVE, Pair.State.PAUSED, Pair.State.ENDED)


class CheckInQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The two of the pair alone. No role reads these, superuser included."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(pair__peer=user) | Q(pair__sponsor=user))


class CheckIn(models.Model):
    """What the two of a pair write about a time that they met, in their own words.

    Has no page in Django admin; the audit trail says that there was one, and not a word of it.
    """

    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="check_ins")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="check_ins")
    on = models.DateField()
    how = models.TextField("how it went", max_length=3000)
    helps = models.TextField("what would help", max_length=3000, blank=True)
    written_at = models.DateTimeField(default=clock.now)

    objects = CheckInQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]

    def __str__(self):
        return f"Check-in {self.pk}"

    @classmethod
    @transaction.atomic
    def write(cls, pair, *, by, **words):
        pair.permit("check_in", by=by)
        check_in = cls.objects.create(pair=pair, author=by, written_at=clock.now(), **words)
        pair.recount()
        record("check_in", pair, by=by)
        return check_in

    def check_author(self, by):
        if by.pk != self.author_id:
            raise PermissionDenied

    @transaction.atomic
    def rewrite(self, *, by, **words):
        self.check_author(by)
        if missing := list(both_know_the_limits(self.pair, by)):
            raise NotYet(*missing)
        for name, value in words.items():
            setattr(self, name, value)
        self.save()
        self.pair.recount()
        record("change_check_in", self.pair, by=by)

    @transaction.atomic
    def remove(self, *, by):
        self.check_author(by)
        pair = self.pair
        self.delete()
        pair.recount()
        record("remove_check_in", pair, by=by)


# --- help ---------------------------------------------------------------------------------------
def helps_pairs():
    """A condition on User: is, or once was, whom pairs turn to."""
    return Exists(HelpContact.objects.filter(user=OuterRef("pk")))


class HelpContact(models.Model):
    """The one person whom the programme office has named to help pairs. The newest is the one."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="help_contact"
    )
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="help_contacts_named"
    )
    since = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-pk"]
        permissions = [("name_help_contact", "Can name who helps pairs")]

    def __str__(self):
        return f"{self.user}, who helps pairs"

    @classmethod
    def current(cls):
        """The person to turn to, or None where nobody is named or that account is closed."""
        newest = cls.objects.select_related("user").first()
        return newest.user if newest and newest.user.is_active else None

    @classmethod
    @transaction.atomic
    def name(cls, user, *, by):
        """Name somebody; what is still unanswered goes to them."""
        if not by.has_perm("network.name_help_contact"):
            raise PermissionDenied
        contact = cls.objects.create(user=user, named_by=by, since=clock.now())
        record("name_help_contact", contact, by=by)
        for help_asked in HelpRequest.objects.filter(state=HelpRequest.State.ASKED):
            help_asked.hand_to(user)
        return contact


class HelpRequestQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The two of the pair, and the one person named."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(pair__peer=user) | Q(pair__sponsor=user) | Q(contact=user))


class HelpRequest(Stateful):
    """A pair would like help. The person named sees that, and the note that the pair sends."""

    class State(States):
        ASKED = "asked", "yellow", "Asked"
        ANSWERED = "answered", "grey", "Somebody has been in touch"
        WITHDRAWN = "withdrawn", "grey", "Withdrawn"

    theirs_alone = ("network.answer_help", "network.withdraw_help")
    moves = {
        "answer": Move(
            (State.ASKED,),
            State.ANSWERED,
            "network.answer_help",
            then=(events.help_answered,),
            label="I have been in touch",
            explain="The pair is told.",
        ),
        "withdraw": Move(
            (State.ASKED,),
            State.WITHDRAWN,
            "network.withdraw_help",
            label="We do not need it any more",
        ),
        "lapse": Move(
            (State.ASKED,),
            State.WITHDRAWN,
            "network.withdraw_help",
            internal=True,
            label="The pair has ended",
        ),
    }

    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="help_requests")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="help_asked")
    contact = models.ForeignKey(User, on_delete=models.PROTECT, related_name="help_to_give")
    note = models.TextField(max_length=1000, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED, db_index=True)
    asked_at = models.DateTimeField(default=clock.now)

    objects = HelpRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        permissions = [
            ("answer_help", "Can say that a pair has been helped"),
            ("withdraw_help", "Can take a request for help back"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["pair"], condition=Q(state="asked"), name="network_help_asked_once"
            )
        ]

    def __str__(self):
        return f"Request for help {self.pk}"

    def get_absolute_url(self):
        return reverse("help_request", args=[self.pk])

    def own_perms(self, user):
        if user.pk == self.contact_id:
            return {"network.answer_help"}
        if user.pk in (self.pair.peer_id, self.pair.sponsor_id):
            return {"network.withdraw_help"}
        return set()

    @classmethod
    @transaction.atomic
    def ask(cls, pair, *, by, note=""):
        """The pair would like help: the person whom the office named is told."""
        pair.permit("ask_for_help", by=by)
        contact = HelpContact.current()
        help_asked = cls.objects.create(
            pair=pair, asked_by=by, contact=contact, note=note, asked_at=clock.now()
        )
        record("ask_for_help", pair, by=by)
        events.help_asked(help_asked)
        return help_asked

    def hand_to(self, user):
        """Another person is named: they alone see it from now on, and are told."""
        if user.pk not in (self.contact_id, self.pair.peer_id, self.pair.sponsor_id):
            self.contact = user
            self.save(update_fields=["contact"])
            events.help_asked(self)

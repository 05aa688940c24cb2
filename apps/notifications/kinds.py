"""The kinds of message, and the three verbs that higher apps use: notify, void, told.

Whom a kind tells is a *reader*: a User, or the Address of somebody without an account.

Each app describes its kinds in ``messages.py`` as subclasses of ``Kind`` and registers them in
``AppConfig.ready()``. A kind with a ``due`` method is a reminder: the planner asks it. A kind
without one is an event: code calls ``notify`` when something happens.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Max, Q

from apps.accounts.models.people import User
from apps.core import clock
from apps.core.waking import wake

from .models import Address, Channel, Delivery, Occurrence, ReminderRule, Status
from .silence import is_forgotten, is_silent
from .wording import Worded


class Topic(models.TextChoices):
    """What a person can choose to hear about. The page offers those that have a kind."""

    MEETINGS = "meetings", "Meetings"
    MINUTES_ACTIONS = "minutes_actions", "Minutes and actions"
    GROUPS = "groups", "Your groups and terms"
    OUTPUTS = "outputs", "Outputs and reviews"
    CONSULTATIONS = "consultations", "Consultations"
    NETWORK = "network", "The network and claims"
    BOARD = "board", "The noticeboard"
    RECRUITMENT = "recruitment", "Jobs and recruitment"
    GOVERNANCE = "governance", "Policies and decisions"


# What comes whatever somebody chose about a topic: said where they choose.
ALWAYS = {
    Topic.MEETINGS: "That a meeting is moved or cancelled, and what is about support, always "
    "comes.",
    Topic.NETWORK: "What is about your place at a Conversation, and about support, always comes.",
    Topic.RECRUITMENT: "What is about your own application always comes: news of it, times, an "
    "offer, checks, your first day.",
    Topic.GOVERNANCE: "What is about your account or your data always comes.",
}


@dataclass(frozen=True)
class Default:
    """A rule that a kind comes with. ``offset`` is how long before; minus means after."""

    offset: timedelta = timedelta(0)
    audience: str = "everyone"
    channel: str = ReminderRule.Reach.EMAIL

    @property
    def seed(self) -> str:
        return f"{self.offset} {self.audience}"


@dataclass(frozen=True)
class Due:
    """A reminder about ``subject`` was to go out at ``due_at``."""

    subject: models.Model
    due_at: datetime


@dataclass(frozen=True)
class Part:
    """A further part of an e-mail: an attachment where it has a file name, else an alternative.

    ``mimetype`` may carry parameters: ``text/calendar; method=REQUEST``.
    """

    content: str | bytes
    mimetype: str
    filename: str = ""


@dataclass(frozen=True)
class Written:
    """An e-mail that is ready but for its headers."""

    subject: str
    text: str
    html: str


Reader = User | Address


class Kind(Worded):
    """One kind of message. Subclass it; what is below, and its words, are all there is.

    ``name``       stored in rules: ``meetings.reminder``
    ``label``      what the admin and the default subject line call it
    ``topic``      what it counts as in people's preferences
    ``urgent``     goes at once: quiet hours and digests do not hold it (a cancellation)
    ``essential``  goes even to those who want no e-mail about the topic (use it hardly ever), and
                   says so, with ``because``: *since it is about your application*
    ``news``       it asks nothing of its reader and is not about them: *only what needs me* leaves
                   it to the Messages page
    ``unless_chosen``  how often it comes to whoever wants all straight away, and chose nothing for
                   the topic: once a week, say
    ``always``     no administrator can switch its rule off (what is done to somebody's account)
    ``announces``  whoever was told knows of something to come, or that it is no longer theirs; kept
                   of those, too, who were told without a message (apps/notifications/ahead.py)
    ``parting``    goes by e-mail to somebody whose account has closed: it takes an entry out of
                   their calendar. Its reader is an Address then
    ``after``      True: only to people already told about the subject on the same channel (moved,
                   cancelled); False: only to those not yet told on it (an invitation); None: all
    ``latest``     of several about one thing only the latest is worth sending
    ``pressing``   leaves before all that waits: its reader sits before a page and looks out for it
    ``unnamed``    Django admin does not say who gets one
    ``withheld``   nor does a home page show its title: it has to do with something confidential
    ``template``   templates/email/<template>.txt and .html; both get the words put in, ``url``
                   with its full ``address``, and what ``beside()`` gives
    ``audiences``  {name: label} that a rule of this kind may choose from
    ``defaults``   the rules that it comes with; more can be added in the admin
    """

    name: str = ""
    label: str = ""
    topic: Topic = Topic.MEETINGS
    urgent: bool = False
    essential: bool = False
    because: str = ""
    news: bool = False
    unless_chosen: str = ""
    always: bool = False
    pressing: bool = False
    latest: bool = False
    unnamed: bool = False
    withheld: bool = False
    announces: bool = False
    parting: bool = False
    after: bool | None = None
    template: str = "message"
    audiences: dict[str, str] = {"everyone": "Everyone concerned"}
    defaults: tuple[Default, ...] = (Default(),)

    @property
    def stays_on(self) -> bool:
        """Whether no administrator can switch it off: it is essential to some of its readers."""
        per_reader = type(self).is_essential_to is not Kind.is_essential_to
        return self.always or self.essential or per_reader

    @property
    def is_event(self) -> bool:
        """Whether code calls it with ``notify``, rather than the planner."""
        return type(self).due is Kind.due

    def due(self, rule: ReminderRule, now: datetime) -> Iterable[Due]:
        """Yield a Due for each thing whose reminder should have gone out by now.

        Never look at a window of time: what was missed while the site was down is due still. Leave
        out what no longer matters (the meeting has begun), and what was due before the thing was
        there to be reminded of (published yesterday, for tomorrow). What went out already is
        known; yield it again.
        """
        return ()

    def version(self, subject: Any) -> int:
        """Which timetable of the subject holds now; unsent reminders of an older one are void."""
        return getattr(subject, "schedule_version", 0)

    def audience(self, rule: ReminderRule, subject: Any) -> Iterable[Reader]:
        """The readers whom a rule's reminder about the subject is for."""
        return ()

    def wanted(self, rule: ReminderRule, subject: Any, user: Reader) -> bool:
        """Asked again just before sending: still a member, not cancelled, not yet answered?"""
        return True

    def is_pressing(self, subject: Any) -> bool:
        """``pressing`` for this subject: a code, and no notice."""
        return self.pressing

    def is_urgent_to(self, subject: Any, user: Reader) -> bool:
        """``urgent`` for this reader: an answer to what they wrote, say."""
        return self.urgent

    def is_essential_to(self, subject: Any, user: Reader) -> bool:
        """``essential`` for this reader: a step of their own candidacy, say."""
        return self.essential

    def attachments(self, occurrence: Occurrence, user: Reader) -> Iterable[Part]:
        """Further Parts of the e-mail: the calendar entry, say."""
        return ()

    def written(self, occurrence: Occurrence, user: Reader) -> Written | None:
        """The e-mail, where the kind has it whole; its words and ``template`` are not asked."""
        return None

    def sent(self, delivery: Delivery) -> None:
        """It has left: what the subject keeps of that is changed in the same transaction."""

    def could_not(self, delivery: Delivery) -> None:
        """As ``sent``: the address was refused, or it was tried for a day in vain."""


ASKED_ONCE = timedelta(days=1)  # how often somebody is asked about the same thing by e-mail

KINDS: dict[str, Kind] = {}
K = TypeVar("K", bound=Kind)


def register(kind: type[K]) -> type[K]:
    """Make a kind known; usable as a class decorator."""
    KINDS[kind.name] = kind()
    return kind


def topics() -> list[Topic]:
    """The topics that have a kind, in the order of ``Topic``."""
    used = {kind.topic for kind in KINDS.values() if not kind.essential}
    return [topic for topic in Topic if topic in used]


def seed_rules() -> None:
    """Add the rules that the kinds come with and that are not there yet.

    A rule that somebody changed or switched off keeps its ``seed``, so it does not come again. None
    is changed, but where nobody may switch its kind off: then what once was off is on again.
    """
    stay_on = [name for name, kind in KINDS.items() if kind.stays_on]
    off = ReminderRule.objects.filter(kind__in=stay_on).exclude(seed="")
    off.filter(Q(enabled=False) | ~Q(channel=ReminderRule.Reach.EMAIL)).update(
        enabled=True, channel=ReminderRule.Reach.EMAIL
    )
    there = set(ReminderRule.objects.values_list("kind", "seed"))
    ReminderRule.objects.bulk_create(
        [
            ReminderRule(
                kind=kind.name,
                seed=default.seed,
                offset=default.offset,
                audience=default.audience,
                channel=default.channel,
            )
            for kind in KINDS.values()
            for default in kind.defaults
            if (kind.name, default.seed) not in there
        ],
        ignore_conflicts=True,  # somebody added a rule just like it by hand
    )


def rule_of(kind_name: str) -> ReminderRule:
    """The one rule of an event."""
    rules = ReminderRule.objects.filter(kind=kind_name)
    rule = rules.first()
    if rule is None:  # registered after the migrations ran
        seed_rules()
        rule = rules.get()
    return rule


# --- the verbs ----------------------------------------------------------------------------------
def notify(
    kind_name: str,
    subject: models.Model,
    users: Iterable[Reader],
    *,
    version: int = 0,
    data: dict[str, Any] | None = None,
) -> Occurrence | None:
    """Tell people, or addresses, that something happened, in the caller's transaction; sent once it
    commits.

    The same kind, subject and version tells each person once, however often it is called. Returns
    the Occurrence, or None where an administrator switched the kind off.
    """
    kind = KINDS[kind_name]
    if is_forgotten() or (is_silent() and not kind.announces):
        return None
    rule = rule_of(kind_name)
    if not rule.enabled and not kind.stays_on:
        return None
    with transaction.atomic():
        occurrence, _ = Occurrence.objects.about(subject).get_or_create(
            rule=rule,
            due_at=None,
            schedule_version=version,
            defaults={"subject": subject, "data": data or {}},
        )
        add_deliveries(kind, occurrence, users)
    if not is_silent():
        wake("apps.notifications.tasks.send", once=True)
    return occurrence


def ask(
    kind_name: str,
    subject: models.Model,
    users: Iterable[User],
    *,
    among: models.QuerySet | None = None,
) -> Occurrence | None:
    """As ``notify``, for what waits for somebody's answer and can be asked, and taken back, often.

    Each asking is one of its own. What was not sent yet about an earlier one is sent about this
    one; whoever was sent, and did not read, an earlier one within a day hears of this one when that
    day is over, if it still waits then. *What needs you* shows it all the same. ``among`` are the
    things that count as the same, where each asking makes a thing of its own.
    """
    if is_silent():
        return None
    people = list(users)
    keys = [str(one.pk) for one in ([subject] if among is None else among)]
    asked = Occurrence.objects.filter(
        rule__kind=kind_name,
        subject_type=ContentType.objects.get_for_model(subject),
        subject_id__in={*keys, str(subject.pk)},
    )
    last = asked.aggregate(last=Max("schedule_version"))["last"]
    with transaction.atomic():
        occurrence = notify(kind_name, subject, (), version=0 if last is None else last + 1)
        if occurrence is None:
            return None
        before = Delivery.objects.filter(occurrence__in=asked, recipient__in=people)
        before = before.exclude(occurrence=occurrence).order_by()
        newest = before.unsent().values("recipient", "channel").annotate(newest=Max("pk"))
        # In one statement: a sender that holds one of these finds that it no longer does.
        Delivery.objects.unsent().filter(
            pk__in=list(newest.values_list("newest", flat=True))
        ).update(occurrence=occurrence, claim=None, claimed_at=None)
        before.unsent().update(status=Status.VOID, claim=None)
        since = clock.now() - ASKED_ONCE
        unread = before.told().unread().filter(Q(sent_at__gt=since) | Q(sent_at=None))
        later = {
            (person, channel): (sent or clock.now()) + ASKED_ONCE
            for person, channel, sent in unread.values_list(
                "recipient", "channel", "sent_at"
            ).order_by("sent_at")
        }
        add_deliveries(KINDS[kind_name], occurrence, people, later)
    return occurrence


def add_deliveries(
    kind: Kind,
    occurrence: Occurrence,
    users: Iterable[Reader],
    later: Mapping[tuple[int, str], datetime] | None = None,
) -> None:
    """A delivery for each person and channel, and each address, where there is none yet.

    ``later`` is when it goes out, for each (person, channel) for whom that is not now.
    """
    now, later = clock.now(), later or {}
    told = set()
    if kind.after is not None:
        before = Delivery.objects.about(occurrence.subject).exclude(occurrence=occurrence).told()
        told = set(before.values_list("recipient_id", "address", "channel"))
    made, pressing = {}, kind.is_pressing(occurrence.subject)
    for reader in users:
        person = reader if isinstance(reader, User) and reader.is_active else None
        if person is None and reader.pk and (reader.is_erased or not kind.parting):
            continue  # their account is closed
        address = "" if person else Address.of(reader.email).email
        for channel in occurrence.rule.reaches() if person else (Channel.EMAIL,):
            key = (reader.pk, "" if reader.pk else address, channel)
            if kind.after is None or (key in told) == kind.after:
                made[key] = Delivery(
                    occurrence=occurrence,
                    recipient=person,
                    address=address,
                    channel=channel,
                    pressing=pressing,
                    next_attempt_at=later.get((reader.pk or 0, channel), now),
                )
    if is_silent():
        for delivery in made.values():
            delivery.status = Status.KNOWN
    Delivery.objects.bulk_create(made.values(), ignore_conflicts=True)


def others(users: Iterable[User], by: User | None) -> list[User]:
    """Nobody needs telling what they did themselves."""
    return [user for user in users if by is None or user.pk != by.pk]


def void(subject: models.Model, *, kinds: Collection[str] | None = None) -> int:
    """Take back what is not yet sent about a thing: it moved, or it is off. Returns how many.

    What takes an entry out of a calendar goes all the same, unless ``kinds`` names it.
    """
    unsent = Delivery.objects.about(subject).unsent()
    if kinds is None:
        parting = [kind.name for kind in KINDS.values() if kind.parting]
        unsent = unsent.exclude(occurrence__rule__kind__in=parting)
    else:
        unsent = unsent.filter(occurrence__rule__kind__in=kinds)
    return unsent.update(status=Status.VOID, claim=None)


def told(
    subject: models.Model,
    *,
    kinds: Collection[str] | None = None,
    channel: str | None = None,
) -> models.QuerySet[User]:
    """The people who were in fact sent something about a thing, on any channel unless one is named.

    Call it after ``void``: between the two nothing more can leave.
    """
    reached = Delivery.objects.about(subject).told()
    if kinds is not None:
        reached = reached.filter(occurrence__rule__kind__in=kinds)
    if channel is not None:
        reached = reached.filter(channel=Channel(channel))
    return User.objects.filter(pk__in=reached.values("recipient"))


def forget(subject: models.Model, address: str = "") -> None:
    """Nothing is left of what was written about a thing to people without an account, or to one of
    them: they are forgotten."""
    letters = Delivery.objects.about(subject).filter(recipient=None)
    (letters.to(address) if address else letters).delete()

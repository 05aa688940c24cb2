"""A person's side of co-production: it changes when they say so, and not for what is near."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse

from apps.core import clock
from apps.core.dates import day
from apps.core.exceptions import NotYet
from apps.core.models import Stateful, States, record
from apps.core.moves import Act, Missing, Move, effect, requirement

from ..group_placement import places
from .people import Constituency, Department, User

ANSWER = "accounts.answer_sidechange"


class SideChangeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The person, and the programme office, which asks."""
        if user.has_perm("accounts.invite_user"):
            return self
        return self.filter(user=user.pk)

    def waiting(self):
        return self.filter(state=SideChange.State.ASKED)

    def confirmed(self):
        return self.filter(state=SideChange.State.CONFIRMED)


@requirement
def no_seat_hangs_on_it(change, by):
    """A co-lead's seat is of one side: whoever holds it does not move under it."""
    yield from map(Missing, places.objections(change.user, change.after))


@effect
def answered(change, entry):
    change.answered_at = entry.at
    change.save(update_fields=["answered_at"])


@effect
def the_side_changes(change, entry):
    """What is staff's alone goes with it."""
    user = change.user
    user.constituency, user.department = change.after, change.department
    user.save(update_fields=["constituency", "department"])
    record("change_person", user, by=entry.by, note=change.words)


class SideChange(Stateful):
    """The office asks that somebody takes part on another side; only the person says yes."""

    class State(States):
        ASKED = "asked", "yellow", "Waits for the person"
        CONFIRMED = "confirmed", "green", "Confirmed"
        DECLINED = "declined", "orange", "Declined"
        TAKEN_BACK = "taken_back", "grey", "Taken back"

    theirs_alone = (ANSWER,)
    moves = {
        "confirm": Move(
            (State.ASKED,),
            State.CONFIRMED,
            ANSWER,
            needs=(no_seat_hangs_on_it,),
            then=(answered, the_side_changes, "apps.groups.events.side_changed"),
            label="Yes, change my side",
            main=True,
            done="You said yes. Your side is changed.",
            explain="The co-leads of your groups are told. For meetings that are soon, within the "
            "notice that they need, you still count as before.",
        ),
        "decline": Move(
            (State.ASKED,),
            State.DECLINED,
            ANSWER,
            then=(answered, "apps.groups.events.side_kept"),
            label="No, leave it as it is",
            done="You said no. Nothing changes.",
            explain="Nothing changes. The programme office is told.",
        ),
        "take_back": Move(
            (State.ASKED,), State.TAKEN_BACK, "accounts.invite_user", label="Do not ask any more"
        ),
        "ask": Act((State.ASKED,), "accounts.invite_user", then=("apps.groups.events.side_asked",)),
    }

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="side_changes"
    )
    before = models.CharField(max_length=20, choices=Constituency, editable=False)
    after = models.CharField(max_length=20, choices=Constituency)
    department = models.CharField(max_length=20, choices=Department, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="side_changes_asked"
    )
    asked_at = models.DateTimeField(default=clock.now, editable=False)
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = SideChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["user", "answered_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(state="asked"), name="accounts_sidechange_one"
            )
        ]

    def __str__(self):
        return "Side of co-production"  # no name: this reaches audit lists

    def get_absolute_url(self):
        return reverse("side_change", args=[self.pk])

    def _lock(self):
        """The person first, as whoever gives them a seat does: their seats hang on their side."""
        User.objects.select_for_update(no_key=True).get(pk=self.user_id)
        super()._lock()

    def own_perms(self, user):
        """The person answers; nobody does so for them."""
        return {ANSWER} if user.pk == self.user_id else set()

    @property
    def words(self):
        """*staff to lived experience*"""
        return f"{self.get_before_display().lower()} to {self.get_after_display().lower()}"

    @property
    def facts(self):
        yield "Takes part as", self.get_before_display()
        yield "The office asks for", self.get_after_display()
        yield "Asked by", f"{self.asked_by.name}, {day(self.asked_at)}"

    @classmethod
    @transaction.atomic
    def ask(cls, user, after, department, *, by):
        """Ask somebody. Raises NotYet where they are asked already, or a seat hangs on it."""
        user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        if cls.objects.filter(user=user).waiting().exists():
            raise NotYet("This person has been asked already. Wait for their answer.")
        change = cls.objects.create(
            user=user, before=user.constituency, after=after, department=department, asked_by=by
        )
        change.permit("ask", by=by)
        if missing := list(no_seat_hangs_on_it(change, by)):
            raise NotYet(*missing)
        change.followed("ask", record("ask_side_change", change, by=by))
        return change


def are_of_one_side(second, first, moment):
    """Whether the second is on the side of the first, as that was at the moment of their word.

    Two people of one side, one after the other in its seat, are not two sides.
    """
    return second.constituency == sides_at([first], moment).get(first.pk, first.constituency)


def sides_at(users, moment):
    """{key: side} of people whose side has changed since: the one that they had at that moment."""
    late = SideChange.objects.confirmed().filter(user__in=users, answered_at__gt=moment)
    return dict(late.order_by("-answered_at").values_list("user", "before"))


def side_then(person, moment):
    """The same in a query: by the fields that name a person and the moment of their word."""
    late = SideChange.objects.confirmed().filter(
        user=models.OuterRef(person), answered_at__gt=models.OuterRef(moment)
    )
    before = models.Subquery(late.order_by("answered_at").values("before")[:1])
    return Coalesce(before, models.F(f"{person}__constituency"))

"""Programme-wide roles: nobody changes their own, and none that is confidential by one alone."""

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from apps.core import clock
from apps.core.dates import moment
from apps.core.exceptions import NotYet
from apps.core.held import forget_grants
from apps.core.models import Stateful, States, record
from apps.core.moves import Act, Missing, Move, effect, requirement
from apps.core.says import says_something

from ..roles import (
    ADMIN,
    CONFIDENTIAL,
    CONFIRM_ROLE,
    GIVE_ROLE,
    JUDGES,
    OFFICE,
    PROGRAMME,
    SUPERUSER,
)
from .people import User

GIVEN = [(role, role) for role in (*PROGRAMME, SUPERUSER)]


class RoleChangeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The person, and those who give and confirm roles."""
        if user.has_perm(CONFIRM_ROLE) or user.has_perm(GIVE_ROLE):
            return self
        return self.filter(user=user.pk)

    def waiting(self):
        return self.filter(state=RoleChange.State.ASKED)


# --- what it needs ------------------------------------------------------------------------------
@requirement
def it_changes_something(change, by):
    if change.gives == (change.role in roles_of(change.user)):
        words = "has this role already" if change.gives else "does not have this role"
        yield Missing(f"{change.user} {words}.")


@requirement
def superusers_make_superusers(change, by):
    """And only they take the mark away: what one holds, others cannot give."""
    if change.role == SUPERUSER and not change.asked_by.is_superuser:
        yield Missing("Only a superuser asks for this.", turn="a superuser")


@requirement
def judges_nothing_blind(change, by):
    """Who judges something blind is given no role that reads the audit trail of everything."""
    if not change.gives or change.role not in (ADMIN, SUPERUSER):
        return
    if judges := [words for source in JUDGES if (words := source(change.user))]:
        yield Missing(
            f"This person judges {'; '.join(judges)}. Administrators read the audit trail, "
            "which names people who applied. Somebody else must judge first, or the role "
            "waits until it is over."
        )


@requirement
def the_account_can_hold_it(change, by):
    if change.gives and not change.user.is_active:
        yield Missing("This account is closed.")


@requirement
def somebody_else_gave_it(change, by):
    if change.asked_by_id == by.pk:
        yield Missing(
            "You asked for it. Somebody else confirms it.",
            turn="another administrator, or the programme office",
        )


@requirement
def whoever_gave_it_still_may(change, by):
    if not change.permits(change.asked_by, "ask"):
        yield Missing("Whoever asked for it can no longer give roles. Decline it, and begin anew.")


@requirement
def one_person_is_enough(change, by):
    if change.takes_two:
        yield Missing("This role takes two people.")


# --- what follows -------------------------------------------------------------------------------
@effect
def role_is_settled(change, entry):
    change.settled_by, change.settled_at = entry.by, entry.at
    change.save(update_fields=["settled_by", "settled_at"])


@effect
def the_role_changes(change, entry):
    """Administrators open Django admin: the mark for that goes with the role."""
    user = User.objects.get(pk=change.user_id)
    if change.role == SUPERUSER:
        user.is_superuser = change.gives
    elif change.gives:
        user.groups.add(Group.objects.get(name=change.role))
    else:
        user.groups.remove(Group.objects.get(name=change.role))
    user.is_staff = user.is_superuser or user.groups.filter(name=ADMIN).exists()
    user.save(update_fields=["is_superuser", "is_staff"])
    change.user.refresh_from_db()
    change.user.__dict__.pop("_programme_roles", None)
    forget_grants(change.user)
    record("change_roles", user, by=entry.by, note=change.words)


class RoleChange(Stateful):
    """Somebody is to have a programme-wide role, or to have it no more."""

    class State(States):
        ASKED = "asked", "yellow", "Waits for a second person"
        MADE = "made", "green", "Done"
        DECLINED = "declined", "orange", "Declined"
        TAKEN_BACK = "taken_back", "grey", "Taken back"

    moves = {
        "ask": Act(
            (State.ASKED,),
            GIVE_ROLE,
            needs=(
                it_changes_something,
                the_account_can_hold_it,
                superusers_make_superusers,
                judges_nothing_blind,
            ),
            then=("apps.notifications.events.role_asked",),
        ),
        "confirm": Move(
            (State.ASKED,),
            State.MADE,
            CONFIRM_ROLE,
            needs=(
                somebody_else_gave_it,
                whoever_gave_it_still_may,
                it_changes_something,
                the_account_can_hold_it,
                superusers_make_superusers,
                judges_nothing_blind,
            ),
            then=(role_is_settled, the_role_changes, "apps.notifications.events.role_changed"),
            label="Confirm the role",
            main=True,
            done="The role is given. The person, and everybody who has the role, is told.",
            explain="Confirm it only if you know who this is, and why they need it. The person, "
            "and everybody who has the role, is told.",
        ),
        "make": Move(
            (State.ASKED,),
            State.MADE,
            GIVE_ROLE,
            needs=(one_person_is_enough,),
            then=(role_is_settled, the_role_changes, "apps.notifications.events.role_changed"),
            label="Give or take the role",
            internal=True,  # where one person is enough
        ),
        "make_on_the_server": Move(
            (State.ASKED,),
            State.MADE,
            GIVE_ROLE,
            needs=(it_changes_something, the_account_can_hold_it, judges_nothing_blind),
            then=(role_is_settled, the_role_changes, "apps.notifications.events.role_changed"),
            label="Give or take the role on the server",
            internal=True,  # the command give_role
        ),
        "decline": Move(
            (State.ASKED,),
            State.DECLINED,
            CONFIRM_ROLE,
            then=(role_is_settled, "apps.notifications.events.role_declined"),
            label="Decline the role",
            reason=True,
            explain="Nothing changes. Whoever asked for it, and the person, are told.",
        ),
        "take_back": Move(
            (State.ASKED,),
            State.TAKEN_BACK,
            GIVE_ROLE,
            then=(role_is_settled, "apps.notifications.events.role_declined"),
            label="Take it back",
            explain="Nothing changes.",
        ),
    }

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="role_changes"
    )
    role = models.CharField(max_length=40, choices=GIVEN)
    gives = models.BooleanField("gives it", default=True)
    reason = models.TextField(max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="role_changes_asked",
        help_text="Empty where it was done on the server.",
    )
    asked_at = models.DateTimeField(default=clock.now, editable=False)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="role_changes_settled",
    )
    settled_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = RoleChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=Q(state="asked"),
                name="accounts_rolechange_one",
            )
        ]

    def __str__(self):
        return "A role in the whole programme"  # no name: this reaches audit lists

    def get_absolute_url(self):
        return reverse("role_change", args=[self.pk])

    @property
    def scope(self):
        """The account: it withholds from its own person."""
        return self.user

    @property
    def takes_two(self):
        """Giving what is confidential. Taking does not: in an incident every minute counts."""
        return self.gives and self.role in CONFIDENTIAL

    @property
    def words(self):
        """*gave Human Resources*"""
        return f"{'gave' if self.gives else 'took'} {self.role}"

    @property
    def facts(self):
        yield "Person", f"{self.user.full_name}, {self.user.email}"
        yield "Role", self.role if self.gives else f"{self.role}: is to be taken away"
        if self.reason:
            yield "Reason", self.reason
        by = self.asked_by.name if self.asked_by else "Somebody on the server"
        yield "Asked for by", f"{by}, {moment(self.asked_at)}"
        if self.takes_two and self.settled_by:
            done = {"made": "Confirmed", "declined": "Declined"}.get(self.state, "Taken back")
            yield f"{done} by", f"{self.settled_by.name}, {moment(self.settled_at)}"

    def holders(self):
        """Those who hold the role, and whose accounts are open."""
        held = Q(is_superuser=True) if self.role == SUPERUSER else Q(groups__name=self.role)
        return User.objects.active().filter(held)

    def confirmers(self):
        """Those whom it waits for."""
        return User.objects.active().filter(groups__name__in=(ADMIN, OFFICE)).distinct()

    @classmethod
    @transaction.atomic
    def ask(cls, user, role, gives, reason="", *, by):
        """Give a role or take it, where one person may; else ask a second to confirm it.

        Raises PermissionDenied (one's own, say) or NotYet.
        """
        user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        if not by.has_perm(GIVE_ROLE, user):
            raise PermissionDenied
        if cls.objects.filter(user=user, role=role).waiting().exists():
            raise NotYet("This was asked for already. It waits for a second person.")
        change = cls(user=user, role=role, gives=gives, reason=reason, asked_by=by)
        if change.role in CONFIDENTIAL and not says_something(reason):
            raise NotYet("Enter a reason: whoever confirms it, and the person, read it.")
        change.save()
        change.permit("ask", by=by)
        entry = record("ask_role_change", change, by=by, note=change.words)
        if change.takes_two:
            change.followed("ask", entry)
        else:
            change.follow("make", by=by)
        return change

    @classmethod
    @transaction.atomic
    def on_the_server(cls, user, role, gives, reason):
        """Where there are not yet two who could do it: by whoever runs the server."""
        change = cls.objects.create(user=user, role=role, gives=gives, reason=reason)
        record("ask_role_change", change, by=None, note=f"On the server: {change.words}")
        change.follow("make_on_the_server")
        return change


def roles_of(user):
    """What somebody holds now, the mark of a superuser with it."""
    held = set(User.objects.get(pk=user.pk).programme_roles)
    return held | {SUPERUSER} if user.is_superuser else held

"""Inviting one person or many: first a plan that can be shown, then the same plan carried out."""

from dataclasses import asdict, dataclass, field

from django.db import IntegrityError, transaction

from apps.core.exceptions import Conflict
from apps.core.models import record

from .group_placement import places
from .models.invitations import Invitation
from .models.people import User


@dataclass
class Wanted:
    """Somebody to be invited, as the office wrote it down."""

    email: str
    full_name: str
    constituency: str
    department: str = ""
    memberships: list = field(default_factory=list)  # of {"group": slug, "role": role}
    row: int = 0
    errors: list = field(default_factory=list)  # why the row could not be read


@dataclass
class Outcome:
    """What would happen with one of them."""

    wanted: Wanted
    user: User | None = None  # has an account already: will be added to the groups
    errors: list = field(default_factory=list)
    placings: list = field(default_factory=list)  # the groups and roles in words


def plan(people):
    """An Outcome for each, in a number of queries that does not grow with the list."""
    emails = {person.email.lower() for person in people}
    users = {user.email: user for user in User.objects.filter(email__in=emails)}
    waiting = set(
        Invitation.objects.waiting().filter(email__in=emails).values_list("email", flat=True)
    )
    check, describe = places.checker(users.values()), places.describer()
    first_seen = {}
    outcomes = []
    for person in people:
        user = users.get(person.email)
        outcome = Outcome(person, user, list(person.errors), describe(person.memberships))
        outcomes.append(outcome)
        if outcome.errors:
            continue
        if person.email in first_seen:
            outcome.errors.append(
                f"The same e-mail address is in row {first_seen[person.email]} too."
            )
            continue
        first_seen[person.email] = person.row
        if person.email in waiting:
            outcome.errors.append(
                "This person has an invitation already. You can send that one again."
            )
        if user and not user.is_active:
            outcome.errors.append("This person's account is closed. Open it again first.")
        elif user and not person.memberships:
            outcome.errors.append("This person has an account already, and no group is given.")
        side = user.constituency if user else person.constituency
        outcome.errors += check(person.memberships, side, user)
    return outcomes


@transaction.atomic
def carry_out(people, *, by):
    """Do exactly what ``plan`` showed, or nothing: raises Conflict where something changed since.

    Returns (how many were invited, how many who had an account were added to groups).
    """
    outcomes = plan(people)
    problems = [error for outcome in outcomes for error in outcome.errors]
    invited = added = 0
    for outcome in outcomes if not problems else ():
        wanted = outcome.wanted
        if outcome.user:
            problems += places.apply(outcome.user, wanted.memberships, by=by)
            added += 1
            continue
        try:
            with transaction.atomic():
                invitation = Invitation.objects.create(
                    email=wanted.email,
                    full_name=wanted.full_name,
                    invited_by=by,
                    constituency=wanted.constituency,
                    department=wanted.department,
                    memberships=wanted.memberships,
                )
        except IntegrityError:  # a colleague did the same at the same moment
            problems.append(f"{wanted.full_name} has just been invited.")
            continue
        invitation.followed("send", record("invite", invitation, by=by))
        invited += 1
    if problems:
        raise Conflict(
            " ".join(["Something changed in the meantime, so nobody was invited.", *problems])
        )
    return invited, added


def as_data(people):
    """The list as plain data, to be kept in a session between showing and doing."""
    return [asdict(person) for person in people]

"""What waits for the programme office about people."""

from django.urls import reverse

from apps.core.needs import DISCREET, Need, needs_you, permitted

from .models.addresses import AddressChange
from .models.invitations import Invitation
from .models.people import User
from .models.role_changes import RoleChange
from .models.sides import SideChange
from .models.unreachable import Unreachable
from .roles import CONFIRM_ROLE, GIVE_ADDRESS
from .second_factor import offered


def _partly(user):
    return Invitation.objects.visible_to(user).filter(state=Invitation.State.PARTLY)


@needs_you(_partly, may=permitted("accounts.invite_user"), shown=None, kind="Invitation")
def people_without_their_groups(invitations, user):
    """Somebody accepted an invitation but could not be placed in every group."""
    return [
        Need(
            f"Place {invitation.full_name} in their groups",
            invitation.get_absolute_url(),
            detail="They have an account, but not every group could take them.",
        )
        for invitation in invitations
    ]


def _not_sent(user):
    return Invitation.objects.visible_to(user).waiting().filter(failed_at__isnull=False)


@needs_you(_not_sent, may=permitted("accounts.invite_user"), shown=None, kind="Invitation")
def invitations_that_did_not_leave(invitations, user):
    return [
        Need(
            f"Check the address of {invitation.full_name}",
            invitation.get_absolute_url(),
            since=invitation.failed_at,
            detail="We could not send their invitation",
        )
        for invitation in invitations
    ]


def _unreachable(user):
    people = User.objects.active().filter(email__in=Unreachable.objects.values("address"))
    return people.order_by("pk")


@needs_you(_unreachable, may=permitted("accounts.invite_user"), kind="E-mail")
def people_without_e_mail(people, user):
    """What we send does not arrive: nobody else would notice."""
    for person in people:
        yield Need(
            f"Ask {person.full_name} for another e-mail address",
            person.get_absolute_url(),
            detail="What we send them does not arrive",
        )


def _i_am_unreachable(user):
    return User.objects.filter(pk=user.pk, email__in=Unreachable.objects.values("address"))


@needs_you(_i_am_unreachable, kind="E-mail")
def no_e_mail_to_me(people, user):
    for _ in people:
        yield Need(
            "Check your e-mail address",
            reverse("account_email"),
            detail="What we send you does not arrive",
        )


@needs_you(offered, kind="Sign-in", put_off=True)
def second_factor(people, user):
    """Whoever leads, or reads what others need, is asked kindly, and can put it off."""
    for _ in people:
        yield Need(
            "Add an extra step to your sign-in",
            reverse("second_factor"),
            detail="People tell you private things. You can also do this later",
        )


def _asked_to_change(user):
    return SideChange.objects.filter(user=user).waiting()


@needs_you(_asked_to_change, kind="Profile")
def sides(changes, user):
    """The office asks whether somebody takes part on another side."""
    for change in changes:
        yield Need(
            f"Say whether you take part as {change.get_after_display().lower()} from now on",
            change.get_absolute_url(),
            since=change.asked_at,
            detail="Nothing changes unless you say yes",
        )


def _my_address(user):
    return AddressChange.objects.filter(user=user).unsettled()


@needs_you(_my_address, kind="Sign-in", deadline=DISCREET)
def my_address(changes, user):
    """Others say that somebody lost the address that they sign in with."""
    for change in changes:
        yield Need(
            "Check who asks to change the address that you sign in with",
            change.get_absolute_url(),
            due=change.effective_at,
            detail="Stop it if you did not ask for it",
        )


def _addresses(user):
    asked = AddressChange.objects.visible_to(user).asked().exclude(asked_by=user)
    return asked.exclude(user=user).select_related("user")


@needs_you(_addresses, may=permitted(GIVE_ADDRESS), kind="Account")
def addresses(changes, user):
    """Another address for somebody waits for a second person."""
    for change in changes:
        yield Need(
            f"Confirm another sign-in address for {change.user.full_name}",
            change.get_absolute_url(),
            detail="It takes two people",
        )


def _roles(user):
    asked = RoleChange.objects.visible_to(user).waiting().exclude(asked_by=user)
    return asked.exclude(user=user).select_related("user")


@needs_you(_roles, may=permitted(CONFIRM_ROLE), kind="Account")
def roles(changes, user):
    """A confidential role waits for a second person."""
    for change in changes:
        yield Need(
            f"Confirm the role {change.role} for {change.user.full_name}",
            change.get_absolute_url(),
            detail="It takes two people",
        )

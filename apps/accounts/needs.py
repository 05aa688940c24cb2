"""What waits for the programme office about people."""

from apps.core.needs import Need, needs_you, permitted

from .models.invitations import Invitation
from .models.sides import SideChange


def _partly(user):
    return Invitation.objects.visible_to(user).filter(state=Invitation.State.PARTLY)


@needs_you(_partly, may=permitted("accounts.invite_user"), shown=None)
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


def _asked_to_change(user):
    return SideChange.objects.filter(user=user).waiting()


@needs_you(_asked_to_change)
def sides(changes, user):
    """The office asks whether somebody takes part on another side."""
    for change in changes:
        yield Need(
            f"Say whether you take part as {change.get_after_display().lower()} from now on",
            change.get_absolute_url(),
            change.asked_at,
            "Nothing changes unless you say yes",
        )

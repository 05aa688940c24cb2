"""What waits for the programme office about people."""

from apps.core.needs import Need, needs_you, permitted

from .models.invitations import Invitation


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

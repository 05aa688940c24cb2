"""The invitation that a visitor holds, kept in the session between the link and the account."""

from .models.invitations import Invitation

SESSION_KEY = "invitation"  # the hash of the link's token, never the token


def remembered(request):
    """The live invitation whose link this visitor followed, or None."""
    known = request.session.get(SESSION_KEY)
    if not known:
        return None
    return Invitation.objects.live().select_related("invited_by").filter(token_hash=known).first()

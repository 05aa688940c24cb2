"""What happens to somebody's applications when their account closes."""

from apps.accounts.account_closure import LEAVING

from .models.application import Application


@LEAVING.add
def withdraw_all(user, by):
    """Whose account closes has no application any more."""
    for application in user.applications.filter(state__in=Application.IN_PLAY):
        application.follow("leave", by=by, note="The account closed.")

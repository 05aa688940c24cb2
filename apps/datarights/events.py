"""Whom the site tells about requests and copies of one's data."""

from apps.accounts.models.people import User
from apps.accounts.roles import ADMIN
from apps.core.moves import effect
from apps.notifications.kinds import notify


def administrators():
    """Those who answer."""
    return User.objects.active().filter(groups__name=ADMIN)


def request_received(request):
    notify("datarights.data_request", request, administrators())


@effect
def request_settled(request, entry):
    notify("datarights.data_request_settled", request, [request.person])


def copy_ready(export):
    notify("datarights.data_ready", export, [export.user])

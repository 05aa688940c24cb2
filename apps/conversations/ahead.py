"""Who should know of Conversations to come: the network, and the one who arranges support."""

from django.db.models import F

from apps.groups.models import Membership
from apps.notifications.ahead import AHEAD, Ahead

from .events import ARRANGING, ARRANGING_ENDS, NEWS
from .models.conversation import Conversation


def _network(keys):
    members = Membership.objects.filter(group__conversations__in=keys, user__is_active=True)
    yield members.current().order_by().values_list("group__conversations", "user")


def _organisers(keys):
    named = Conversation.objects.filter(pk__in=keys, organiser__is_active=True)
    yield named.order_by().annotate(person=F("organiser")).values_list("pk", "person")


AHEAD.add(Ahead(things=Conversation.objects.ahead, people=_network, tells=NEWS))
AHEAD.add(
    Ahead(
        things=Conversation.objects.ahead,
        people=_organisers,
        tells=ARRANGING,
        ends=ARRANGING_ENDS,
    )
)

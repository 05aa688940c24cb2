"""Who should know of a vacancy that is open: its panel, its manager and its peer lead, whenever
they were given the part."""

from django.db.models import F

from apps.notifications.ahead import AHEAD, Ahead

from .events import OPENED
from .models.panel import PanelMember
from .models.vacancy import Vacancy


def _parts(keys):
    panel = PanelMember.objects.serving().filter(vacancy__in=keys, user__is_active=True)
    yield panel.order_by().values_list("vacancy", "user")
    for part in ("manager", "peer_lead"):
        named = Vacancy.objects.filter(**{"pk__in": keys, f"{part}__is_active": True})
        yield named.order_by().annotate(person=F(part)).values_list("pk", "person")


AHEAD.add(Ahead(things=Vacancy.objects.advertised, people=_parts, tells=OPENED))

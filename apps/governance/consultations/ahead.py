"""Who should know of consultations that run: everybody who is asked, since whenever they are.

Nothing of one is in a calendar, so whoever is asked no more is told nothing.
"""

from django.db.models import BigIntegerField, Value

from apps.notifications.ahead import AHEAD, Ahead

from .events import TELLS
from .models.consultation import Consultation


def _asked(keys):
    for consultation in Consultation.objects.filter(pk__in=keys):
        thing = Value(consultation.pk, BigIntegerField())
        people = consultation.asked().order_by().annotate(thing=thing)
        yield people.values_list("thing", "pk")


AHEAD.add(Ahead(things=Consultation.objects.running, people=_asked, tells=TELLS))

"""Who looks at a person's audit trail is in it, wherever they look."""

from datetime import datetime, time

from . import clock
from .models import AuditEntry, record

LOOKED = "read_audit"


def midnight(day):
    """When a day begins here."""
    return datetime.combine(day, time(), tzinfo=clock.LONDON)


def look_at(person, *, by):
    """Record that this person's trail was looked at, once a day for each who looks."""
    if person == by:
        return
    today = midnight(clock.today())
    if not AuditEntry.objects.about(person).filter(by=by, action=LOOKED, at__gte=today).exists():
        record(LOOKED, person, by=by)

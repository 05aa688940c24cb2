"""Outputs, offered to consultations: people can be asked about one, or be told that it came of
what they said (``apps.core.registry``)."""

from apps.core.registry import consulted

from .models import Output


def _find(user, words):
    found = Output.objects.visible_to(user).filter(title__icontains=words)
    return found.order_by("title", "pk")


consulted("taskgroups.output", "Output", rows=Output.objects.visible_to, find=_find)

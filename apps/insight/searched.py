"""Insight has numbers, and nobody's words."""

from apps.core.searching import unsearched

from .models import Counted, StayedUntil, Step, Tally, VacancyCount

unsearched("Numbers, and nobody's words.", Counted, StayedUntil, Step, Tally, VacancyCount)

"""What insight holds about people: nothing."""

from apps.core.personal import nobodys

from .models import Counted, StayedUntil, Step, Tally, VacancyCount

nobodys("Numbers of people by side, and of what they did; nobody is in them.", Tally, Step, Counted)
nobodys(
    "How many came to each step of a vacancy, and how long people stay: never who.",
    VacancyCount,
    StayedUntil,
)

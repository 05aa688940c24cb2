"""Employment is not searched: checks and offers are one person's."""

from apps.core.searching import unsearched

from .models.appointment import Appointment, ReviewPoint
from .models.check import Check
from .models.offer import Offer

unsearched("What is checked of, offered to and agreed with one person is theirs.", Check, Offer)
unsearched("How somebody's work goes is theirs.", Appointment, ReviewPoint)

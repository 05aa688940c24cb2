"""Seats are not searched: who offered to take part is for few to read."""

from apps.core.searching import unsearched

from .models import Nomination, SeatRequest

unsearched("Who offered to take part is for them and the co-leads.", Nomination)
unsearched("It stands on the group's page while it is open.", SeatRequest)

"""Who would like to join is not searched."""

from apps.core.searching import unsearched

from .models import Interest, Letter, Welcomed

unsearched("What people without an account wrote to the office.", Interest, Letter)
unsearched("Nobody's words.", Welcomed)

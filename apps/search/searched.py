"""The search itself is not searched."""

from apps.core.searching import unsearched

from .models import Entry, Remembered, Stale

unsearched("It is the index.", Entry, Stale)
unsearched("What somebody opened or pinned is theirs.", Remembered)

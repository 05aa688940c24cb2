"""Interests are not searched: each stands with its person, for those who ask about them."""

from apps.core.searching import unsearched

from .models import Declaration, DeclaredInterest

unsearched("What somebody declared is read with the rest of it.", Declaration, DeclaredInterest)

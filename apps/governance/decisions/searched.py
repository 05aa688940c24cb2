"""The register of decisions is searched as the decisions themselves (apps/meetings)."""

from apps.core.searching import unsearched

from .models import PublicDecision, RegisterChange, Supersession

unsearched("The decision is searched; this is its wording for the public.", PublicDecision)
unsearched("What was asked about a decision stands on its page.", RegisterChange, Supersession)

"""Nothing of a time that is looked for is searched."""

from apps.core.searching import unsearched

from .models import Finding, ProposedTime, TimeAnswer

unsearched("It becomes a meeting, which is searched.", Finding, ProposedTime)
unsearched("Who plans reads it beside the times.", TimeAnswer)

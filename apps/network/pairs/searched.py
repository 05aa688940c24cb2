"""Pairs are not searched: what two people tell each other is theirs."""

from apps.core.searching import unsearched

from .models import CheckIn, HelpContact, HelpRequest, Pair

unsearched("What the two of a pair tell each other is theirs.", CheckIn, HelpRequest)
unsearched("Who supports whom stands on its own page, for few.", Pair, HelpContact)

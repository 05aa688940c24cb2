"""Who is told what when an offer is made, answered or cleared."""

from apps.notifications.kinds import notify, void

from .models import Offer
from .vacancy_events import human_resources, preparers


def candidate(offer):
    return [offer.application.candidate] if offer.application.candidate else []


@Offer.after("make")
def _made(offer, by):
    version = int(offer.made_at.timestamp())  # the second one of the same candidate is told too
    notify("recruitment.offer_made", offer, candidate(offer), version=version)


@Offer.after("accept", "decline", "fall")
def _answered(offer, entry):
    void(offer)
    notify("recruitment.offer_answered", offer, human_resources(), version=entry.pk)


@Offer.after("clear")
def _cleared(offer, entry):
    people = [*candidate(offer), *preparers(offer.vacancy)]
    notify("recruitment.offer_cleared", offer, people, version=entry.pk)


@Offer.after("take_back")
def _taken_back(offer, entry):
    void(offer)
    notify("recruitment.offer_taken_back", offer, candidate(offer), data={"reason": entry.note})

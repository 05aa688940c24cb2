"""Who is told what when an offer is made, answered or cleared, and when training can lead on."""

from django.urls import reverse

from apps.accounts.models.people import User
from apps.core.moves import Missing, effect, requirement
from apps.notifications.kinds import ask, notify, others, void

from ..applications.models.application import Application
from ..training.models import Enrolment
from ..vacancies.events import human_resources, preparers
from .models.appointment import Appointment
from .models.offer import Offer


def candidate(offer):
    return [offer.application.candidate] if offer.application.candidate else []


@effect
def made(offer, entry):
    version = int(offer.made_at.timestamp())  # the second one of the same candidate is told too
    notify("recruitment.offer_made", offer, candidate(offer), version=version)


@effect
def answered(offer, entry):
    void(offer)
    notify("recruitment.offer_answered", offer, human_resources(), version=entry.pk)


@effect
def cleared(offer, entry):
    people = [*candidate(offer), *preparers(offer.vacancy)]
    notify("recruitment.offer_cleared", offer, people, version=entry.pk)


@effect
def taken_back(offer, entry):
    void(offer)
    notify("recruitment.offer_taken_back", offer, candidate(offer), data={"reason": entry.note})


@effect
def second_is_told(thing, first):
    """A check, or the right to work of somebody in post, waits for another in Human Resources."""
    people = others(human_resources(), first)
    ask("recruitment.second_reader", thing, people)


@effect
def it_is_said_that_they_left(appointment, entry):
    """They see a wrong day at once: what they said of their side goes with the post."""
    if appointment.user is not None:
        notify("recruitment.left_recorded", appointment, [appointment.user], version=entry.pk)


@requirement
def offers_are_settled(vacancy, by):
    settled = (Offer.State.STARTED, Offer.State.DECLINED, Offer.State.TAKEN_BACK)
    offered = vacancy.applications.filter(state=Application.State.OFFERED)
    if offered.exclude(offer__state__in=settled).exists():
        page = reverse("offers", args=[vacancy.reference])
        may_read = by.has_perm("recruitment.handle_application", Application(vacancy=vacancy))
        yield Missing(
            "Somebody is offered the post, and that is not settled yet.", page if may_read else ""
        )


# --- what training leads on to --------------------------------------------------------------------
def trained():
    """Accounts of those who take part in training, or completed it, and are in no post now."""
    states = Enrolment.State
    rows = Enrolment.objects.filter(state__in=(states.ENROLLED, states.COMPLETED))
    in_post = Appointment.objects.in_post().filter(user__isnull=False)
    people = User.objects.active().filter(pk__in=rows.values("user"))
    return people.exclude(pk__in=in_post.values("user"))


@effect
def training_leads_on(vacancy, entry):
    people = [user for user in trained() if not vacancy.has_part(user)]
    notify("recruitment.job_for_trained", vacancy, people)

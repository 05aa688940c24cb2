"""What the steering group decided in writing, for the register of decisions."""

from django.db.models import Case, F, Q, When

from apps.accounts.models.people import Constituency
from apps.core import clock
from apps.governance.decisions.register import METHODS, WRITTEN, Entry, Source, decided
from apps.groups.models import Presence

from .models.written import WrittenRound

State = WrittenRound.State
STATUS = {State.CARRIED: "carried", State.FALLEN: "not_carried"}


@decided
class InWriting(Source):
    """Rounds that are over; their place in time is when the review was decided, or they closed."""

    name = WRITTEN

    def rows(self, user, wanted):
        found = WrittenRound.objects.exclude(state=State.OPEN)
        found = (
            found.filter(pk__in=WrittenRound.objects.visible_to(user).values("pk"))
            if user.is_authenticated
            else found.none()
        )
        if wanted.words:
            found = found.filter(
                Q(reasons__icontains=wanted.words)
                | Q(review__output__title__icontains=wanted.words)
            )
        if wanted.group:
            found = found.filter(review__group=wanted.group)
        if wanted.status:
            states = [state for state, status in STATUS.items() if status == wanted.status]
            found = found.filter(state__in=states)
        if wanted.method and wanted.method != WRITTEN:
            found = found.none()
        found = found.annotate(
            when=Case(
                When(state=State.CARRIED, then=F("review__decided_at")), default=F("closes_at")
            )
        )
        if wanted.begins:
            found = found.filter(when__gte=wanted.begins)
        if wanted.ends:
            found = found.filter(when__lt=wanted.ends)
        return found

    def entries(self, user, pks):
        found = (
            WrittenRound.objects.filter(pk__in=pks)
            .select_related("review__output", "review__group")
            .prefetch_related("votes", "review__group__terms_of_reference")
        )
        return {one.pk: self._entry(one) for one in found}

    def _entry(self, one):
        """Who answered is who was there; what was needed is the quorum of the terms then."""
        sides = [vote.counted_as for vote in one.votes.all() if vote.counted_as]
        asked_on = clock.date_of(one.opened_at)
        terms = max(
            (
                terms
                for terms in one.review.group.terms_of_reference.all()
                if terms.state == terms.State.ADOPTED and terms.in_force_from <= asked_on
            ),
            key=lambda terms: terms.version,
            default=None,
        )
        return Entry(
            reference=f"{one.review.group.slug}/in-writing/{one.pk}",
            text=f"{one.get_outcome_display()}: {one.review.output.title}",
            group=one.review.group.name,
            on=one.review.decided_at if one.state == State.CARRIED else one.closes_at,
            method=METHODS[WRITTEN],
            status=STATUS[one.state],
            present=Presence(
                len(sides),
                sides.count(Constituency.LIVED_EXPERIENCE),
                sides.count(Constituency.STAFF),
            ),
            needed=terms.quorum if terms else Presence(0, 0, 0),
            url=one.get_absolute_url(),
        )

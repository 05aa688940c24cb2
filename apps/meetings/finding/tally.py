"""What the answers say of each time that is proposed.

It counts by the rules of the meeting itself: deciding members of its day, on the side on which they
count, against the quorum of the terms that are then in force.
"""

from dataclasses import dataclass

from django.db.models import TextChoices

from apps.accounts.models.people import Constituency, User
from apps.accounts.models.sides import sides_at
from apps.core import clock
from apps.core.dates import DAY
from apps.groups.counting import sides_by_terms
from apps.groups.models import Presence, TermsOfReference

from .notice import in_force, notice_begun, why_too_late


class Suits(TextChoices):
    YES = "yes", "Yes"
    MAYBE = "maybe", "If need be"
    NO = "no", "No"


SILENT = ""  # whoever has said nothing of a time


def tally_of(finding):
    """A Tally of each time, the best first."""
    return sorted(Count(finding).of_each(), key=Tally.rank)


@dataclass
class Tally:
    """One time: who said what, and whether those who come would be a quorum."""

    time: object  # the ProposedTime
    terms: TermsOfReference | None
    answers: dict[str, list[User]]  # who is asked, by what they said
    yes: Presence  # of deciding members: those whom it suits
    with_maybe: Presence  # and those whom it suits if need be
    is_past: bool = False  # as the next: of times that are still to be chosen from
    notice_begun: int = 0  # the days of notice, where it cannot be announced any more

    @property
    def is_quorate(self):
        return self._reaches(self.yes)

    @property
    def could_be(self):
        """Only if those come as well whom it suits if need be."""
        return not self.is_quorate and self._reaches(self.with_maybe)

    def _reaches(self, presence):
        return bool(self.terms and self.terms.is_quorate(presence))

    @property
    def can_be_chosen(self):
        return not (self.is_past or self.notice_begun)

    @property
    def too_late(self):
        """Why it cannot be announced any more, in words, or nothing."""
        return why_too_late(self.notice_begun) if self.notice_begun else ""

    @property
    def words(self):
        if not self.can_be_chosen:
            return "Past" if self.is_past else "Too late to announce"
        if self.is_quorate:
            return "Quorum can be met"
        if self.could_be:
            return "Quorum with “if need be” only"
        return "Not enough answers yet" if self.is_waiting else "Quorum is not met"

    @property
    def silent(self):
        """How many have said nothing of it."""
        return len(self.answers[SILENT])

    @property
    def is_waiting(self):
        """Whether somebody who has said nothing still can."""
        return bool(self.silent) and not self.time.finding.is_closed

    @property
    def tag(self):
        """The class of the tag with these words."""
        if not self.can_be_chosen:
            return "nhsuk-tag--grey"
        lacks = "grey" if self.is_waiting else "red"
        colour = "green" if self.is_quorate else "yellow" if self.could_be else lacks
        return f"nhsuk-tag--{colour}"

    @property
    def said(self):
        """(answer in words, names of who gave it), those who gave none last."""
        words = {**dict(Suits.choices), SILENT: "No answer"}
        return [
            (words[suits], [one.name for one in people])
            for suits, people in self.answers.items()
            if people
        ]

    @property
    def lacks(self):
        """What those whom it suits lack to be a quorum."""
        if self.terms is None:
            return ["terms of reference that hold on that day"]
        quorum = self.terms.quorum
        pairs = (
            (quorum.members - self.yes.members, "more in all"),
            (quorum.lived_experience - self.yes.lived_experience, "more with lived experience"),
            (quorum.staff - self.yes.staff, "more staff"),
        )
        return [f"{number} {words}" for number, words in pairs if number > 0]

    @property
    def counts(self):
        """(label, yes, if need be) in each of the three numbers of a quorum."""
        for name, label in (
            ("members", "Members"),
            ("lived_experience", "With lived experience"),
            ("staff", "Staff"),
        ):
            yes = getattr(self.yes, name)
            yield label, yes, getattr(self.with_maybe, name) - yes

    def rank(self):
        """What can be chosen first, then what has a quorum, then what suits most."""
        return (
            not self.can_be_chosen,
            self.is_past,
            not self.is_quorate,
            not self.could_be,
            -self.yes.members,
            -self.with_maybe.members,
            self.time.starts_at,
        )


class Count:
    """Reads answers, members and sides once for all times of a finding."""

    def __init__(self, finding):
        self.finding, self.group = finding, finding.group
        self.asked = {one.pk: one for one in finding.asked().order_by("full_name", "pk")}
        self.members = list(self.group.memberships.deciding().filter(user__in=self.asked))
        self.sides = {}
        self.said = {}  # {time: {person: answer}}
        for time, user, suits in finding.said():
            self.said.setdefault(time, {})[user] = suits

    def of_each(self):
        terms = self.group._adopted()
        for time in self.finding.times.all():
            yield self.of(time, terms)

    def of(self, time, terms):
        on = clock.date_of(time.starts_at)
        held = in_force(terms, on)
        said = self.said.get(time.pk, {})
        answers = {
            suits: [self.asked[key] for key in self.asked if said.get(key, SILENT) == suits]
            for suits in (*Suits.values, SILENT)
        }
        yes = self._presence(answers["yes"], on, held)
        both = self._presence([*answers["yes"], *answers["maybe"]], on, held)
        tally = Tally(time, held, answers, yes, both)
        if self.finding.state == "open":
            tally.is_past = time.starts_at <= clock.now()
            tally.notice_begun = 0 if tally.is_past else notice_begun(terms, time.starts_at)
        return tally

    def _presence(self, people, on, terms):
        """As ``Meeting.presence`` would count them, by what is known today.

        What can be chosen has its notice before it: so everybody's side is that of now.
        """
        deciding, sides = self._deciding(on), self._sides(terms)
        counted = [
            side
            for one in people
            if one.pk in deciding and (side := sides.get(one.pk, one.constituency))
        ]
        return Presence(
            len(counted),
            counted.count(Constituency.LIVED_EXPERIENCE),
            counted.count(Constituency.STAFF),
        )

    def _deciding(self, on):
        """Keys of members of the day and of the day before, each by any term, as a meeting asks.

        Whose term somebody ended on the day itself still counts.
        """
        held = [one for one in self.members if one.ended_at is None or _ended_on(one) >= on]
        then, before = ({one.user_id for one in held if _covers(one, at)} for at in (on, on - DAY))
        return then & before

    def _sides(self, terms):
        """Asked once for all times of the same terms."""
        key = terms and terms.pk
        if key not in self.sides:
            people, now = list(self.asked), clock.now()
            by_terms = sides_by_terms(self.group, terms, people, now)
            self.sides[key] = sides_at(people, now) | by_terms
        return self.sides[key]


def _ended_on(membership):
    return clock.date_of(membership.ended_at)


def _covers(membership, on):
    return membership.starts <= on and (membership.ends is None or membership.ends >= on)

"""On which side somebody who is employed as a peer worker counts in a group.

That they are employed says nothing of it. The terms of the group say how its peer workers count,
and each of them says whether they do: nobody counts towards a quorum who has not said so before the
notice of the meeting began. Where the terms say nothing, everybody counts as they are recorded.

Nor does a post count there that was recorded after that, or its end: whoever records posts makes no
quorum by a day in the past.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from operator import attrgetter

from django.db import transaction

from apps.accounts.models.people import Constituency
from apps.accounts.payable_time import employments_of
from apps.core import clock
from apps.core.dates import DAY, day
from apps.core.exceptions import NotYet
from apps.core.models import record
from apps.core.moves import Missing, effect, requirement
from apps.notifications.kinds import notify, others

from .models import Membership, PeerWorkers, SideAnswer, TermsOfReference
from .roles import Role

OPEN = ""  # they have not said: they count nowhere
SIDES = dict([*Constituency.choices, (PeerWorkers.NEITHER, "neither side")])


# --- whom it concerns -----------------------------------------------------------------------------
@dataclass(frozen=True)
class Standing:
    """Somebody is in post since a day; or was, and is not since that day.

    ``posts`` holds the first day of each post that they are in, and when it was recorded;
    ``asked_until`` is the last day on which whoever left was still recorded as in post.
    """

    since: date
    in_post: bool
    posts: dict = field(default_factory=dict)
    asked_until: date | None = None

    def rule(self, terms):
        """What an answer is about: the terms hold for those in post; after it, nothing does."""
        return terms.peer_workers if self.in_post else ""

    def answer(self, answers, key, rule):
        """What they last said of it, or None: for one of the posts that they are in, and not before
        that was recorded; another one besides takes it from nobody.
        """
        posts = self.posts or {self.since: None}
        found = ((answers.get((key, since, rule)), known) for since, known in posts.items())
        held = [one for one, known in found if one and (known is None or one.at >= known)]
        return max(held, key=attrgetter("at", "pk"), default=None)


def standing_at(posts, on):
    """How somebody with these posts stands on a day, or None for whoever was never in post."""
    if now := [post for post in posts if post.covers(on)]:
        now.sort(key=lambda one: (one.started_on, one.recorded_at is not None, one.recorded_at))
        first = {one.started_on: one.recorded_at for one in reversed(now)}
        return Standing(now[-1].started_on, in_post=True, posts=first)
    ended = [post for post in posts if post.left_on and post.left_on < on]
    if not ended:
        return None
    told = [clock.date_of(one.left_recorded_at) for one in ended if one.left_recorded_at]
    last = max(one.left_on for one in ended)
    return Standing(last + DAY, in_post=False, asked_until=max([last, *told]))


def standings(group, terms, people, moment):
    """{key: Standing} of those of the people whom it concerns in this group, as was known then.

    Whoever left a post is asked again, if they were a member, and not recorded as having left,
    while the terms said something.
    """
    if terms is None or not terms.peer_workers:
        return {}
    posts = employments_of(people)
    on, found = clock.date_of(moment), {}
    for key, some in posts.items():
        known = [one.as_known(moment) for one in some]
        found[key] = standing_at([one for one in known if one is not None], on)
    found = {key: one for key, one in found.items() if one is not None}
    gone = {key: one.asked_until for key, one in found.items() if not one.in_post}
    if gone:
        adopted = [one for one in group._adopted() if one.peer_workers]
        said = min(one.in_force_from for one in [terms, *adopted])
        began = group.memberships.filter(user__in=gone).values_list("user", "starts")
        were_asked = {user for user, starts in began if max(starts, said) <= gone[user]}
        found = {key: one for key, one in found.items() if one.in_post or key in were_asked}
    return found


def answers_until(group, keys, moment):
    """{(key, what it was about): the latest answer} of people in a group until a moment."""
    rows = SideAnswer.objects.answered().filter(group=group, user__in=keys, at__lte=moment)
    rows = rows.order_by("at", "pk")
    return {(one.user_id, one.since, one.rule): one for one in rows}


def sides_by_terms(group, terms, people, moment):
    """{key: side} of those who count in a group by its terms and their answer at a moment.

    NEITHER counts as a member and on no side; OPEN counts nowhere. Whoever is not named counts as
    they are recorded.
    """
    concerned = standings(group, terms, people, moment)
    if not concerned:
        return {}
    answers = answers_until(group, concerned, moment)
    sides = {}
    for key, standing in concerned.items():
        rule = standing.rule(terms)
        answer = standing.answer(answers, key, rule)
        if rule == PeerWorkers.NEITHER:
            sides[key] = PeerWorkers.NEITHER.value
        elif answer is None:
            sides[key] = OPEN
        elif standing.in_post or answer.side == PeerWorkers.NEITHER:
            sides[key] = answer.side
    return sides


def notice_begins(terms, starts_at):
    """What somebody said after that does not count for what starts then."""
    return starts_at - timedelta(days=terms.notice_days if terms else 0)


# --- what is asked --------------------------------------------------------------------------------
@dataclass(frozen=True)
class Question:
    """What one person is asked in one group, and what they last said."""

    membership: Membership
    terms: TermsOfReference
    standing: Standing
    answer: SideAnswer | None

    @property
    def is_open(self):
        return self.answer is None

    @property
    def is_coming(self):
        return self.terms.in_force_from > clock.today()

    @property
    def said(self):
        """*staff*, as they last said it."""
        return SIDES[self.answer.side].lower()

    @property
    def rule(self):
        return self.standing.rule(self.terms)

    @property
    def sides(self):
        """What the terms allow: in post one side or neither; afterwards their own or neither.

        A co-lead's seat is of one side: whoever holds it counts on that, or nowhere.
        """
        side = self.membership.user.constituency
        own = self.terms.peer_workers if self.standing.in_post else side
        allowed = [own, PeerWorkers.NEITHER.value]
        leads = self.membership.role == Role.CO_LEAD
        return [one for one in allowed if one == side] if leads else allowed


def asking(group):
    """The terms by which people are asked: those in force, and those that come, in time."""
    both = (group.terms, group.coming_terms)
    return [one for one in both if one is not None and one.peer_workers]


def questions(memberships):
    """The Questions of each membership: a list. Reads the same for one and for many.

    Those by terms in force come before those by coming ones. Each membership comes with its group,
    that group's terms, and its person.
    """
    by_group, found = defaultdict(dict), []
    for one in sorted(memberships, key=lambda one: one.role != Role.CO_LEAD):
        by_group[one.group].setdefault(one.user_id, one)
    for group, members in by_group.items():
        asked = set()
        for terms in asking(group):
            now = clock.now()
            concerned = standings(group, terms, list(members), now)
            answers = answers_until(group, concerned, now) if concerned else {}
            for key, standing in concerned.items():
                rule = standing.rule(terms)
                if rule == PeerWorkers.NEITHER or (key, rule) in asked:
                    continue  # nothing to say; or the terms in force ask it already
                asked.add((key, rule))
                answer = standing.answer(answers, key, rule)
                found.append(Question(members[key], terms, standing, answer))
    return found


def _members(rows):
    return rows.current().deciding().select_related("group", "user").order_by("pk")


def _of(group, **which):
    """The questions of one group, of which the caller has read the terms; mostly none, unasked."""
    if not asking(group):
        return []
    members = list(_members(Membership.objects.filter(group=group, **which)))
    for one in members:
        one.group = group
    return questions(members)


def asked_of(group, user):
    """What this person is asked in this group: what they can answer and have not comes first."""
    return sorted(_of(group, user=user), key=lambda one: (not one.sides, not one.is_open))


def question(group, user, version=None):
    """The first of that, or what this version of the terms asks; or None."""
    found = (one for one in asked_of(group, user) if version in (None, one.terms.version))
    return next(found, None)


def silent(group):
    """Those of a group who do not count until they say on which side, by name."""
    found = {one.membership.user_id: one.membership.user.name for one in _of(group) if one.is_open}
    return sorted(found.values())


# --- answering ------------------------------------------------------------------------------------
@requirement
def is_asked(group, by):
    asked = question(group, by)
    if asked is None:
        yield Missing("There is nothing to say here: you count as you are recorded.")
        return
    if not asked.sides:
        yield Missing(
            f"You hold the co-lead seat for {by.get_constituency_display().lower()}, and the terms "
            "count peer workers otherwise. While you hold it you do not count.",
            turn="the programme office, which appoints another co-lead",
        )


@transaction.atomic
def say(group, side, *, by, version=None):
    """A person says on which side they count here; by which version of the terms, where both ask.

    Raises PermissionDenied, IllegalMove (the group is closed) or NotYet (they are not asked, or the
    terms do not allow it).
    """
    group.permit("say_side", by=by)
    asked = question(group, by, version)
    if asked is None or side not in asked.sides:
        raise NotYet("Choose one of what the terms of this group allow.")
    answer = SideAnswer.objects.create(
        group=group, user=by, rule=asked.rule, since=asked.standing.since, side=side
    )
    record("say_side", answer, by=by)
    group.followed("say_side", answer)
    return answer


@effect
def co_leads_hear(group, answer):
    notify("groups.side_here_said", answer, others(group.leads(), answer.user))


# --- asking ---------------------------------------------------------------------------------------
def _ask(memberships):
    """Each is asked once for each thing that there is to say."""
    for one in questions(list(memberships)):
        if one.is_open:
            user = one.membership.user
            about = {"group": one.membership.group, "rule": one.rule, "since": one.standing.since}
            before = SideAnswer.objects.filter(user=user, side="", **about).first()
            asked = before or SideAnswer.objects.create(user=user, side="", **about)
            notify("groups.side_here_asked", asked, [user])


def ask(user):
    """Ask somebody who has started in post, or left one, in each of their groups."""
    _ask(_members(Membership.objects.filter(user=user)))


@effect
def newcomer_is_asked(group, membership):
    """Where no terms say anything of peer workers, most groups, that is one short question."""
    if TermsOfReference.objects.filter(group=group).exclude(peer_workers="").exists():
        _ask(_members(Membership.objects.filter(pk=membership.pk)))


@effect
def members_are_asked(terms, entry):
    """Once terms are adopted; they may answer before the terms are in force."""
    _ask(_members(Membership.objects.filter(group=terms.group_id)))


def words_of(question):
    """What the person reads of how they count now."""
    if question.is_open and question.is_coming:
        return (
            f"Other terms hold from {day(question.terms.in_force_from)}. You have not said on "
            "which side you count then. Until you do, you will not count towards the quorum."
        )
    if question.is_open:
        return (
            "You have not said on which side you count. Until you do, you do not count towards the "
            "quorum."
        )
    return f"You said on {day(question.answer.at)}: {question.said}."

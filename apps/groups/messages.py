"""What groups tell people by the clock: seats without a co-lead, and terms that end."""

from datetime import timedelta

from django.contrib.auth.models import Group as ProgrammeRole
from django.urls import reverse

from apps.accounts.models.people import User
from apps.accounts.models.sides import SideChange
from apps.accounts.roles import OFFICE
from apps.core import clock
from apps.core.dates import DAY, day, morning_of
from apps.notifications.kinds import Default, Due, Kind, Topic, register

from .counting import SIDES, question
from .models import Membership, TermsOfReference, WorkingGroup, neither_leads


def office():
    """The people of the programme office."""
    return User.objects.active().filter(groups__in=ProgrammeRole.objects.filter(name=OFFICE))


@register
class SeatEmpty(Kind):
    """Every Monday while a running group lacks a co-lead: to the office and the one who is left."""

    name = "groups.seat_empty"
    label = "A co-lead seat is empty"
    topic = Topic.GROUPS
    audiences = {"everyone": "Programme office and the other co-lead", "office": "Programme office"}

    def due(self, rule, now):
        today = clock.date_of(now)
        monday = today - timedelta(days=today.weekday())
        due_at = rule.due_at(morning_of(monday))
        for group in WorkingGroup.objects.half_led(today).filter(created_at__lt=due_at):
            yield Due(group, due_at)

    def audience(self, rule, group):
        people = list(office())
        if rule.audience == "everyone":
            people += group.leads()
        return people

    def wanted(self, rule, group, user):
        return group.state == WorkingGroup.State.ACTIVE and not group.is_led_by_two

    def context(self, occurrence, user):
        group = occurrence.subject
        sides = " and ".join(side.label.lower() for side in group.empty_seats())
        lines = [f"The seat for {sides} is empty."] if sides else []
        lines += map(neither_leads, group.doubled_seats())
        lines += ["Each group is led by two people: one with lived experience and one of staff."]
        return {
            "title": f"{group.name} needs a co-lead",
            "lines": lines,
            "url": group.get_absolute_url(),
            "action": "See the group",
        }


@register
class TermEnding(Kind):
    """Before a term ends: to the person and to the office."""

    name = "groups.term_ending"
    label = "A term is ending"
    topic = Topic.GROUPS
    audiences = {"everyone": "The person and the programme office", "person": "The person"}
    defaults = (Default(60 * DAY), Default(14 * DAY))

    def due(self, rule, now):
        today = clock.date_of(now)
        ending = Membership.objects.current(today).filter(ends__lte=today + rule.offset)
        for membership in ending.select_related("user", "group"):
            due_at = rule.due_at(morning_of(membership.ends))
            begun = morning_of(membership.starts)
            if due_at > begun:
                yield Due(membership, due_at)

    def audience(self, rule, membership):
        people = [membership.user]
        return people if rule.audience == "person" else [*people, *office()]

    def wanted(self, rule, membership, user):
        return Membership.objects.current().filter(pk=membership.pk).exists()

    def context(self, occurrence, user):
        membership = occurrence.subject
        who = "Your" if membership.user_id == user.pk else f"{membership.user.name}'s"
        return {
            "title": f"{who} term in {membership.group.name} ends on {day(membership.ends)}",
            "lines": [f"The role: {membership.get_role_display().lower()}."],
            "url": membership.group.get_absolute_url(),
            "action": "See the group",
        }


class TermsKind(Kind):
    """About a new version of the terms of reference: what is other, and where to read it."""

    topic = Topic.GROUPS
    states = (TermsOfReference.State.ADOPTED,)
    opening = ""

    def wanted(self, rule, terms, user):
        return terms.state in self.states

    def context(self, occurrence, user):
        terms = occurrence.subject
        changes = [f"{label}: {now} (before: {old})." for label, old, now in terms.changes]
        return {
            "title": f"{self.label}: {terms.group.name}",
            "lines": [self.opening.format(day=day(terms.in_force_from)), *changes],
            "url": terms.get_absolute_url(),
            "action": "Read the terms",
        }


@register
class TermsProposed(TermsKind):
    name = "groups.terms_proposed"
    label = "New terms of reference wait for you"
    states = (TermsOfReference.State.PROPOSED,)
    opening = "Both co-leads sign new terms of reference. Yours is missing."


@register
class TermsSigned(TermsKind):
    name = "groups.terms_signed"
    label = "New terms of reference are proposed"
    news = True
    states = (TermsOfReference.State.SIGNED,)
    opening = "Both co-leads have signed them. They hold only once the group has adopted them."


@register
class TermsAdopted(TermsKind):
    name = "groups.terms_adopted"
    label = "New terms of reference"
    news = True
    opening = "The group has adopted new terms of reference. They are in force from {day}."


@register
class TermsFell(TermsKind):
    name = "groups.terms_fell"
    label = "The new terms of reference do not hold"
    news = True
    states = (TermsOfReference.State.SIGNED, TermsOfReference.State.DROPPED)
    opening = "The decision to adopt them no longer counts. The terms before hold on."


class SideKind(Kind):
    """About a change of somebody's side. Subject lines name nobody."""

    topic = Topic.GROUPS
    state = SideChange.State.ASKED
    action = "See it"

    def wanted(self, rule, change, user):
        return change.state == self.state


@register
class SideAsked(SideKind):
    name = "groups.side_asked"
    label = "Say on which side you take part"

    def context(self, occurrence, user):
        change = occurrence.subject
        return {
            "title": self.label,
            "lines": [
                f"The programme office asks to change how you take part: {change.words}.",
                "Nothing changes unless you say yes.",
            ],
            "url": change.get_absolute_url(),
            "action": "Say yes or no",
        }


@register
class SideChanged(SideKind):
    name = "groups.side_changed"
    label = "A member takes part on another side"
    news = True
    state = SideChange.State.CONFIRMED

    def context(self, occurrence, user):
        change = occurrence.subject
        return {
            "title": f"{change.user.name} takes part on another side",
            "lines": [
                f"{change.user.name} confirmed it: {change.words}.",
                "It does not count for meetings whose notice had begun.",
            ],
            "url": reverse("groups"),
            "action": "See your groups",
        }


@register
class SideKept(SideKind):
    name = "groups.side_kept"
    label = "A change of side was declined"
    state = SideChange.State.DECLINED

    def context(self, occurrence, user):
        change = occurrence.subject
        return {
            "title": f"{change.user.name} takes part as before",
            "lines": ["They do not want the change that you asked for."],
            "url": change.get_absolute_url(),
            "action": self.action,
        }


@register
class SideHereAsked(Kind):
    """To a peer worker: the terms of a group say how they can count, and they say whether."""

    name = "groups.side_here_asked"
    label = "Say on which side you count in a group"
    topic = Topic.GROUPS

    def wanted(self, rule, asked, user):
        found = question(asked.group, user)
        return bool(found and found.is_open and found.sides)

    def context(self, occurrence, user):
        group = occurrence.subject.group
        return {
            "title": f"{self.label}: {group.name}",
            "lines": [
                "The group's terms of reference say how you can count in it. Whether you do, only "
                "you can say. Until you have said it you do not count towards its quorum."
            ],
            "url": reverse("group_side", args=[group.slug]),
            "action": "Say on which side",
        }


@register
class SideHereSaid(Kind):
    """To the co-leads: it changes what makes their quorum."""

    name = "groups.side_here_said"
    label = "A member said on which side they count"
    news = True
    topic = Topic.GROUPS

    def context(self, occurrence, user):
        answer = occurrence.subject
        return {
            "title": f"{self.label}: {answer.group.name}",
            "lines": [
                f"{answer.user.name}: {SIDES[answer.side].lower()}.",
                "It does not count for meetings whose notice had begun.",
            ],
            "url": answer.get_absolute_url(),
            "action": "See the group",
        }

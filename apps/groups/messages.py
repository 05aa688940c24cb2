"""What groups tell people by the clock: seats without a co-lead, and terms that end."""

from datetime import timedelta

from django.contrib.auth.models import Group as ProgrammeRole
from django.urls import reverse

from apps.accounts.models.people import User
from apps.accounts.models.sides import SideChange
from apps.accounts.roles import OFFICE
from apps.core import clock
from apps.core.dates import DAY, day, morning_of, weekday_near
from apps.notifications.kinds import Default, Due, Kind, Topic, register
from apps.notifications.wording import A_GROUP, ON_DAY, SOMEBODY, Case, Placeholder

from .counting import SIDES, question
from .models import Membership, TermsOfReference, WorkingGroup, neither_leads


def name_for(reader, thing):
    """Whose it is; nothing is asked for whoever reads of their own."""
    return (reader if thing.user_id == reader.pk else thing.user).name


def office():
    """The people of the programme office."""
    return User.objects.active().filter(groups__in=ProgrammeRole.objects.filter(name=OFFICE))


@register
class SeatEmpty(Kind):
    """Every Monday while a running group lacks a co-lead: to the office and the one who is left."""

    name = "groups.seat_empty"
    label = "A co-lead seat is empty"
    to_whom = (
        "the programme office and, where its rule says so, the other co-lead, while a "
        "group lacks one"
    )
    topic = Topic.GROUPS
    preview = "Please see which group it is, and help to find somebody."
    title = "{group} needs a co-lead"
    text = (
        "The seat for {empty} is empty. Please help to find somebody.\n\n{doubled}\n\n"
        "Each group is led by two people: one with lived experience and one of staff."
    )
    action = "See the group"
    placeholders = {
        "group": A_GROUP,
        "empty": Placeholder("the side, or sides, without a co-lead", "lived experience"),
        "doubled": Placeholder(
            "where several are co-leads of one side: who they are, and the way out of it",
            "Kim Winter and Lee Summer are co-leads of one side (staff), so none of them leads "
            "the group. The programme office ends all but one of these terms.",
        ),
    }
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

    def values(self, occurrence, reader):
        group = occurrence.subject
        return {
            "group": group.name,
            "empty": " and ".join(side.label.lower() for side in group.empty_seats()),
            "doubled": "\n".join(map(neither_leads, group.doubled_seats())),
        }

    def url(self, occurrence, reader):
        return occurrence.subject.get_absolute_url()


@register
class TermEnding(Kind):
    """Before a term ends: to the person and to the office."""

    name = "groups.term_ending"
    label = "A term is ending"
    to_whom = (
        "the person whose term in a group ends, and the programme office where its rule says so"
    )
    topic = Topic.GROUPS
    subject_line = "{label}: {day}"
    preview = "Would you like to go on?"
    title = "Your term in {group} ends on {date}"
    text = (
        "This term is ending. If you would like to go on, please tell the programme office."
        "\n\nThe role: {role}."
    )
    action = "See the group"
    cases = {
        "another": Case(
            when="the programme office reads it",
            title="{who}'s term in {group} ends on {date}",
            text=(
                "This term is ending. Please ask {who} whether they would like to go on."
                "\n\nThe role: {role}."
            ),
        )
    }
    placeholders = {
        "who": Placeholder("whose term it is", "Kim Winter"),
        "group": A_GROUP,
        "role": Placeholder("the role in the group", "member"),
        "day": ON_DAY,
        "date": Placeholder("the day with its year", "10 December 2026"),
    }
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

    def case(self, occurrence, reader):
        return "" if occurrence.subject.user_id == reader.pk else "another"

    def values(self, occurrence, reader):
        membership = occurrence.subject
        return {
            "who": name_for(reader, membership),
            "group": membership.group.name,
            "role": membership.get_role_display().lower(),
            "day": weekday_near(membership.ends),
            "date": day(membership.ends),
        }

    def url(self, occurrence, reader):
        return occurrence.subject.group.get_absolute_url()


class TermsKind(Kind):
    """About a new version of the terms of reference: what is other, and where to read it."""

    topic = Topic.GROUPS
    states = (TermsOfReference.State.ADOPTED,)
    preview = "You can read what they say, and what is different."
    title = "{label}: {group}"
    action = "Read the terms"
    placeholders = {
        "group": A_GROUP,
        "day": Placeholder("from when they hold", "Thursday 10 December", discreet=True),
        "date": Placeholder("the same day with its year", "10 December 2026"),
        "changes": Placeholder(
            "what is other than in the terms before, one in each line",
            "Notice for meetings: 10 days (before: 7 days).",
        ),
    }

    def wanted(self, rule, terms, user):
        return terms.state in self.states

    def values(self, occurrence, reader):
        terms = occurrence.subject
        changes = (f"{label}: {now} (before: {old})." for label, old, now in terms.changes)
        return {
            "group": terms.group.name,
            "day": weekday_near(terms.in_force_from),
            "date": day(terms.in_force_from),
            "changes": "\n".join(changes),
        }

    def url(self, occurrence, reader):
        return occurrence.subject.get_absolute_url()


@register
class TermsProposed(TermsKind):
    name = "groups.terms_proposed"
    label = "New terms of reference wait for you"
    to_whom = "the co-leads who did not propose them, when new terms of reference are proposed"
    states = (TermsOfReference.State.PROPOSED,)
    preview = "Please read them, and sign."
    text = (
        "Both co-leads sign new terms of reference. Yours is missing: please read them, and sign."
        "\n\n{changes}"
    )
    action = "Read and sign the terms"


@register
class TermsSigned(TermsKind):
    name = "groups.terms_signed"
    label = "New terms of reference are proposed"
    to_whom = "everybody in the group, when both co-leads have signed new terms of reference"
    news = True
    states = (TermsOfReference.State.SIGNED,)
    text = (
        "Both co-leads have signed them. They hold only once the group has adopted them. You can "
        "read them before it decides.\n\n{changes}"
    )


@register
class TermsAdopted(TermsKind):
    name = "groups.terms_adopted"
    label = "New terms of reference"
    to_whom = "everybody in the group, when it has adopted new terms of reference"
    news = True
    subject_line = "{label}: from {day}"
    text = (
        "The group has adopted new terms of reference. They are in force from {date}.\n\n{changes}"
    )


@register
class TermsFell(TermsKind):
    name = "groups.terms_fell"
    label = "The new terms of reference do not hold"
    to_whom = (
        "everybody in the group, when the decision to adopt new terms of reference no longer counts"
    )
    news = True
    states = (TermsOfReference.State.SIGNED, TermsOfReference.State.DROPPED)
    preview = "The terms before hold on. You do not need to do anything."
    text = (
        "The decision to adopt them no longer counts. The terms before hold on; you need do "
        "nothing.\n\n{changes}"
    )


class SideKind(Kind):
    """About a change of somebody's side. Subject lines name nobody."""

    topic = Topic.GROUPS
    state = SideChange.State.ASKED
    action = "See what was asked"
    placeholders = {
        "who": Placeholder("whose side it is", "Kim Winter"),
        "change": Placeholder("from which side to which", "staff to lived experience"),
    }

    def values(self, occurrence, reader):
        change = occurrence.subject
        return {"who": name_for(reader, change), "change": change.words}

    def url(self, occurrence, reader):
        return occurrence.subject.get_absolute_url()

    def wanted(self, rule, change, user):
        return change.state == self.state


@register
class SideAsked(SideKind):
    name = "groups.side_asked"
    label = "Say on which side you take part"
    to_whom = "the person, when the programme office asks to change on which side they take part"
    preview = "Nothing changes unless you say yes."
    text = (
        "The programme office asks to change how you take part: {change}. Please say yes or no."
        "\n\nNothing changes unless you say yes."
    )
    action = "Say yes or no"


@register
class SideChanged(SideKind):
    name = "groups.side_changed"
    label = "A member takes part on another side"
    to_whom = (
        "the co-leads of every group that the person is in, when they confirm a change of side"
    )
    news = True
    state = SideChange.State.CONFIRMED
    preview = "It changes who makes up your quorum."
    title = "{who} takes part on another side"
    text = (
        "{who} confirmed it: {change}. It changes who makes up your quorum.\n\n"
        "It does not count for meetings whose notice had begun."
    )
    action = "See your groups"

    def url(self, occurrence, reader):
        return reverse("groups")


@register
class SideKept(SideKind):
    name = "groups.side_kept"
    label = "A change of side was declined"
    to_whom = "whoever asked for a change of side, when the person declines it"
    state = SideChange.State.DECLINED
    preview = "Nothing changes. You do not need to do anything."
    title = "{who} takes part as before"
    text = "{who} said no to the change that you asked for. You do not need to do anything."


@register
class SideHereAsked(Kind):
    """To a peer worker: the terms of a group say how they can count, and they say whether."""

    name = "groups.side_here_asked"
    label = "Say on which side you count in a group"
    to_whom = "a member who is or was a peer worker, when they can say on which side they count"
    topic = Topic.GROUPS
    preview = "Only you can say it. It takes a minute."
    title = "{label}: {group}"
    text = (
        "The group's terms of reference say how you can count in it. Whether you do, only you can "
        "say: please say it. Until then you do not count towards its quorum."
    )
    action = "Say on which side"
    placeholders = {"group": A_GROUP}

    def wanted(self, rule, asked, user):
        found = question(asked.group, user)
        return bool(found and found.is_open and found.sides)

    def values(self, occurrence, reader):
        return {"group": occurrence.subject.group.name}

    def url(self, occurrence, reader):
        return reverse("group_side", args=[occurrence.subject.group.slug])


@register
class SideHereSaid(Kind):
    """To the co-leads: it changes what makes their quorum."""

    name = "groups.side_here_said"
    label = "A member said on which side they count"
    to_whom = "the co-leads of the group, when a member says on which side they count in it"
    news = True
    topic = Topic.GROUPS
    preview = "It changes who makes up your quorum."
    title = "{label}: {group}"
    text = (
        "{who}: {side}. It changes who makes up your quorum.\n\n"
        "It does not count for meetings whose notice had begun."
    )
    action = "See the group"
    placeholders = {
        "who": SOMEBODY,
        "group": A_GROUP,
        "side": Placeholder("the side that they said", "lived experience"),
    }

    def values(self, occurrence, reader):
        answer = occurrence.subject
        return {
            "who": answer.user.name,
            "group": answer.group.name,
            "side": SIDES[answer.side].lower(),
        }

    def url(self, occurrence, reader):
        return occurrence.subject.get_absolute_url()

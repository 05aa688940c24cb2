"""Messages about accounts: what others do to how somebody signs in, and to what they may do.

They cannot be switched off, by anybody: they are how people notice.
"""

from django.conf import settings

from apps.accounts.models.addresses import AddressChange
from apps.accounts.models.invitations import LIFE
from apps.accounts.models.role_changes import RoleChange
from apps.core import clock, dates
from apps.core.dates import moment, weekday, weekday_near
from apps.core.says import unlinked

from .kinds import Kind, Topic, Written, register
from .wording import AT_TIME, ON_DAY, Case, Placeholder


class AccountKind(Kind):
    topic = Topic.GOVERNANCE
    urgent = essential = always = fixed = True
    because = "since it is about how people sign in, or what they may do"


# --- letters ------------------------------------------------------------------------------------
@register
class Invited(AccountKind):
    """To an address that nobody has confirmed: it carries nothing that a stranger typed."""

    name = "accounts.invitation"
    label = "Your invitation"
    to_whom = "whoever is invited to this site, when the invitation is made or sent again"
    latest = True  # the link of an earlier one is dead
    fixed = False
    subject_line = "{label}: it works until {day}"
    preview = "See what it is about. If you do not want to come, you do not need to do anything."
    title = "{who} invites you to {site}"
    text = (
        "{site} is where people with lived experience and staff of {trust} work together. See what "
        "it is about, and make your account if you would like to come.\n\n"
        "You are invited to be:\\\n{placings}\n\n"
        "The link works once, until {date}. If you do not want to come, you do not need to do "
        "anything. If "
        "you did not expect this, write to us: {support}"
    )
    action = "See what it is about, and make your account"
    placeholders = {
        "who": Placeholder("who invites", "Kim Winter"),
        "placings": Placeholder(
            "the groups and roles for which they are asked, one in each line",
            "- a member of Peers on the wards",
        ),
        "day": Placeholder("until when the link works", ON_DAY.example, discreet=True),
        "date": Placeholder("the same day with its year", "Thursday 10 December 2026"),
    }

    def wanted(self, rule, invitation, user):
        return invitation.is_live and bool(invitation.sealed_token)

    def values(self, occurrence, reader):
        invitation, until = occurrence.subject, clock.now() + LIFE
        return {
            "who": unlinked(invitation.invited_by.full_name),
            "placings": "\n".join(f"- {one}" for one in invitation.placings),
            "day": weekday_near(until),
            "date": weekday(until),
        }

    def url(self, occurrence, reader):
        return occurrence.subject.path

    def sent(self, delivery):
        delivery.occurrence.subject.has_left()

    def could_not(self, delivery):
        delivery.occurrence.subject.cannot_leave()


@register
class AccountLetter(AccountKind):
    """A code, or what was done to how somebody signs in: accounts write it, whole."""

    name = "accounts.letter"
    label = "A letter about an account"
    to_whom = (
        "whoever signs in or joins, when they need a code or something is done to how they sign in"
    )
    preview = "It says what to do."
    text = (
        "The part of the site that looks after accounts writes this letter itself: a code, or what "
        "was done to how somebody signs in. Nothing of it can be worded otherwise here."
    )
    action = "See it"

    def is_pressing(self, letter):
        return letter.is_code

    def wanted(self, rule, letter, user):
        return letter.is_good

    def written(self, occurrence, user):
        return Written(**occurrence.subject.said)

    def sent(self, delivery):
        delivery.occurrence.subject.delete()


# --- another address to sign in with -------------------------------------------------------------
# How somebody who cannot sign in says no.
NO = (
    "If you cannot sign in, write to {support}. We stop it for you.\n\n"
    "You can call as well: {phone}"
)
PHONE = Placeholder("the telephone number that answers questions, if there is one", "01632 960001")
ASKER = Placeholder("who asked for it", "Kim Winter")
A_PERSON = Placeholder("whom it is about", "Lee Summer")


def is_about(change, reader):
    return change.user_id == reader.pk


class AddressKind(AccountKind):
    """About one change of somebody's address; ``states`` in which it is still worth saying."""

    states = tuple(AddressChange.State)
    action = "See it"

    def url(self, occurrence, reader):
        return occurrence.subject.get_absolute_url()

    def wanted(self, rule, change, user):
        return change.state in self.states


@register
class AddressAsked(AddressKind):
    """To the old address, while it is the only one."""

    name = "accounts.address_asked"
    label = "Somebody asks to change your sign-in address"
    to_whom = "the person, at their present address, when somebody asks to change it"
    states = AddressChange.UNSETTLED
    preview = "If you did not ask for this, please stop it."
    text = (
        "{asker} says that you no longer have this e-mail address, and asks us to use another one "
        "for you. A second person looks at it first.\n\n"
        f"If you did not ask for this, stop it. Your address then stays as it is.\n\n{NO}"
    )
    action = "See it, and stop it"
    placeholders = {"asker": ASKER, "phone": PHONE}

    def values(self, occurrence, reader):
        return {"asker": occurrence.subject.asked_by.name, "phone": settings.SUPPORT_PHONE}


@register
class AddressWaits(AddressKind):
    """To those who may confirm it; its subject line names nobody."""

    name = "accounts.address_waits"
    label = "Another sign-in address waits for a second person"
    to_whom = (
        "the programme office and administrators, except who asked, when an address is "
        "to be changed"
    )
    states = (AddressChange.State.ASKED,)
    preview = "Please make sure that it is right, and confirm it or stop it."
    text = (
        "{asker} asks for another address for {person}. First make sure yourself that it is really "
        "them. Then confirm it, or stop it."
    )
    action = "Confirm it, or stop it"
    placeholders = {"asker": ASKER, "person": A_PERSON}

    def values(self, occurrence, reader):
        change = occurrence.subject
        return {"asker": change.asked_by.name, "person": change.user.full_name}


@register
class AddressConfirmed(AddressKind):
    """Again to the old address: a day before it happens."""

    name = "accounts.address_confirmed"
    label = "Your sign-in address is about to change"
    to_whom = "the person, at their present address, when a second person confirms the change"
    states = (AddressChange.State.CONFIRMED,)
    subject_line = "Your sign-in address changes on {day}, {time}"
    preview = AddressAsked.preview
    text = (
        "Two people looked at this. From then on you sign in with another address, and this one no "
        f"longer works.\n\nIf you did not ask for this, stop it now.\n\n{NO}"
    )
    action = "See it, and stop it"
    facts = (("When", "{when}"),)
    placeholders = {
        "when": Placeholder("when it changes", "Thursday 10 December 2026, 10am"),
        "day": ON_DAY,
        "time": AT_TIME,
        "phone": PHONE,
    }

    def values(self, occurrence, reader):
        at = occurrence.subject.effective_at
        return {
            "when": moment(at),
            "day": weekday_near(at),
            "time": dates.clock(at),
            "phone": settings.SUPPORT_PHONE,
        }


class AddressSettled(AddressKind):
    """What became of it: to the person, and to those who asked for it and confirmed it."""

    placeholders = {"person": A_PERSON}

    def case(self, occurrence, reader):
        return "" if is_about(occurrence.subject, reader) else "another"

    def values(self, occurrence, reader):
        change = occurrence.subject
        return {"person": (reader if is_about(change, reader) else change.user).name}


@register
class AddressChanged(AddressSettled):
    name = "accounts.address_changed"
    label = "A sign-in address has changed"
    to_whom = (
        "the person, and those who asked for the change and confirmed it, when the "
        "address has changed"
    )
    preview = "Open it to see which, and what to do."
    title = "Your sign-in address has changed"
    text = (
        "You were signed out everywhere. Sign in with this address, by a code that we e-mail you."
    )
    cases = {
        "another": Case(
            when="it is somebody else's",
            title="{label}",
            text="{person} signs in with another address now. You do not need to do anything.",
        )
    }


@register
class AddressStopped(AddressSettled):
    name = "accounts.address_stopped"
    label = "A change of address was stopped"
    to_whom = "the person, and those who asked for the change or confirmed it, when it is stopped"
    preview = "The address stays as it was."
    text = "Your address stays as it was. You do not need to do anything."
    cases = {
        "another": Case(
            when="it is somebody else's",
            text="About {person}: the address stays as it was. You do not need to do anything.",
        )
    }


# --- programme-wide roles ------------------------------------------------------------------------
class RoleKind(AccountKind):
    """Subject lines name nobody. The link is for whoever may see the page."""

    preview = "Open it to see which role it is, and what to do."
    action = "See it"
    placeholders = {
        "person": A_PERSON,
        "role": Placeholder("the role", "Programme office"),
    }

    def case(self, occurrence, reader):
        return "yours" if is_about(occurrence.subject, reader) else ""

    def values(self, occurrence, reader):
        change = occurrence.subject
        person = reader if is_about(change, reader) else change.user
        return {"person": person.full_name, "role": change.role}

    def url(self, occurrence, reader):
        change = occurrence.subject
        sees = RoleChange.objects.visible_to(reader).filter(pk=change.pk).exists()
        return change.get_absolute_url() if sees else ""


@register
class RoleAsked(RoleKind):
    name = "accounts.role_asked"
    label = "A role waits for a second person"
    to_whom = (
        "the person, those with the role, the programme office and administrators, "
        "when a role is to change"
    )
    text = (
        "{asker} asks for the role {role} for {person}. Somebody else has to confirm it. If it is "
        "not right, tell the programme office."
    )
    cases = {
        "yours": Case(
            when="the role is for the reader",
            text=(
                "{asker} asks for the role {role} for you. Somebody else has to confirm it. If it "
                "is not right, tell the programme office."
            ),
        ),
        "their turn": Case(
            when="the reader may confirm it",
            text=(
                "{asker} asks for the role {role} for {person}. It is your turn, or that of "
                "somebody else who may confirm it."
            ),
            action="Confirm it, or decline it",
        ),
    }
    placeholders = RoleKind.placeholders | {"asker": ASKER}

    def wanted(self, rule, change, user):
        return change.state == RoleChange.State.ASKED

    def case(self, occurrence, reader):
        change = occurrence.subject
        if change.asked_by_id != reader.pk and change.permits(reader, "confirm"):
            return "their turn"
        return super().case(occurrence, reader)

    def values(self, occurrence, reader):
        asker = occurrence.subject.asked_by
        return super().values(occurrence, reader) | {"asker": asker.name}


@register
class RoleChanged(RoleKind):
    name = "accounts.role_changed"
    label = "A role in the programme has changed"
    to_whom = (
        "the person, whoever asked for it and those with the role, when a role is given or taken"
    )
    text = "{person} has the role {role} now. If it is not right, tell the programme office."
    cases = {
        "taken": Case(
            when="it was taken from somebody",
            text=(
                "{person} no longer has the role {role}. If it is not right, tell the programme "
                "office."
            ),
        ),
        "yours": Case(
            when="it was given to the reader",
            text="You have the role {role} now. If it is not right, tell the programme office.",
        ),
        "yours, taken": Case(
            when="it was taken from the reader",
            text=(
                "You no longer have the role {role}. If it is not right, tell the programme office."
            ),
        ),
    }

    def case(self, occurrence, reader):
        whose = super().case(occurrence, reader)
        if occurrence.subject.gives:
            return whose
        return "yours, taken" if whose else "taken"


@register
class RoleDeclined(RoleKind):
    name = "accounts.role_declined"
    label = "A role was not given"
    to_whom = "the person and whoever asked for the change of role, when somebody declines it"
    preview = "Nothing changes. You do not need to do anything."
    text = "{person} and the role {role}: nothing changes. You do not need to do anything."
    cases = {
        "yours": Case(
            when="it was for the reader",
            text="You and the role {role}: nothing changes. You do not need to do anything.",
        )
    }

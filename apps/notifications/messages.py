"""Messages about accounts: what others do to how somebody signs in, and to what they may do.

They cannot be switched off, by anybody: they are how people notice.
"""

from django.conf import settings

from apps.accounts.models.addresses import AddressChange
from apps.accounts.models.invitations import LIFE
from apps.accounts.models.role_changes import RoleChange
from apps.core import clock
from apps.core.dates import moment, weekday
from apps.core.says import unlinked

from .kinds import Kind, Topic, Written, register


class AccountKind(Kind):
    topic = Topic.GOVERNANCE
    urgent = essential = always = True
    because = "since it is about how people sign in, or what they may do"


# --- letters ------------------------------------------------------------------------------------
@register
class Invited(AccountKind):
    """To an address that nobody has confirmed: it carries nothing that a stranger typed."""

    name = "accounts.invitation"
    label = "Your invitation"
    latest = True  # the link of an earlier one is dead

    def wanted(self, rule, invitation, user):
        return invitation.is_live and bool(invitation.sealed_token)

    def context(self, occurrence, user):
        invitation = occurrence.subject
        what = (
            f"{settings.SITE_NAME} is where people with lived experience and staff of "
            f"{settings.TRUST_NAME} work together."
        )
        placings = [f"- {placing}" for placing in invitation.placings]
        asked = ["\n".join(["You are invited to be:", *placings])] if placings else []
        return {
            "title": f"{unlinked(invitation.invited_by.full_name)} invites you to "
            f"{settings.SITE_NAME}",
            "lines": [what, *asked],
            "url": invitation.path,
            "action": "See what it is about, and make your account",
            "after": [
                f"It works once, until {weekday(clock.now() + LIFE)}. If you do not want to come, "
                "you need do nothing. If you did not expect this, write to us."
            ],
        }

    def sent(self, delivery):
        delivery.occurrence.subject.has_left()

    def could_not(self, delivery):
        delivery.occurrence.subject.cannot_leave()


@register
class AccountLetter(AccountKind):
    """A code, or what was done to how somebody signs in: accounts write it, whole."""

    name = "accounts.letter"
    label = "A letter about an account"

    def is_pressing(self, letter):
        return letter.is_code

    def wanted(self, rule, letter, user):
        return letter.is_good

    def written(self, occurrence, user):
        return Written(**occurrence.subject.said)

    def sent(self, delivery):
        delivery.occurrence.subject.delete()


# --- another address to sign in with -------------------------------------------------------------
def help_words():
    """How somebody who cannot sign in says no."""
    call = f", or call {settings.SUPPORT_PHONE}" if settings.SUPPORT_PHONE else ""
    return f"If you cannot sign in, write to {settings.SUPPORT_EMAIL}{call}. We stop it for you."


class AddressKind(AccountKind):
    """About one change of somebody's address; ``states`` in which it is still worth saying."""

    states = tuple(AddressChange.State)
    action = "See it"

    def wanted(self, rule, change, user):
        return change.state in self.states

    def context(self, occurrence, user):
        change = occurrence.subject
        return {
            "title": self.label,
            "lines": self.lines(change, user),
            "url": change.get_absolute_url(),
            "action": self.action,
        }


@register
class AddressAsked(AddressKind):
    """To the old address, while it is the only one."""

    name = "accounts.address_asked"
    label = "Somebody asks to change your sign-in address"
    states = AddressChange.UNSETTLED
    action = "See it, and stop it"

    def lines(self, change, user):
        return [
            f"{change.asked_by.name} says that you no longer have this e-mail address, and "
            "asks us to use another one for you. A second person looks at it first.",
            "If you did not ask for this, stop it. Your address then stays as it is.",
            help_words(),
        ]


@register
class AddressWaits(AddressKind):
    """To those who may confirm it; its subject line names nobody."""

    name = "accounts.address_waits"
    label = "Another sign-in address waits for a second person"
    states = (AddressChange.State.ASKED,)
    action = "Confirm it, or stop it"

    def lines(self, change, user):
        return [
            f"{change.asked_by.name} asks for another address for {change.user.full_name}. "
            "First make sure yourself that it is really them. Then confirm it, or stop it.",
        ]


@register
class AddressConfirmed(AddressKind):
    """Again to the old address: a day before it happens."""

    name = "accounts.address_confirmed"
    label = "Your sign-in address is about to change"
    states = (AddressChange.State.CONFIRMED,)
    action = "See it, and stop it"

    def context(self, occurrence, user):
        when = [("When", moment(occurrence.subject.effective_at))]
        return super().context(occurrence, user) | {"facts": when}

    def lines(self, change, user):
        return [
            "Two people looked at this. From then on you sign in with another address, and "
            "this one no longer works.",
            "If you did not ask for this, stop it now.",
            help_words(),
        ]


@register
class AddressChanged(AddressKind):
    name = "accounts.address_changed"
    label = "A sign-in address has changed"

    def context(self, occurrence, user):
        said = super().context(occurrence, user)
        yours = occurrence.subject.user_id == user.pk
        return said | ({"title": "Your sign-in address has changed"} if yours else {})

    def lines(self, change, user):
        if change.user_id != user.pk:
            return [f"{change.user.name} signs in with another address now."]
        return [
            "You were signed out everywhere. Sign in with this address, by a code that we "
            "e-mail you.",
        ]


@register
class AddressStopped(AddressKind):
    name = "accounts.address_stopped"
    label = "A change of address was stopped"

    def lines(self, change, user):
        yours = change.user_id == user.pk
        return ["Your address stays as it was." if yours else f"About {change.user.name}."]


# --- programme-wide roles ------------------------------------------------------------------------
class RoleKind(AccountKind):
    """Subject lines name nobody. The link is for whoever may see the page."""

    def context(self, occurrence, user):
        change = occurrence.subject
        sees = RoleChange.objects.visible_to(user).filter(pk=change.pk).exists()
        said = {"title": self.label, "lines": [self.says(change, user)]}
        action = self.action(change, user)
        return said | ({"url": change.get_absolute_url(), "action": action} if sees else {})

    def action(self, change, user):
        return "See it"

    def says(self, change, user):
        """One sentence for this reader."""
        raise NotImplementedError


def who(change, user):
    return "You" if change.user_id == user.pk else change.user.full_name


@register
class RoleAsked(RoleKind):
    name = "accounts.role_asked"
    label = "A role waits for a second person"

    def wanted(self, rule, change, user):
        return change.state == RoleChange.State.ASKED

    def says(self, change, user):
        asks = (
            f"{change.asked_by.name} asks for the role {change.role} for "
            f"{'you' if change.user_id == user.pk else change.user.full_name}. "
        )
        if self.is_turn_of(change, user):
            return f"{asks}It is your turn, or that of somebody else who may confirm it."
        return (
            f"{asks}Somebody else has to confirm it. If it is not right, tell the programme office."
        )

    def action(self, change, user):
        return "Confirm it, or decline it" if self.is_turn_of(change, user) else "See it"

    def is_turn_of(self, change, user):
        return change.asked_by_id != user.pk and change.permits(user, "confirm")


@register
class RoleChanged(RoleKind):
    name = "accounts.role_changed"
    label = "A role in the programme has changed"

    def says(self, change, user):
        verb = "have" if change.user_id == user.pk else "has"
        now = f"{verb} the role {change.role} now"
        if not change.gives:
            now = f"no longer {verb} the role {change.role}"
        return f"{who(change, user)} {now}. If it is not right, tell the programme office."


@register
class RoleDeclined(RoleKind):
    name = "accounts.role_declined"
    label = "A role was not given"

    def says(self, change, user):
        return f"{who(change, user)} and the role {change.role}: nothing changes."

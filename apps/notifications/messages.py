"""Messages about accounts: what others do to how somebody signs in, and to what they may do.

They cannot be switched off, by anybody: they are how people notice.
"""

from django.conf import settings

from apps.accounts.models.addresses import AddressChange
from apps.accounts.models.role_changes import RoleChange
from apps.core.dates import moment

from .kinds import Kind, Topic, register


class AccountKind(Kind):
    topic = Topic.GOVERNANCE
    urgent = essential = always = True


# --- another address to sign in with -------------------------------------------------------------
def help_words():
    """How somebody who cannot sign in says no."""
    call = f", or call {settings.SUPPORT_PHONE}" if settings.SUPPORT_PHONE else ""
    return f"If you cannot sign in, write to {settings.SUPPORT_EMAIL}{call}. We stop it for you."


@register
class AddressAsked(AccountKind):
    """To the old address, while it is the only one."""

    name = "accounts.address_asked"
    label = "Somebody asks to change your sign-in address"

    def wanted(self, rule, change, user):
        return change.state in AddressChange.UNSETTLED

    def context(self, occurrence, user):
        change = occurrence.subject
        return {
            "title": self.label,
            "lines": [
                f"{change.asked_by.name} says that you no longer have this e-mail address, and "
                "asks us to use another one for you. A second person looks at it first.",
                "If you did not ask for this, stop it. Your address then stays as it is.",
                help_words(),
            ],
            "url": change.get_absolute_url(),
            "action": "See it, and stop it",
        }


@register
class AddressWaits(AccountKind):
    """To those who may confirm it; its subject line names nobody."""

    name = "accounts.address_waits"
    label = "Another sign-in address waits for a second person"

    def wanted(self, rule, change, user):
        return change.state == AddressChange.State.ASKED

    def context(self, occurrence, user):
        change = occurrence.subject
        return {
            "title": self.label,
            "lines": [
                f"{change.asked_by.name} asks for another address for {change.user.full_name}. "
                "First make sure yourself that it is really them. Then confirm it, or stop it.",
            ],
            "url": change.get_absolute_url(),
            "action": "Confirm it, or stop it",
        }


@register
class AddressConfirmed(AccountKind):
    """Again to the old address: a day before it happens."""

    name = "accounts.address_confirmed"
    label = "Your sign-in address is about to change"

    def wanted(self, rule, change, user):
        return change.state == AddressChange.State.CONFIRMED

    def context(self, occurrence, user):
        change = occurrence.subject
        return {
            "title": self.label,
            "facts": [("When", moment(change.effective_at))],
            "lines": [
                "Two people looked at this. From then on you sign in with another address, and "
                "this one no longer works.",
                "If you did not ask for this, stop it now.",
                help_words(),
            ],
            "url": change.get_absolute_url(),
            "action": "See it, and stop it",
        }


@register
class AddressChanged(AccountKind):
    name = "accounts.address_changed"
    label = "A sign-in address has changed"

    def context(self, occurrence, user):
        change = occurrence.subject
        yours = change.user_id == user.pk
        return {
            "title": "Your sign-in address has changed" if yours else self.label,
            "lines": [
                "You were signed out everywhere. Sign in with this address, by a code that we "
                "e-mail you."
                if yours
                else f"{change.user.name} signs in with another address now.",
            ],
            "url": change.get_absolute_url(),
            "action": "See it",
        }


@register
class AddressStopped(AccountKind):
    name = "accounts.address_stopped"
    label = "A change of address was stopped"

    def context(self, occurrence, user):
        change = occurrence.subject
        yours = change.user_id == user.pk
        return {
            "title": self.label,
            "lines": [
                "Your address stays as it was." if yours else f"About {change.user.name}.",
            ],
            "url": change.get_absolute_url(),
            "action": "See it",
        }


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

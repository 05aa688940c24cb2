"""Who is told when something happens to an account. Told from here: accounts send no messages.

Imports no model of accounts: their tables of moves name these functions.
"""

from apps.core.moves import effect

from .kinds import forget, notify, others, void
from .models import Address


# --- letters to people who have no account yet, or cannot come into it ---------------------------
@effect
def invitation_goes_out(invitation, entry):
    void(invitation)  # the link of an earlier one is dead
    to = [Address.of(invitation.email)]
    notify("accounts.invitation", invitation, to, version=entry.pk)


@effect
def invitation_stays(invitation, entry):
    """Its link works no more: what has not left does not."""
    void(invitation)


@effect
def invitation_forgotten(invitation, entry):
    forget(invitation)


def account_letter_written(letter):
    notify("accounts.letter", letter, [Address.of(letter.to)])


# --- another address to sign in with: the old one is told before anything happens ----------------
@effect
def address_asked(change, entry):
    notify("accounts.address_asked", change, [change.user])
    notify("accounts.address_waits", change, change.confirmers())


@effect
def address_confirmed(change, entry):
    void(change, kinds=["accounts.address_waits"])
    notify("accounts.address_confirmed", change, [change.user])


@effect
def address_changed(change, entry):
    notify("accounts.address_changed", change, _everybody_in(change), version=entry.pk)


@effect
def address_stopped(change, entry):
    void(change, kinds=["accounts.address_waits"])
    people = others(_everybody_in(change), entry.by)
    notify("accounts.address_stopped", change, people, version=entry.pk)


def _everybody_in(change):
    return [one for one in (change.user, change.asked_by, change.confirmed_by) if one]


# --- programme-wide roles ------------------------------------------------------------------------
@effect
def role_asked(change, entry):
    """The person, everybody who has the role, and those who may confirm it."""
    people = [change.user, *change.holders(), *change.confirmers()]
    notify("accounts.role_asked", change, others(people, entry.by))


@effect
def role_changed(change, entry):
    void(change, kinds=["accounts.role_asked"])
    asked_by = [change.asked_by] if change.asked_by else []
    people = [change.user, *asked_by, *change.holders()]
    notify("accounts.role_changed", change, others(people, entry.by), version=entry.pk)


@effect
def role_declined(change, entry):
    void(change, kinds=["accounts.role_asked"])
    people = others([change.user, change.asked_by], entry.by)
    notify("accounts.role_declined", change, people, version=entry.pk)

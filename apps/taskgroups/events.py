"""Who is told what when something happens to an output; what comes by the clock: messages.py.

Called by the models inside their transactions. Imports no model, so that they can import this.
"""

from apps.accounts.models.people import User
from apps.core.moves import effect
from apps.groups.models import Membership, WorkingGroup
from apps.groups.roles import Role
from apps.notifications.kinds import ask, notify, others


def steering_leads():
    """Who leads the steering group now."""
    leading = Membership.objects.current().filter(
        role=Role.CO_LEAD, group__kind=WorkingGroup.Kind.STEERING
    )
    return User.objects.active().filter(pk__in=leading.values("user"))


@effect
def submitted(output, entry):
    notify("taskgroups.submitted", output, others(steering_leads(), entry.by), version=entry.pk)


@effect
def accepted(output, entry):
    _tell_group("taskgroups.accepted", output, entry)


@effect
def declined(output, entry):
    _tell_group("taskgroups.declined", output, entry)


@effect
def changes_asked(output, entry):
    _tell_group("taskgroups.changes", output, entry)


def _tell_group(kind, output, entry):
    notify(kind, output, [one.user for one in output.group.people()], version=entry.pk)


def signed(output, by):
    """The other co-lead is told that their signature is waited for."""
    ask("taskgroups.signed", output, others(output.group.leads(), by))


def signatures_lapsed(output, signatures, by, kind):
    """Something changed, so those who had signed are asked to read and sign again: each time."""
    people = [one.user for one in signatures]
    newest = max(one.pk for one in signatures)
    notify(kind, output, others(people, by), version=newest)


def suggestion_made(suggestion, by):
    notify("taskgroups.suggested", suggestion, others(suggestion.output.group.leads(), by))


@effect
def suggestion_answered(suggestion, entry):
    """The person whose words they are learns what became of them."""
    if suggestion.by is not None:
        notify("taskgroups.answered", suggestion, [suggestion.by], version=entry.pk)


@effect
def suggestion_objected(suggestion, entry):
    """The co-leads learn that it is not what was meant, before they sign."""
    leads = suggestion.output.group.leads()
    notify("taskgroups.objected", suggestion, others(leads, entry.by), version=entry.pk)

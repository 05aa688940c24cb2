"""Who is told what when something happens to an output; what comes by the clock: messages.py.

Called by the models inside their transactions. Imports no model, so that they can import this.
"""

from apps.accounts.models.people import User
from apps.groups.models import Membership, WorkingGroup
from apps.groups.roles import Role
from apps.notifications.kinds import notify, others


def steering_leads():
    """Who leads the steering group now."""
    leading = Membership.objects.current().filter(
        role=Role.CO_LEAD, group__kind=WorkingGroup.Kind.STEERING
    )
    return User.objects.active().filter(pk__in=leading.values("user"))


def output_moved(output, entry):
    """Submitted: the steering co-leads. Decided: everybody in the group."""
    if entry.action == "submit":
        notify("taskgroups.submitted", output, others(steering_leads(), entry.by), version=entry.pk)
    if entry.action in ("accept", "decline", "request_changes"):
        people = [one.user for one in output.group.people()]
        names = {"accept": "accepted", "decline": "declined", "request_changes": "changes"}
        notify(f"taskgroups.{names[entry.action]}", output, people, version=entry.pk)


def signed(output, by):
    """The other co-lead is told that their signature is waited for."""
    notify(
        "taskgroups.signed",
        output,
        others(output.group.leads(), by),
        version=output.latest.revision,
    )


def signatures_lapsed(output, users, by):
    """The words changed, so those who had signed are asked to read and sign again."""
    notify("taskgroups.lapsed", output, others(users, by), version=output.latest.revision)


def suggestion_made(suggestion, by):
    notify("taskgroups.suggested", suggestion, others(suggestion.output.group.leads(), by))


def suggestion_answered(suggestion, entry):
    """The person whose words they are learns what became of them."""
    if suggestion.by is not None:
        notify("taskgroups.answered", suggestion, [suggestion.by], version=entry.pk)

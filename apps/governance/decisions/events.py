"""Who is told when something is to be said of a decision, or no longer is."""

from apps.core.moves import effect
from apps.notifications.kinds import ask, notify, others


def change_waits(change, entry):
    """A co-lead who did not ask for it says yes or no."""
    people = others(change.scope.answers_for_it().leads(), entry.by)
    among = change.decision.register_changes.all()
    ask("governance.register_change", change, people, among=among)


@effect
def change_dropped(change, entry):
    """Whoever asked hears that another said no."""
    people = others([change.by], entry.by)
    what = change.get_kind_display()
    notify("notifications.said_no", change, people, version=entry.pk, data={"what": what})


def made_private(decision, entry):
    """One person is enough, so those who stood by the decision hear of it."""
    people = others(decision.meeting.group.leads(), entry.by)
    notify("governance.made_private", decision, people, version=entry.pk)

"""Who is told what when something happens to a consultation; by the clock: its reminders.

Called by the models inside their transactions. Imports no model, so that they can import this.
Nothing is called when somebody responds: it would leave a trace with a time.
"""

from apps.notifications.kinds import notify, void

ASKING = ("governance.opened", "governance.half_way", "governance.closing")


def opened(consultation):
    notify("governance.opened", consultation, consultation.asked())


def extended(consultation):
    version = consultation.schedule_version
    notify("governance.extended", consultation, consultation.asked(), version=version)


def withdrawn(consultation):
    """Those who were told of it hear that it is off; whoever was not yet, hears nothing."""
    void(consultation)
    if consultation.opens_at:
        notify("governance.withdrawn", consultation, consultation.asked())

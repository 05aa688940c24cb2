"""Who is told when something happens: consultations."""

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

"""Who is told when something happens: consultations."""

from apps.core.moves import effect
from apps.notifications.kinds import notify, void

TELLS = ("governance.opened", "governance.extended")  # who was told knows of it
ASKING = ("governance.opened", "governance.half_way", "governance.closing")


@effect
def consultation_opened(consultation, entry):
    notify("governance.opened", consultation, consultation.asked())


def consultation_extended(consultation):
    version = consultation.schedule_version
    notify("governance.extended", consultation, consultation.asked(), version=version)


@effect
def consultation_withdrawn(consultation, entry):
    """Those who were told of it hear that it is off; whoever was not yet, hears nothing."""
    void(consultation)
    if consultation.opens_at:
        notify("governance.withdrawn", consultation, consultation.asked())

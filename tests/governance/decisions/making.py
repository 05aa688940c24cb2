"""What is said of a decision, as two co-leads say it."""

from apps.governance.decisions.models import PublicDecision, RegisterChange, Supersession
from tests import factories as make


def _confirmed(change):
    second = make.second_lead(change.decision.meeting.group, change.by)
    change.move("confirm", by=second)


def made_public(decision, text):
    """Everybody can read it in these words."""
    lead = make.leads(decision.meeting.group)[0]
    _confirmed(RegisterChange.makes_public(decision, text, by=lead))
    return PublicDecision.objects.get(decision=decision)


def replaced(newer, older):
    """The later decision takes the place of the earlier one."""
    lead = make.leads(newer.meeting.group)[0]
    _confirmed(RegisterChange.replaces(newer, older, by=lead))
    return Supersession.objects.get(older=older)

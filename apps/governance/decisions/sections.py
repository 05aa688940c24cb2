"""What decisions bring to pages of other apps."""

from apps.core.sections import Section, section
from apps.meetings.models.about import COUNTS

from . import register
from .models import PublicDecision


@section("decision")
def on_decision_page(user, decision):
    """Its permanent address, what it replaces and what replaces it, who may read it."""
    public = PublicDecision.objects.filter(decision=decision).first()
    replacing = type(decision).objects.filter(supersedes__older=decision, state__in=COUNTS)
    superseded = replacing.first()
    change = decision.register_changes.select_related("older", "by", "answered_by").last()
    waits = change is not None and change.waits
    if change is not None:
        change.decision = decision
    return Section(
        "governance/decisions/decision_section.html",
        {
            "decision": decision,
            "address": register.address(decision),
            "superseded_by": superseded,
            "replaces": list(decision.supersedes.select_related("older")),
            "public": public,
            "change": change,
            "moves": change.moves_for(user) if change else {},
            "may_replace": not (superseded or waits)
            and decision.state in COUNTS
            and user.has_perm("groups.hold_meeting", decision.scope),
            "may_publish": PublicDecision.may(user, decision)
            and (public or (register.is_settled(decision) and not waits)),
        },
    )

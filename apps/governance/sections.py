"""What governance adds to pages of other apps."""

from apps.accounts.models import User
from apps.core.sections import Section, section

from . import register
from .models import DeclaredInterest, PublicDecision
from .models.decision import IN_FORCE
from .models.interest import without_declaration


@section("meeting")
def on_meeting_page(user, meeting):
    """For those who chair: the way to what the members declared."""
    if not user.has_perm("groups.plan_meeting", meeting.group):
        return None
    return Section("governance/meeting_section.html", {"meeting": meeting})


@section("interests")
def what_people_declared(user, people):
    """What these people declared, for whoever the page has found may read it, and has recorded."""
    pks = [person.pk for person in people]
    declared = DeclaredInterest.objects.current().filter(user__in=pks).select_related("user")
    silent = without_declaration(User.objects.active().filter(pk__in=pks))
    return Section(
        "governance/people_interests.html",
        {
            "interests": list(declared.order_by("user__full_name", "user", "pk")),
            "silent": list(silent.order_by("full_name", "pk")),
        },
    )


@section("decision")
def on_decision_page(user, decision):
    """Its permanent address, what it replaces and what replaces it, who may read it."""
    public = PublicDecision.objects.filter(decision=decision).first()
    superseded = type(decision).objects.filter(supersedes__older=decision).first()
    return Section(
        "governance/decision_section.html",
        {
            "decision": decision,
            "address": register.address(decision),
            "superseded_by": superseded,
            "replaces": list(decision.supersedes.select_related("older")),
            "public": public,
            "may_replace": not superseded
            and decision.state in IN_FORCE
            and user.has_perm("groups.hold_meeting", decision.scope),
            "may_publish": PublicDecision.may(user, decision)
            and (public or decision.state in register.SETTLED),
        },
    )

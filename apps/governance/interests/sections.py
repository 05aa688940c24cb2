"""What declarations of interest bring to pages of other apps."""

from apps.accounts.models.people import User
from apps.core.sections import Section, section

from .models import DeclaredInterest, without_declaration


@section("meeting")
def on_meeting_page(user, meeting):
    """For those who chair: the way to what the members declared."""
    if not user.has_perm("groups.plan_meeting", meeting.group):
        return None
    return Section("governance/interests/meeting_section.html", {"meeting": meeting})


@section("interests")
def what_people_declared(user, people):
    """What these people declared, for whoever the page has found may read it, and has recorded."""
    pks = [person.pk for person in people]
    declared = DeclaredInterest.objects.current().filter(user__in=pks).select_related("user")
    silent = without_declaration(User.objects.active().filter(pk__in=pks))
    return Section(
        "governance/interests/people_section.html",
        {
            "interests": list(declared.order_by("user__full_name", "user", "pk")),
            "silent": list(silent.order_by("full_name", "pk")),
        },
    )

"""What whoever plans a meeting has to know of those who are asked to come."""

from apps.accounts.models.unreachable import is_unreachable
from apps.core.sections import Section, section


@section("meeting", order=10)
def not_reached(user, meeting):
    """E-mail to some does not arrive: somebody has to tell them."""
    if not (meeting.is_published and user.has_perm("groups.plan_meeting", meeting.group)):
        return None
    people = list(meeting.invited().filter(is_unreachable()))
    return Section("meetings/not_reached.html", {"people": people}) if people else None

"""What experience puts on a group's page: what was heard last, and what was changed."""

from apps.core.sections import Section, section

from .models.batch import Batch


@section("group", order=60)
def what_we_heard(user, group):
    """For those who do its work. It says that there is something, and not what."""
    if not user.has_perm("groups.hear_experience", group):
        return None
    told = Batch.objects.told().filter(group=group).select_related("item__meeting").first()
    if told is None:
        return None
    told.group = group
    return Section("experience/group_section.html", {"batch": told, "group": group})

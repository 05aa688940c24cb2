"""The signed texts, at the head of a group's page of figures and of the programme's overview."""

from apps.core.compiled import KeptFor
from apps.core.sections import Section, section

from .models.text import SharedText
from .roles import the_steering_group


def _seen(user, group):
    seen = SharedText.objects.visible_to(user).filter(group=group)
    return seen.in_force() | seen.drafts()


_shown = KeptFor(_seen)


@section("insight_group")
def of_a_group(user, group):
    rows = list(_shown.rows(user, group.pk))
    for one in rows:
        one.group = group
    held = {one.kind: one for one in rows if one.holds}
    drafts = {one.kind: one for one in rows if one.is_draft}
    writes = group.state != group.State.CLOSED and user.has_perm("groups.lead_workinggroup", group)
    texts = [
        {
            "kind": kind.value,
            "label": kind.label,
            "question": SharedText(kind=kind).question,
            "held": held.get(kind),
            "draft": drafts.get(kind),
        }
        for kind in SharedText.Kind
    ]
    return Section("reports/texts_section.html", {"group": group, "texts": texts, "writes": writes})


@section("insight")
def of_the_programme(user, thing):
    """The steering group's, which speaks for all."""
    group = the_steering_group()
    return of_a_group(user, group) if group else None

"""Groups, their terms, and who is in them."""

from apps.core.searching import Told, searched, unsearched

from .models import (
    Membership,
    SideAnswer,
    TermsOfReference,
    WorkingGroup,
    WorkingGroupUserPermission,
)


@searched("group", "Groups", WorkingGroup, texts=("name", "purpose"))
def group(group):
    return Told(
        title=group.name,
        body=group.purpose,
        state=group.State(group.state),
        url=group.get_absolute_url(),
    )


@searched(
    "terms",
    "Terms of reference",
    TermsOfReference,
    texts=("text",),
    of={"group": ("name",)},
    read=("group",),
)
def terms(terms):
    return Told(
        title=f"Terms of reference of {terms.group}, version {terms.version}",
        body=terms.text,
        group=terms.group_id,
        state=terms.State(terms.state),
        url=terms.get_absolute_url(),
    )


@searched(
    "member",
    "People in groups",
    Membership,
    rows=lambda user: Membership.objects.visible_to(user).current(),
    of={"user": ("full_name", "known_as"), "group": ("name", "slug")},
    read=("user", "group"),
)
def member(membership):
    """As the group's page shows them: what they are called, and their role there."""
    return Told(
        title=membership.user.name,
        body=membership.get_role_display(),
        group=membership.group_id,
        url=membership.group.get_absolute_url(),
    )


unsearched("Nobody's words.", WorkingGroupUserPermission)
unsearched("Only they and the co-leads read on which side somebody counts.", SideAnswer)

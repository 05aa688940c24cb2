"""Who is told when something happens: documents."""

from apps.groups.roles import Role
from apps.notifications.kinds import notify, void

KEEPERS = (Role.CO_LEAD, Role.SECRETARY)


def keepers(group):
    """Who keeps the group's documents now."""
    return [one.user for one in group.people().filter(role__in=KEEPERS)]


def version_moved(version, entry):
    """Approved: everybody in the group that owns it. Withdrawn: the same, if it was approved."""
    if entry.action == "approve":
        people = [one.user for one in version.document.owner.people()]
        notify("governance.document_approved", version, people)
    if entry.action == "withdraw":
        void(version)
        if version.approved_at:
            people = [one.user for one in version.document.owner.people()]
            notify("governance.document_withdrawn", version, people)


def review_settled(document):
    """It has another review date: what was not sent yet about the earlier one is void."""
    void(document, kinds=["governance.document_review"])


def format_asked(one):
    notify("governance.format_asked", one, keepers(one.version.document.owner))


def format_moved(one, entry):
    if entry.action in ("deliver", "drop"):
        notify("governance.format_settled", one, one.asked_by.all(), version=entry.pk)

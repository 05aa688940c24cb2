"""Who is told when something happens: documents."""

from apps.core.moves import effect
from apps.groups.roles import Role
from apps.notifications.kinds import ask, notify, others, void

KEEPERS = (Role.CO_LEAD, Role.SECRETARY)


def keepers(group):
    """Who keeps the group's documents now."""
    return [one.user for one in group.people().filter(role__in=KEEPERS)]


def _owners(version):
    """Everybody in the group that owns it."""
    return [one.user for one in version.document.owner.people()]


@effect
def version_approved(version, entry):
    notify("governance.document_approved", version, _owners(version))


@effect
def version_withdrawn(version, entry):
    """A draft that nobody else has read goes without a word."""
    void(version)
    if version.approved_at:
        notify("governance.document_withdrawn", version, _owners(version))


@effect
def version_to_end(version, entry):
    """One co-lead asks to withdraw what was approved; the other is asked."""
    people = others(version.document.owner.answers_for_it().leads(), entry.by)
    ask("governance.document_to_end", version, people)


def review_settled(document):
    """It has another review date: what was not sent yet about the earlier one is void."""
    void(document, kinds=["governance.document_review"])


def format_asked(one):
    notify("governance.format_asked", one, keepers(one.version.document.owner))


@effect
def format_settled(one, entry):
    notify("governance.format_settled", one, one.asked_by.all(), version=entry.pk)

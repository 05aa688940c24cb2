"""Who is told when terms of reference are proposed, signed, adopted, or fall. Imports no model."""

from apps.core.moves import effect
from apps.notifications.kinds import notify, others, void


def _members(terms):
    return [membership.user for membership in terms.group.people()]


def terms_proposed(terms):
    """The co-leads sign; whoever proposed knows."""
    notify("groups.terms_proposed", terms, others(terms.group.leads(), terms.proposed_by))


@effect
def terms_signed(terms, entry):
    """Every member reads what would change, before the group decides about it."""
    void(terms)
    notify("groups.terms_signed", terms, _members(terms), version=entry.pk)


@effect
def terms_adopted(terms, entry):
    void(terms)
    notify("groups.terms_adopted", terms, _members(terms), version=entry.pk)


@effect
def terms_fell(terms, entry):
    void(terms)
    notify("groups.terms_fell", terms, _members(terms), version=entry.pk)

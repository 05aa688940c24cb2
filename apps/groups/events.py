"""Who is told when terms of reference, or a member's side, change. Imports no model."""

from apps.core.moves import effect
from apps.notifications.kinds import ask, notify, others, void


def _members(terms):
    return [membership.user for membership in terms.group.people()]


def terms_proposed(terms):
    """The co-leads sign; whoever proposed knows."""
    people = others(terms.group.leads(), terms.proposed_by)
    among = terms.group.terms_of_reference.all()
    ask("groups.terms_proposed", terms, people, among=among)


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


# --- sides of co-production: told from here, since accounts send no messages ---------------------
@effect
def side_asked(change, entry):
    notify("groups.side_asked", change, [change.user])


@effect
def side_changed(change, entry):
    """The co-leads of every group that the person is in: it changes what makes their quorum."""
    void(change)
    groups = {one.group for one in change.user.memberships.current().select_related("group")}
    leads = {lead for group in groups for lead in group.leads()}
    notify("groups.side_changed", change, others(leads, change.user), version=entry.pk)


@effect
def side_kept(change, entry):
    void(change)
    notify("groups.side_kept", change, [change.asked_by], version=entry.pk)

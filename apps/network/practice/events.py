"""Who is told when something happens: the practice register."""

from apps.core.moves import effect
from apps.groups.messages import office
from apps.notifications.kinds import notify, others


@effect
def practice_submitted(practice, entry):
    people = [*practice.network.leads(), *office()]
    notify("network.practice_submitted", practice, others(people, entry.by), version=entry.pk)


@effect
def author_told(practice, entry):
    """What became of their entry, where somebody else did it."""
    notify(
        "network.practice_moved",
        practice,
        others([practice.owner], entry.by),
        version=entry.pk,
        data={"action": entry.action},
    )


def consent_asked(name):
    notify("network.consent_asked", name, [name.user])


@effect
def consent_withdrawn(name, entry):
    """Those who look after the entry may want to reread its text."""
    people = {user.pk: user for user in [name.practice.owner, *name.practice.network.leads()]}
    notify("network.consent_withdrawn", name, others(people.values(), entry.by), version=entry.pk)

"""Who is told when something happens: the practice register."""

from apps.groups.messages import office
from apps.notifications.kinds import notify, others


def practice_moved(practice, entry):
    if entry.action == "submit":
        people = [*practice.network.leads(), *office()]
        notify("network.practice_submitted", practice, others(people, entry.by), version=entry.pk)
    if entry.action in ("send_back", "publish", "archive", "bring_back"):
        notify(
            "network.practice_moved",
            practice,
            others([practice.owner], entry.by),
            version=entry.pk,
            data={"action": entry.action},
        )


def consent_asked(name):
    notify("network.consent_asked", name, [name.user])


def consent_withdrawn(name, entry):
    """Those who look after the entry may want to reread its text."""
    people = {user.pk: user for user in [name.practice.owner, *name.practice.network.leads()]}
    notify("network.consent_withdrawn", name, others(people.values(), entry.by), version=entry.pk)

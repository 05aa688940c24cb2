"""Who is told when something happens: pairs."""

from apps.core.moves import effect
from apps.groups.messages import office
from apps.notifications.kinds import notify, void


def pair_proposed(pair):
    notify("network.pair_proposed", pair, [pair.partner_of(pair.proposed_by)])


@effect
def reminders_stop(pair, entry):
    void(pair, kinds=["network.pair_proposed", "network.check_in"])


@effect
def partner_told(pair, entry):
    """The other one learns what became of it."""
    notify(
        "network.pair_moved",
        pair,
        [pair.partner_of(entry.by)],
        version=entry.pk,
        data={"action": entry.action},
    )


def partner_left(pair):
    """The one who is left, and those who can help to find somebody else."""
    notify("network.partner_left", pair, [pair.partner_of(pair.left_by)])
    notify("network.pair_lost", pair, [*pair.network.leads(), *office()])


def help_asked(help_asked):
    notify("network.help_asked", help_asked, [help_asked.contact], version=help_asked.contact_id)


@effect
def help_answered(help_asked, entry):
    notify("network.help_answered", help_asked, help_asked.pair.people, version=entry.pk)

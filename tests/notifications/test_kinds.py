"""What holds for every kind of message that there is, asked of the list of them."""

from apps.notifications.kinds import ALWAYS, KINDS
from apps.notifications.models import Address

KIT = Address("kit@test.example")
# Whole letters, and the daily letter, in which each part was judged by itself.
WITHOUT_A_REASON = {"notifications.digest", "accounts.letter"}
TO_ADDRESSES = ("conversations.booking_", "network.letter_", "accounts.invitation")


def test_what_nobody_can_stop_says_why():
    for name, kind in KINDS.items():
        if kind.essential and name not in WITHOUT_A_REASON and not name.startswith(TO_ADDRESSES):
            assert kind.because.startswith(("since ", "so that ")), name
            assert kind.topic in ALWAYS, name


def test_a_choice_says_what_comes_all_the_same():
    """And nothing of topics of which nothing does."""
    named = {name: kind for name, kind in KINDS.items() if name not in WITHOUT_A_REASON}
    assert ALWAYS.keys() == {kind.topic for kind in named.values() if kind.essential}


def test_what_somebody_looks_out_for_never_waits():
    pressing = [kind for kind in KINDS.values() if kind.pressing]
    assert len(pressing) == 2
    for kind in pressing:
        assert kind.is_urgent_to(None, KIT), kind.name
        assert kind.is_essential_to(None, KIT), kind.name

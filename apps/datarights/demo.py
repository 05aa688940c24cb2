"""Data rights in the demonstration: a request that waits, two that were answered, a quiet week of
nights, and one hold."""

from datetime import timedelta

from apps.notifications.silence import silence

from .models import DataRequest, Hold, RetentionRun

KIND = DataRequest.Kind


def load(world):
    admin, peer, sponsor = (world.person[name] for name in ("admin", "peer", "sponsor"))
    with silence():
        world.goto(world.ago(80), 19)
        done = DataRequest.ask(peer, KIND.CORRECT, "A paper spells my name Amarah. It is Amara.")
        world.goto(world.ago(74), 10)
        done.move("take", by=admin)
        world.goto(world.ago(72), 15)
        done.move("settle", by=admin, note="The paper was replaced. Thank you for telling us.")
        world.goto(world.ago(50), 12)
        refused = DataRequest.ask(sponsor, KIND.OBJECT, "Leave my name out of the minutes.")
        world.goto(world.ago(41), 9)
        refused.move(
            "refuse",
            by=admin,
            note="Minutes say which member of staff led an item. Your department is not named.",
        )
        world.goto(world.ago(12), 20)
        DataRequest.ask(world.person["candidate"], KIND.ERASE, "I have moved away.")
    Hold.objects.create(
        person=sponsor,
        reason="A complaint that is being looked into.",
        placed_by=admin,
        until=world.ago(-60),
    )
    for nights in range(7, 0, -1):
        world.goto(world.ago(nights), 2)
        RetentionRun.objects.create(
            finished_at=world.now + timedelta(seconds=4),
            counts={"sessions": world.rng.randrange(2, 9)},
        )
    world.goto(world.today)

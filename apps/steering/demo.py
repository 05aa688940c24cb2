"""What the demonstration's steering group has before it: reviews in every state, one in writing."""

from datetime import timedelta

from apps.accounts.models.people import Constituency
from apps.meetings.demo import put_on_agenda
from apps.notifications.silence import silence

from .models.review import Outcome, Review
from .models.written import WrittenRound

LIVED, STAFF = Constituency.LIVED_EXPERIENCE, Constituency.STAFF


def load(world):
    """One under way and on the next agenda, one with the members asked in writing, one decided.

    What was decided before the site kept reviews has none: the output's own history tells it.
    """
    lead = world.person["steering"]
    group = world.groups["steering-group"]
    with silence():
        _decided(world, lead, group)
        review = _under_way(world, lead, group)
        _in_writing(world, lead, group)
        world.goto(world.today)
        put_on_agenda(group, review, lead, "The person specification: what we make of it")


def _people(review, side):
    return [user for user in review.candidates() if user.constituency == side]


def _ask(world, review, lead):
    """The first who may of each side; the steering demonstration account reviews as well."""
    chosen = [_people(review, side)[0] for side in (LIVED, STAFF)]
    return review.ask(chosen, by=lead)


def _recommend(assignment, verdict, text, comment=None):
    person = assignment.reviewer
    assignment.move("declare", by=person)
    mine = assignment.write(by=person, verdict=verdict, text=text)
    if comment:
        mine.comment(by=person, passage=comment[0], text=comment[1])
    assignment.move("send", by=person)


def _decided(world, lead, group):
    """The job description, accepted 45 days ago after both sides recommended it."""
    output = world.outputs["job description"]
    world.goto(world.ago(186), 16)
    review = Review.objects.create(
        output=output,
        version=output.latest,
        group=group,
        opened_by=lead,
        opened_at=world.now,
        due=world.ago(172),
    )
    for assignment in _ask(world, review, lead):
        world.goto(world.ago(180), 14)
        _recommend(
            assignment,
            Outcome.ACCEPT,
            "It says in plain words what the post is for, and it no longer frightens people off.",
        )
    world.goto(world.ago(60), 10)
    round_ = WrittenRound.begin(
        review,
        by=lead,
        outcome=Outcome.ACCEPT,
        closes_at=world.now + timedelta(days=10),
        reasons="Both reviewers recommend it, and the three things that we asked for are done.",
    )
    world.goto(world.ago(55), 18)
    for member in round_.electorate():
        round_.answer("agree", by=member)
    # The output was accepted by its own history; the round says how it came about.
    world.goto(world.ago(45), 16)
    round_.state = WrittenRound.State.CARRIED
    round_.save(update_fields=["state"])
    review.state, review.outcome, review.decided_at = "decided", Outcome.ACCEPT, world.now
    review.reasons = round_.reasons
    review.save()


def _under_way(world, lead, group):
    """The person specification: one recommendation is in, the other is written; the review."""
    output = world.outputs["person specification"]
    world.goto(world.ago(12), 16)
    review = Review.objects.create(
        output=output,
        version=output.latest,
        group=group,
        opened_by=lead,
        opened_at=world.now,
        due=world.ago(-3),
    )
    first, second = _ask(world, review, lead)
    world.goto(world.ago(6), 19)
    _recommend(
        first,
        Outcome.REQUEST_CHANGES,
        "Nearly there. Somebody who has not worked for years should be able to see themselves "
        "in it.",
        ("experience", "Say that unpaid experience counts the same, and give an example."),
    )
    world.goto(world.ago(4), 11)
    second.move("declare", by=second.reviewer)
    return review


def _in_writing(world, lead, group):
    """Supervision: both recommend it, and the members are asked until next week."""
    output = world.outputs["supervision"]
    world.goto(world.ago(9), 10)
    review = Review.begin(output, by=lead, due=world.ago(2))
    for assignment in _ask(world, review, lead):
        world.goto(world.ago(5), 13)
        _recommend(
            assignment,
            Outcome.ACCEPT,
            "Two kinds of supervision, two people: it is clear who does what, and when to ask.",
        )
    world.goto(world.ago(3), 9)
    round_ = WrittenRound.begin(
        review,
        by=lead,
        outcome=Outcome.ACCEPT,
        closes_at=world.now + timedelta(days=9),
        reasons="The pilot teams start next month and need it before our next meeting.",
    )
    world.goto(world.ago(1), 15)
    for member in list(round_.electorate().exclude(pk=lead.pk))[:2]:
        round_.answer("agree", by=member)

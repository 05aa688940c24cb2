"""How it was to work together, in the demonstration: three that were told, one with too few
answers, and one that is open.
"""

from datetime import timedelta

from django.db.models import Count, Q

from apps.core import clock
from apps.core.dates import midnight_of
from apps.meetings.models.meeting import Meeting
from apps.notifications.silence import silence

from .models.batch import QUESTIONS, Batch, Choice, Remark, Told
from .models.round import Round
from .shown import in_words, parts_of

SETTLED = 18  # days after a meeting, by when its round is over
WROTE = (
    "The papers came two days before, so there was time to read them.",
    "I would like to speak earlier. By the time it is my turn everything is said.",
    "Easy words, and a break. Thank you.",
    "It is hard to follow when people use letters for everything.",
    "What we said in the summer is in the text now. That felt good.",
)
CHANGE = (
    "Each item begins with those who have not spoken yet, and abbreviations are written out on the "
    "agenda. We look at it again in three months."
)


def load(world):
    network, design = world.network, world.groups["role-design"]
    # Nobody is told today what happened in the past.
    with silence():
        for group, least in ((design, 9), (network, 12)):
            first, *later = _held(world, group, least, SETTLED)[:2]
            for meeting in (*later, first):
                _answered(world, meeting, away=1)
        _told_back(world, network)
        _answered(world, _held(world, world.groups["training"], 5, SETTLED)[0], away=None)
    _open(world, network)
    if world.large:
        load_large(world)


def _held(world, group, least, ago):
    """Its meetings at which so many were, older than so many days, the latest first."""
    came = Count("attendances", filter=Q(attendances__attended=True))
    before = midnight_of(world.ago(ago))
    held = Meeting.objects.held().filter(
        group=group, kind=Meeting.Kind.MEETING, starts_at__lt=before, round=None
    )
    return list(held.alias(came=came).filter(came__gte=least).order_by("-starts_at"))


def _answered(world, meeting, *, away):
    """Asked the day after; all but some answer, or only three; then it is over."""
    world.goto(meeting.on + timedelta(days=1), 8)
    asked = Round.ask_of(meeting)
    people = [one.user for one in asked.asked.select_related("user").order_by("user")]
    world.goto(meeting.on + timedelta(days=2), 12)
    for number, user in enumerate(people[:3] if away is None else people[away:]):
        _answer(world, asked, user, number)
    world.now = asked.closes_at + timedelta(minutes=5)
    asked.settle()


def _answer(world, asked, user, number):
    weights = {"heard": (7, 2, 1), "part": (6, 3, 1), "changed": (3, 4, 3)}
    said = {
        name: world.rng.choices(Choice.values, weights[name])[0]
        for name in QUESTIONS
        if world.rng.random() > 0.1
    }
    words = WROTE[number] if number % 2 == 0 and number < len(WROTE) else ""
    asked.answer(user, words=words, **said)


def _told_back(world, group):
    """The older of two: at the next meeting the group hears what its co-leads change."""
    world.goto(world.ago(1), 10)
    batch = Batch.objects.told().filter(group=group).last()
    meeting = Meeting.objects.filter(group=group, starts_at__gt=clock.now())
    meeting = next(one for one in meeting.order_by("starts_at") if one.open_to("propose_item"))
    words = "\n".join(in_words(parts_of([batch])[batch.pk]))
    batch.tell_back(
        meeting,
        "How it was to work together: what we heard, what we change",
        f"What we heard\n\n{words}\n\nWhat we change\n\n{CHANGE}",
        CHANGE,
        by=group.leads()[0],
    )


def _open(world, network):
    """Of the latest meeting at which both were who may try it; four others have answered."""
    tried = {world.person["peer"].pk, world.person["sponsor"].pk}
    meeting = next(
        one
        for one in _held(world, network, 5, 0)
        if tried <= set(one.attendances.filter(attended=True).values_list("user", flat=True))
    )
    world.goto(world.ago(2), 8)
    asked = Round.ask_of(meeting)
    world.goto(world.ago(1), 12)
    others = asked.asked.exclude(user__in=tried).select_related("user").order_by("user")
    for number, one in enumerate(others[:4]):
        _answer(world, asked, one.user, number)


# --- the large programme --------------------------------------------------------------------------
def load_large(world):
    """Eight batches of each group, over two years: in bulk, so nothing here moves a state."""
    groups = list(world.groups.values())
    batches = Batch.objects.bulk_create(
        Batch(
            group=group,
            since=midnight_of(world.ago(90 * number + 14)),
            heard_on=world.ago(90 * number + 14),
            state=Batch.State.TOLD,
            change=CHANGE,
        )
        for group in groups
        for number in range(8)
    )
    Told.objects.bulk_create(
        Told(batch=one, side=side, answers=8, heard_yes=5, heard_no=2, part_yes=8, changed_no=6)
        for one in batches
        for side in ("lived_experience", "staff")
    )
    Remark.objects.bulk_create(Remark(batch=one, text=WROTE[0]) for one in batches)

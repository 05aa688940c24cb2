from django.utils import timezone

from apps.steering.models.review import Review, ReviewAssignment
from apps.steering.models.written import WrittenRound
from tests import factories as make

from ..matrix import Row

# The people of the matrix are in the task group "role-design" and not in the steering group, which
# has people of its own: test_pages.py asks as those.


def populate(world):
    group, colead = world.group, world.actors["colead"]
    steering, world.reviewer, second = make.steering(name="Steering for reviews")
    lead = make.leads(steering)[0]
    world.review_waiting = make.submitted(make.output(group, by=colead, title="Waiting"))
    output = make.submitted(make.output(group, by=colead, title="Under review"))
    world.review = make.review(output, lead, world.reviewer, second)
    world.part = world.review.assignments.get(reviewer=world.reviewer)
    output = make.submitted(make.output(group, by=colead, title="Asked in writing"))
    asked = make.review(output, lead, world.reviewer, second)
    for person in (world.reviewer, second):
        make.recommended(asked, person)
    world.round = WrittenRound.begin(
        asked,
        by=lead,
        outcome="accept",
        reasons="It is clear.",
        closes_at=timezone.now() + timezone.timedelta(days=2),
    )
    recommendation = world.part
    recommendation.move("declare", by=world.reviewer)
    mine = recommendation.write(by=world.reviewer, verdict="accept", text="Good.")
    world.comment = mine.comment(by=world.reviewer, passage="Somebody", text="Who?")
    world.fresh = make.review(
        make.submitted(make.output(group, by=colead, title="Fresh")), lead, world.reviewer
    )
    world.fresh_part = world.fresh.assignments.get()


def of(name):
    return lambda world: {"pk": getattr(world, name).pk}


#        anonymous outsider observer member secretary colead office hr admin
ALL = "302 200 200 200 200 200 200 200 200"
GROUP = "302 404 200 200 200 200 200 404 200"
READERS = "302 403 403 403 403 403 200 403 200"
NOBODY_SEES = "302 404 403 403 403 403 403 404 403"
STEERING = "302 404 404 404 404 404 403 404 403"
LEADS = "302 404 403 403 403 200 403 404 403"
LEADS_POST = "302 404 403 403 403 302 403 404 403"

ROWS = [
    Row("steering", ALL),
    Row("reviews_csv", "302 404 404 404 404 404 200 404 200"),
    Row("programme_board", READERS),
    Row("programme_board_csv", READERS),
    Row("review_begin", NOBODY_SEES, of("review_waiting")),
    Row("review", GROUP, of("review")),
    Row("review_ask", NOBODY_SEES, of("review")),
    Row("review_decide", NOBODY_SEES, of("review")),
    Row("round_begin", NOBODY_SEES, of("review")),
    Row("review_move", LEADS, lambda w: of("review")(w) | {"name": "withdraw"}),
    Row("round", "302 404 404 404 404 404 200 404 200", of("round")),
    Row("round", STEERING, of("round"), method="post", data=lambda w: {"value": "agree"}),
    Row("round_conclude", STEERING, of("round"), method="post"),
    Row("recommend", STEERING, of("part")),
    Row("recommend", STEERING, of("part"), method="post", data=lambda w: {"text": "Mine now."}),
    Row("recommend_comment", STEERING, of("part")),
    Row("stand_down", STEERING, of("part")),
    Row("assignment_move", STEERING, lambda w: of("part")(w) | {"name": "send"}),
    Row("comment_remove", "302 404 404 404 404 404 404 404 404", of("comment"), method="post"),
]


def posted(url, expect, thing, name):
    return Row(
        url,
        expect,
        lambda world: of(thing)(world) | {"name": name},
        method="post",
        data=lambda world: {"note": "Because."},
        note=name,
    )


MOVES = {
    Review: {"withdraw": posted("review_move", LEADS_POST, "review", "withdraw")},
    ReviewAssignment: {
        "declare": posted("assignment_move", STEERING, "fresh_part", "declare"),
        "send": posted("assignment_move", STEERING, "part", "send"),
    },
    WrittenRound: {},
}

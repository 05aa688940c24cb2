"""The practice register, inside and in public."""

from django.utils import timezone

from apps.network.practice.models import Practice, PracticeName
from tests import factories as make
from tests.matrix import Row, move, moving, of
from tests.network import matrix as whole


def populate(world):
    world.after(whole.populate)
    network, actors = world.network, world.actors
    member = actors["member"]
    world.practice = make.practice(network, member, state="published")
    world.practice.edit_public(
        world.practice.revision,
        by=make.programme_user("Communications"),
        show=True,
        public_title="Walking",
        public_text="We walk.",
        public_join="Come along.",
    )
    world.draft_practice = make.practice(network, member, title="Garden")
    world.ready_practice = make.practice(network, member, title="Choir", state="submitted")
    world.archived_practice = make.practice(network, member, title="Old group", state="archived")
    world.submitted_practice = make.practice(network, member, title="Tea", state="submitted")
    world.name = PracticeName.ask(
        world.submitted_practice, actors["secretary"], "sponsor", by=member
    )


def five_answers(world):
    return {"title": "Drawing", "kind": "informal", "borough": "bexley", "what_happens": "We draw."}


def changed(world):
    return five_answers(world) | {"seen": world.draft_practice.revision}


def on_paper(world):
    day = timezone.localdate()
    return {
        "name": "Jo",
        "part": "other",
        "level": "public",
        "paper_on_day": day.day,
        "paper_on_month": day.month,
        "paper_on_year": day.year,
    }


EVERYBODY = "200 200 200 200 200 200 200 200 200"
WRITES = "302 404 403 200 200 200 403 404 403"
WRITES_POST = "302 404 403 302 302 302 403 404 403"
PROGRAMME = "302 403 200 200 200 200 200 200 200"
KEEPS = "302 404 404 200 403 200 200 404 404"  # the author, co-leads, the office
KEEPS_POST = "302 404 404 302 403 302 302 404 404"
ASKED = "302 404 404 404 302 404 404 404 404"  # the secretary: the person asked
PUBLISHES = "302 404 404 403 404 302 302 404 404"

ROWS = [
    Row("public_practices", EVERYBODY),
    Row(
        "public_practices",
        EVERYBODY,
        data=lambda w: {"borough": "bexley", "sort": "oldest"},
        note="filtered",
    ),
    Row("public_practices_csv", EVERYBODY),
    Row("public_practice", EVERYBODY, lambda w: {"slug": w.practice.slug}),
    Row("practices", PROGRAMME),
    Row(
        "practices",
        PROGRAMME,
        data=lambda w: {"state": "submitted", "kind": "informal"},
        note="filtered",
    ),
    Row("practices_csv", "302 403 403 403 403 200 200 403 403", again=True),
    Row("practice_add", WRITES),
    Row("practice_add", WRITES_POST, method="post", data=five_answers),
    Row("practice_questions", WRITES),
    Row("practice_questions", WRITES_POST, method="post", data=five_answers),
    Row("practice", "302 404 404 200 404 404 404 404 404", of("draft_practice"), note="draft"),
    Row(
        "practice",
        "302 404 404 200 200 200 200 404 404",
        of("submitted_practice"),
        note="submitted",
    ),
    Row("practice", "302 404 200 200 200 200 200 200 200", of("practice"), note="published"),
    Row("practice_change", "302 404 404 200 404 404 404 404 404", of("draft_practice")),
    Row(
        "practice_change",
        "302 404 404 302 404 404 404 404 404",
        of("draft_practice"),
        method="post",
        data=changed,
    ),
    Row("practice_change", "302 404 403 403 403 200 200 403 403", of("practice"), note="published"),
    # Communications alone: tests/network/practice/test_practice.py.
    Row("practice_public", "302 404 403 403 403 403 403 403 403", of("practice")),
    Row("practice_share", "302 404 403 200 403 200 200 403 403", of("practice")),
    Row(
        "practice_move",
        KEEPS.replace("404 404 200 403", "404 404 403 403"),
        moving("submitted_practice", "send_back"),
    ),
    Row("practice_names", KEEPS, of("submitted_practice")),
    Row("practice_name_add", KEEPS, of("submitted_practice")),
    Row(
        "practice_name_add",
        KEEPS,
        of("submitted_practice"),
        data=lambda w: {"q": "person"},
        note="found",
    ),
    Row("practice_name_paper", KEEPS, of("submitted_practice")),
    Row("practice_name_paper", KEEPS_POST, of("submitted_practice"), method="post", data=on_paper),
    Row("consent", "302 404 404 404 200 404 404 404 404", of("name")),
    Row("practice_name_move", "302 404 404 200 200 200 200 404 404", moving("name", "withdraw")),
]

MOVES = {
    Practice: {
        "submit": move(
            "practice_move", "302 404 404 302 404 404 404 404 404", "draft_practice", "submit"
        ),
        "take_back": move(
            "practice_move", "302 404 404 302 404 403 403 404 404", "ready_practice", "take_back"
        ),
        "send_back": move("practice_move", PUBLISHES, "ready_practice", "send_back"),
        "publish": move("practice_move", PUBLISHES, "ready_practice", "publish"),
        "archive": move(
            "practice_move", "302 404 403 302 403 302 302 403 403", "practice", "archive"
        ),
        "bring_back": move("practice_move", PUBLISHES, "archived_practice", "bring_back"),
    },
    PracticeName: {
        "agree": Row("consent", ASKED, of("name"), "post", lambda w: {"choice": "public"}),
        "refuse": Row("consent", ASKED, of("name"), "post", lambda w: {"choice": "no"}),
        "withdraw": move(
            "practice_name_move", "302 404 404 302 302 302 302 404 404", "name", "withdraw"
        ),
    },
}

"""Declarations of interest."""

from apps.governance.interests.models import DeclaredInterest
from tests import factories as make
from tests.matrix import Row

MOVES = {}


def populate(world):
    world.declared = DeclaredInterest.add(
        world.actors["member"], kind="professional", text="I sit on another board.", is_public=True
    )
    world.chaired = make.published(world.group, by=world.actors["colead"])


def of(name):
    return lambda world: {"pk": getattr(world, name).pk}


def words(world):
    return {"kind": "personal", "text": "I campaign for longer visits."}


#        anonymous outsider observer member secretary colead office hr admin
ALL = "302 200 200 200 200 200 200 200 200"
POST = "302 302 302 302 302 302 302 302 302"
OWN = "302 404 404 200 404 404 404 404 404"
ROWS = [
    Row("my_interests", ALL),
    Row(
        "my_interests",
        "302 302 302 422 302 302 302 302 302",
        method="post",
        data=lambda world: {"seen": "", "complete": "on"},
        note="with an empty list",
    ),
    Row("interest_add", ALL),
    Row("interest_add", POST, method="post", data=words),
    Row("interest_change", OWN, of("declared")),
    Row("interest_change", OWN.replace("200", "302"), of("declared"), method="post", data=words),
    Row("interest_register", "200 200 200 200 200 200 200 200 200"),
    Row("interests_due", "302 403 403 403 403 403 200 403 403"),
    Row("meeting_interests", "302 404 403 403 200 200 403 404 403", of("chaired")),
]

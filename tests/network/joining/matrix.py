"""Asking to take part, the office's answers, the welcome."""

import time

from django.core import signing

from apps.core.forms import PublicForm
from apps.network.joining.models import Interest
from tests.matrix import Row, of
from tests.network import matrix as whole


def populate(world):
    world.after(whole.populate)
    world.interest = Interest.receive(
        full_name="Robin Vale", email="robin@test.example", wish=Interest.Wish.PEER
    )


def interested(world):
    opened = signing.dumps(int(time.time()) - 10, salt=PublicForm.SALT)
    return {"full_name": "Kim", "email": "kim@test.example", "wish": "unsure", "opened": opened}


def invited(world):
    return {
        "full_name": "Robin Vale",
        "email": "robin@test.example",
        "constituency": "lived_experience",
    }


def letter(world):
    return {"words": "Thank you for writing."}


EVERYBODY = "200 200 200 200 200 200 200 200 200"
#            anonymous outsider observer member secretary colead office hr admin
SEES = "302 404 200 200 200 200 200 404 200"
OFFICE = "302 403 403 403 403 403 200 403 403"
OFFICE_POST = "302 403 403 403 403 403 302 403 403"

ROWS = [
    Row("take_part", EVERYBODY),
    Row("take_part", "302 302 302 302 302 302 302 302 302", method="post", data=interested),
    Row("take_part_thanks", EVERYBODY),
    Row("interests", OFFICE),
    Row("interests", OFFICE, data=lambda w: {"state": "open", "sort": "oldest"}, note="waiting"),
    Row("interests_csv", OFFICE, again=True),
    Row("interest", OFFICE, of("interest")),
    Row("interest_answer", OFFICE, of("interest")),
    Row("interest_invite", OFFICE, of("interest")),
    Row("interest_decline", OFFICE, of("interest")),
    Row("network_welcome", SEES, lambda w: {"side": "peers"}, note="peers"),
    Row("network_welcome", SEES, lambda w: {"side": "sponsors"}, note="sponsors"),
    Row("welcome_read", "302 404 302 302 302 302 302 404 302", method="post"),
]

MOVES = {
    Interest: {
        "answer": Row("interest_answer", OFFICE_POST, of("interest"), "post", letter),
        "decline": Row("interest_decline", OFFICE_POST, of("interest"), "post", letter),
        "invite": Row("interest_invite", OFFICE_POST, of("interest"), "post", invited),
    },
}

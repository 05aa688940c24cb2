"""The search: for everybody who is signed in, of what they see."""

from apps.search import index

from ..matrix import Row


def populate(world):
    world.search_thing = {"kind": "group", "thing": world.group.pk}


def settle(world):
    """Once for all who look, or each of them would have all of it indexed, and undone."""
    index.follow(at_most=10_000)


def thing(world):
    index.follow(at_most=10_000)
    return world.search_thing


def words(text):
    """Look for words, once the index has followed."""

    def data(world):
        index.follow(at_most=10_000)
        return {"q": text}

    return data


# What one opened or pinned is shown on the site.
KEPT_OUT = {
    "Entry": "a copy of what its things hold, seen by whoever sees these",
    "Stale": "numbers of things that changed",
    "Remembered": "only its person sees what they opened and pinned",
}

SIGNED_IN = "302 200 200 200 200 200 200 200 200"
#        anonymous outsider observer member secretary colead office hr admin
ROWS = [
    Row("search", SIGNED_IN),
    Row("search", SIGNED_IN, data=words("role design"), note="with words"),
    Row("search", SIGNED_IN, data=words("marquee"), note="with words in all things"),
    Row("search", SIGNED_IN, data=words("qqquestion"), note="with words that nothing has"),
    Row("search_open", "302 404 302 302 302 302 302 404 302", thing),
    Row("search_key", "302 302 302 302 302 302 302 302 302", method="post"),
    Row(
        "search_pin",
        "302 404 302 302 302 302 302 404 302",
        method="post",
        data=lambda world: {"thing": "{kind}/{thing}".format(**thing(world)), "back": "/"},
    ),
]

MOVES = {}

"""What somebody holds and belongs to: grants, roles, groups, and what higher apps add to these.

Pages ask for it again and again. So one statement reads it all, the first time that anything of it
is asked, and it is remembered as long as the user instance lives: for one request.
"""

from collections.abc import Callable
from typing import Any

from .plain import Plain, read_together
from .registry import Registry
from .withheld import REMEMBERED

HELD: Registry[Plain] = Registry("What people hold", key=lambda one: one.name)


def held(user: Any, name: str) -> list[tuple]:
    """What a person holds of one kind, as rows of its columns."""
    kinds = (one for one in HELD if one.is_for(user))
    return once(user, HELD, lambda: read_together(kinds, user)).get(name, [])


def once(user: Any, what: Any, find: Callable[[], Any]) -> Any:
    """What ``find()`` found out about this person: kept as long as the user instance lives."""
    if not hasattr(user, "_grants"):
        user._grants = {}
    known = user._grants
    if what not in known:
        known[what] = find()  # whole, or not at all
    return known[what]


def forget_grants(user: Any) -> None:
    """Drop what is remembered, after grants changed."""
    for name in REMEMBERED:
        if hasattr(user, name):  # not through __dict__: request.user stands in for the person
            delattr(user, name)

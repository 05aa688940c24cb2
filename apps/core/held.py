"""What somebody holds and belongs to: grants, roles, groups, and what higher apps add to these.

Pages ask for it again and again. So one statement reads it all, the first time that anything of it
is asked, and it is remembered as long as the user instance lives: for one request.
"""

from typing import Any

from .plain import Plain, read_together
from .registry import Registry
from .withheld import REMEMBERED

HELD: Registry[Plain] = Registry("What people hold", key=lambda one: one.name)


def held(user: Any, name: str) -> list[tuple]:
    """What a person holds of one kind, as rows of its columns."""
    known = remembered(user)
    if HELD not in known:
        known[HELD] = read_together((one for one in HELD if one.is_for(user)), user)
    return known[HELD].get(name, [])


def remembered(user: Any) -> dict:
    """What was found out about this person: kept as long as the user instance lives."""
    if not hasattr(user, "_grants"):
        user._grants = {}
    return user._grants


def forget_grants(user: Any) -> None:
    """Drop what is remembered, after grants changed."""
    for name in REMEMBERED:
        if hasattr(user, name):  # not through __dict__: request.user stands in for the person
            delattr(user, name)

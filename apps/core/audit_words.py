"""What actions of the audit trail are called, and which of them touched what is confidential."""

from dataclasses import dataclass
from operator import attrgetter

from .registry import Registry


@dataclass(frozen=True)
class Action:
    name: str
    words: str


# Actions by which somebody saw, or took away, what is confidential.
SENSITIVE = Registry("Sensitive actions", key=attrgetter("name"))


def sensitive(**words):
    """Register such actions, each with its words."""
    for name, said in words.items():
        SENSITIVE.add(Action(name, said))


def is_sensitive(action):
    return SENSITIVE.get(action) is not None


def audit_words(action):
    """An action in words: ``record_attendance`` reads *Record attendance*."""
    known = SENSITIVE.get(action)
    return known.words if known else action.replace("_", " ").capitalize()

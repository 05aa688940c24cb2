"""What must be so before a move, and what follows from it, said beside the thing that it concerns.

    @Vacancy.before("open")
    def a_peer_is_on_the_panel(vacancy, by):
        if not …:
            yield "There is no peer on the panel yet."

    @Vacancy.after("open")
    def announce(vacancy, entry):
        …

A check yields sentences that say what is missing; the move is refused with all of them at once. A
follow-up runs inside the transaction of the move.
"""

from collections import defaultdict

from apps.core.exceptions import NotYet
from apps.core.models import Stateful


def checked(name):
    """A guard that asks every check registered for the move."""

    def guard(thing, by):
        missing = [text for check in thing.checks[name] for text in check(thing, by) or ()]
        if missing:
            raise NotYet(" ".join(missing))

    return guard


class Stepwise(Stateful):
    """A thing with a life, to whose moves other parts of recruitment add checks and follow-ups."""

    checks: dict[str, list]
    follow_ups: dict[str, list]

    class Meta:
        abstract = True

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        cls.checks, cls.follow_ups = defaultdict(list), defaultdict(list)

    @classmethod
    def before(cls, *moves):
        """Register what must be so before these moves; a decorator."""

        def add(check):
            for move in moves:
                cls.checks[move].append(check)
            return check

        return add

    @classmethod
    def after(cls, *moves):
        """Register what follows from these moves, or from other named steps; a decorator."""

        def add(step):
            for move in moves:
                cls.follow_ups[move].append(step)
            return step

        return add

    def announce(self, name, about):
        """Run what follows from a step that is no move: ``about`` is what it was."""
        for step in self.follow_ups[name]:
            step(self, about)

    def moved(self, entry):
        self.announce(entry.action, entry)

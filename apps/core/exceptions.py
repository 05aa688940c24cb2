"""What can go wrong between people: each becomes a clear page (apps.core.middleware)."""

SAVED_AGAIN = (
    "This was saved again while you were writing: by somebody else, or by you in another window."
)


class NotYet(Exception):  # noqa: N818 - the name is the message
    """A refusal: what must happen first, in plain words. Each argument is one thing."""

    @property
    def missing(self):
        return self.args

    def __str__(self):
        return " ".join(str(one) for one in self.args)


class Conflict(Exception):  # noqa: N818
    """The page that was sent is behind: a 409 page that says how it stands (late.py).

    ``asked`` is what was asked for, by its name in the audit trail.
    """

    def __init__(self, message, subject=None, asked=""):
        super().__init__(message)
        self.subject = subject
        self.asked = asked


class IllegalMove(Conflict):
    """The thing is no longer in a state from which this move starts."""


class Already(IllegalMove):
    """What was asked for is so already: nothing is left to do. ``mine`` where only they do it.

    ``led_to``: where it led when they did it, for a thing that they do not see any more.
    """

    def __init__(self, message, subject=None, asked="", mine=False, led_to=""):
        super().__init__(message, subject, asked)
        self.mine = mine
        self.led_to = led_to


class StaleEdit(Conflict):
    """The text was saved again after this person began to edit it: by another, or themselves."""

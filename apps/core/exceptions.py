"""What can go wrong between people: each becomes a clear page (apps.core.middleware)."""


class NotYet(Exception):  # noqa: N818 - the name is the message
    """A refusal: what must happen first, in plain words. Each argument is one thing."""

    @property
    def missing(self):
        return self.args

    def __str__(self):
        return " ".join(str(one) for one in self.args)


class Conflict(Exception):  # noqa: N818
    """Somebody else got there first: a 409 page that says who and when."""

    def __init__(self, message, subject=None):
        super().__init__(message)
        self.subject = subject


class IllegalMove(Conflict):
    """The thing is no longer in a state from which this move starts."""


class StaleEdit(Conflict):
    """The text was saved by someone else after this person began to edit it."""

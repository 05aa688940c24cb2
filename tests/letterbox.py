"""What the mail server was given, for tests: who looks into it lets what waits leave first."""

from collections.abc import Sequence

from apps.notifications.sending import send


class Letterbox(Sequence):
    """The mails that left, oldest first."""

    def __init__(self, outbox):
        self.outbox = outbox

    def _mails(self):
        send()
        return self.outbox

    def __getitem__(self, place):
        return self._mails()[place]

    def __len__(self):
        return len(self._mails())

    def __eq__(self, other):
        return list(self._mails()) == list(other)

    __hash__ = None

    def clear(self):
        """Take out what lies there."""
        self._mails().clear()

"""What the network tells people: at once (called from events.py) and by the clock (due).

Subjects and titles say nothing about health: a pair is about "meeting", never about why.
"""

from apps.notifications.kinds import Kind, Topic


class NetworkKind(Kind):
    """Something in the network, and the way to the thing itself."""

    topic = Topic.NETWORK
    preview = "Open it when you have a quiet moment."

    def url(self, occurrence, reader):
        return occurrence.subject.get_absolute_url()

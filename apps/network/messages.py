"""What the network tells people: at once (called from events.py) and by the clock (due).

Subjects and titles say nothing about health: a pair is about "meeting", never about why.
"""

from apps.notifications.kinds import Kind, Topic


class NetworkKind(Kind):
    """Something in the network: a title, some lines, and the way to the thing itself."""

    topic = Topic.NETWORK
    action = "Open it"

    def title(self, occurrence, user):
        return self.label

    def lines(self, subject, user):
        return []

    def url(self, subject, user):
        return subject.get_absolute_url()

    def context(self, occurrence, user):
        subject = occurrence.subject
        return {
            "title": self.title(occurrence, user),
            "lines": self.lines(subject, user),
            "url": self.url(subject, user),
            "action": self.action,
        }

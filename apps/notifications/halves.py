"""What somebody hears who asked for a move of two, and whom the second person said no to."""

from .kinds import Kind, Topic, notify, register


@register
class SaidNo(Kind):
    """What it was stands in the message; the reason is read on the page alone."""

    name = "notifications.said_no"
    label = "Somebody does not confirm what you asked for"
    topic = Topic.GROUPS
    withheld = True

    def context(self, occurrence, user):
        return {
            "title": self.label,
            "facts": [("What you asked for", occurrence.data["what"])],
            "lines": [
                "They say that it is not so, and why. It holds no more. Talk to them first if you "
                "want to ask for it again.",
            ],
            "url": occurrence.data.get("url") or occurrence.subject.get_absolute_url(),
            "action": "Read why",
        }


def said_no(thing, first, entry):
    data = {"what": thing.moves[first.name].label, "url": thing.page_of(first.name)}
    notify(SaidNo.name, thing, [first.by], version=entry.pk, data=data)

"""What somebody hears who asked for a move of two, and whom the second person said no to."""

from .kinds import Kind, Topic, notify, register
from .wording import Placeholder


@register
class SaidNo(Kind):
    """What it was stands in the message; the reason is read on the page alone."""

    name = "notifications.said_no"
    label = "Somebody does not confirm what you asked for"
    to_whom = "whoever asked for something that takes two, when the second person says no"
    topic = Topic.GROUPS
    withheld = True

    preview = "Open it to read why."
    text = (
        "They do not agree, and say why. What you asked for has stopped. Talk to them first if "
        "you want to ask for it again."
    )
    action = "Read why"
    facts = (("What you asked for", "{what}"),)
    placeholders = {"what": Placeholder("what was asked for", "Confirm that it did not happen")}

    def values(self, occurrence, reader):
        return {"what": occurrence.data["what"]}

    def url(self, occurrence, reader):
        return occurrence.data.get("url") or occurrence.subject.get_absolute_url()


def said_no(thing, first, entry):
    data = {"what": thing.moves[first.name].label, "url": thing.page_of(first.name)}
    notify(SaidNo.name, thing, [first.by], version=entry.pk, data=data)

"""What people are told about the practice register, at once and by the clock."""

from django.urls import reverse

from apps.notifications.kinds import register
from apps.notifications.wording import SOMEBODY, Case, Placeholder

from ..messages import NetworkKind
from .models import Practice, PracticeName

AN_ENTRY = Placeholder("the title of the entry", "A walk instead of a waiting room")


@register
class PracticeSubmitted(NetworkKind):
    name = "network.practice_submitted"
    label = "An entry for the practice register to read"
    to_whom = "the co-leads of the network and the programme office, when an entry is sent in"
    preview = "Please read it, and say what becomes of it."
    text = "{who} has sent in: {entry}. Please read it, and say what becomes of it."
    action = "Read it"
    placeholders = {"who": SOMEBODY, "entry": AN_ENTRY}

    def values(self, occurrence, reader):
        practice = occurrence.subject
        return {"who": practice.owner.name, "entry": practice.title}

    def wanted(self, rule, practice, user):
        return practice.state == Practice.State.SUBMITTED


@register
class PracticeMoved(NetworkKind):
    name = "network.practice_moved"
    label = "Your entry in the practice register"
    to_whom = (
        "whoever sent in an entry for the practice register, when somebody else decides about it"
    )
    alike = True
    preview = "You can read what became of it."
    text = "{entry}: please see how it stands now."
    action = "See your entry"
    cases = {
        "send_back": Case(
            when="it came back with a question",
            text=(
                "{entry}: it has come back to you with a question. Change it and send it in again."
                "\n\n{answer}"
            ),
        ),
        "publish": Case(
            when="it is published",
            text="{entry}: it is published in the register. Thank you.",
        ),
        "archive": Case(when="it is archived", text="{entry}: it has been archived."),
        "bring_back": Case(
            when="it is in the register again", text="{entry}: it is back in the register."
        ),
    }
    placeholders = {
        "entry": AN_ENTRY,
        "answer": Placeholder(
            "the question with which it came back", "How did you know that it helped?"
        ),
    }

    def case(self, occurrence, reader):
        return occurrence.data["action"]

    def values(self, occurrence, reader):
        practice = occurrence.subject
        return {"entry": practice.title, "answer": practice.answer}


@register
class ConsentAsked(NetworkKind):
    name = "network.consent_asked"
    label = "May we name you?"
    to_whom = "whoever is to be named in the practice register, to ask whether they agree"
    preview = "Please say yes or no. Nothing is shown unless you agree."
    text = (
        "{who} would like to name you in the practice register: {entry}. Please say yes or no."
        "\n\nNothing is shown unless you agree. You can change your mind at any time."
    )
    action = "Say yes or no"
    placeholders = {"who": SOMEBODY, "entry": AN_ENTRY}

    def values(self, occurrence, reader):
        name = occurrence.subject
        return {"who": name.asked_by.name, "entry": name.practice.title}

    def url(self, occurrence, reader):
        return reverse("consent", args=[occurrence.subject.pk])

    def wanted(self, rule, name, user):
        return name.state == PracticeName.State.ASKED


@register
class ConsentWithdrawn(NetworkKind):
    name = "network.consent_withdrawn"
    label = "A name was taken off the practice register"
    to_whom = (
        "whoever sent in the entry and the co-leads of the network, when a name is shown "
        "less widely"
    )
    preview = "Please see that the text does not give away who it was."
    text = (
        "{entry}: one name is shown less widely, or not at all. Please see that the text does "
        "not give away who it was."
    )
    action = "Read the entry again"
    placeholders = {"entry": AN_ENTRY}

    def values(self, occurrence, reader):
        return {"entry": occurrence.subject.practice.title}

    def url(self, occurrence, reader):
        return occurrence.subject.practice.get_absolute_url()

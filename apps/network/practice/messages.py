"""What people are told about the practice register, at once and by the clock."""

from django.urls import reverse

from apps.notifications.kinds import register

from ..messages import NetworkKind
from .models import Practice, PracticeName


@register
class PracticeSubmitted(NetworkKind):
    name = "network.practice_submitted"
    label = "An entry for the practice register to read"
    action = "Read it"

    def lines(self, practice, user):
        return [f"{practice.owner.name} has sent in: {practice.title}."]

    def wanted(self, rule, practice, user):
        return practice.state == Practice.State.SUBMITTED


@register
class PracticeMoved(NetworkKind):
    name = "network.practice_moved"
    label = "Your entry in the practice register"

    SAID = {
        "send_back": "It has come back to you with a question. Change it and send it in again.",
        "publish": "It is published in the register. Thank you.",
        "archive": "It has been archived.",
        "bring_back": "It is back in the register.",
    }

    def context(self, occurrence, user):
        practice = occurrence.subject
        lines = [f"{practice.title}:", self.SAID[occurrence.data["action"]]]
        if occurrence.data["action"] == "send_back" and practice.answer:
            lines.append(practice.answer)
        return super().context(occurrence, user) | {"lines": lines}


@register
class ConsentAsked(NetworkKind):
    name = "network.consent_asked"
    label = "May we name you?"
    action = "Say yes or no"

    def lines(self, name, user):
        return [
            f"{name.asked_by.name} would like to name you in the practice register: "
            f"{name.practice.title}.",
            "Nothing is shown unless you agree. You can change your mind at any time.",
        ]

    def url(self, name, user):
        return reverse("consent", args=[name.pk])

    def wanted(self, rule, name, user):
        return name.state == PracticeName.State.ASKED


@register
class ConsentWithdrawn(NetworkKind):
    name = "network.consent_withdrawn"
    label = "A name was taken off the practice register"
    news = True
    action = "Read the entry again"

    def lines(self, name, user):
        return [
            f"{name.practice.title}: one name is shown less widely, or no more. Please see that "
            "the text does not tell who it was."
        ]

    def url(self, name, user):
        return name.practice.get_absolute_url()

"""What people are told about joining the network, at once and by the clock."""

from django.urls import reverse

from apps.core import clock
from apps.core.says import unlinked
from apps.notifications.kinds import register
from apps.notifications.mail import absolute
from apps.notifications.wording import Placeholder

from ..messages import NetworkKind
from .models import Interest


@register
class InterestReceived(NetworkKind):
    """Who it is stands on the site alone."""

    name = "network.interest"
    label = "Somebody would like to take part"
    to_whom = "the programme office, when somebody writes that they would like to take part"
    preview = "Please read what they write, and answer."
    text = "Somebody wrote through the site. Please read it, and answer."
    action = "Read and answer"

    def wanted(self, rule, interest, user):
        return interest.state == Interest.State.NEW


# --- letters to enquirers -------------------------------------------------------------------------
class LetterKind(NetworkKind):
    """To an address that nobody has confirmed: it carries nothing that a stranger typed."""

    urgent = essential = always = True
    unnamed = True  # who enquired is the programme office's
    action = "See it"

    def url(self, occurrence, reader):
        return ""  # they cannot sign in

    def version(self, letter):
        return 0

    def sent(self, delivery):
        self._note(delivery, sent_at=clock.now(), failed_at=None)

    def could_not(self, delivery):
        self._note(delivery, failed_at=clock.now())

    def _note(self, delivery, **when):
        letter = delivery.occurrence.subject
        for name, value in when.items():
            setattr(letter, name, value)
        letter.save(update_fields=list(when))


@register
class Received(LetterKind):
    name = "network.letter_received"
    label = "Thank you for writing to us"
    to_whom = "whoever wrote that they would like to take part, when their message has arrived"

    preview = "It has arrived. There is nothing you need to do now."
    text = (
        "Thank you for your message through {site}. It has arrived, and a person will read it and "
        "write back, usually within two weeks.\n\n"
        "There is nothing you need to do now. If you did not write to us, somebody may have "
        "mistyped their address: please tell us, and we delete it.\n\n"
        "Nobody reads messages day and night; if you are worried about somebody, see {worried}"
    )
    placeholders = {
        "worried": Placeholder(
            "the address of the page for whoever is worried about somebody",
            "https://peer.example.org/worried/",
        )
    }

    def values(self, occurrence, reader):
        return {"worried": absolute(reverse("worried"))}


class InTheirWords(LetterKind):
    """What the programme office wrote itself."""

    label = "Our answer to your message"
    alike = True

    text = "{words}\n\n{by}\n\nYou can answer this e-mail: the programme office reads it."
    placeholders = {
        "words": Placeholder(
            "what the programme office wrote",
            "Thank you for writing. Would you like to come on Thursday 10 December?",
        ),
        "by": Placeholder("who wrote it", "Kim Winter"),
    }

    def values(self, occurrence, reader):
        letter = occurrence.subject
        return {
            "words": letter.words.replace("\r\n", "\n").strip(),
            "by": unlinked(letter.by.full_name) if letter.by else "",
        }


@register
class Answered(InTheirWords):
    name = "network.letter_answer"
    to_whom = (
        "whoever wrote that they would like to take part, when the programme office writes back"
    )


@register
class Declined(InTheirWords):
    name = "network.letter_decline"
    to_whom = "whoever wrote that they would like to take part, when the programme office says no"

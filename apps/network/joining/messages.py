"""What people are told about joining the network, at once and by the clock."""

from django.conf import settings
from django.urls import reverse

from apps.core import clock
from apps.core.says import unlinked
from apps.notifications.kinds import register
from apps.notifications.mail import absolute

from ..messages import NetworkKind
from .models import Interest


@register
class InterestReceived(NetworkKind):
    """Who it is stands on the site alone."""

    name = "network.interest"
    label = "Somebody would like to take part"
    action = "Read and answer"

    def wanted(self, rule, interest, user):
        return interest.state == Interest.State.NEW


# --- letters to enquirers -------------------------------------------------------------------------
class LetterKind(NetworkKind):
    """To an address that nobody has confirmed: it carries nothing that a stranger typed."""

    urgent = essential = always = True
    unnamed = True  # who enquired is the programme office's

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

    def context(self, occurrence, user):
        return {
            "title": self.label,
            "lines": [
                f"Thank you for your message through {settings.SITE_NAME}. It has arrived, and a "
                "person will read it and write back, usually within two weeks.",
                "There is nothing you need to do now. If you did not write to us, somebody may "
                "have mistyped their address: please tell us, and we delete it.",
                "Nobody reads messages day and night; if you are worried about somebody, see "
                f"{absolute(reverse('worried'))}",
            ],
        }


class InTheirWords(LetterKind):
    """What the programme office wrote itself."""

    label = "Our answer to your message"

    def context(self, occurrence, user):
        letter = occurrence.subject
        by = [unlinked(letter.by.full_name)] if letter.by else []
        words = letter.words.replace("\r\n", "\n")
        paragraphs = [one.strip() for one in words.split("\n\n")]
        return {
            "title": self.label,
            "lines": [*paragraphs, *by],
            "after": ["You can answer this e-mail: the programme office reads it."],
        }


@register
class Answered(InTheirWords):
    name = "network.letter_answer"


@register
class Declined(InTheirWords):
    name = "network.letter_decline"

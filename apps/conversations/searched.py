"""Conversations."""

from apps.core.searching import Told, searched, unsearched

from .models.booking import Booking, BookingSupport
from .models.conversation import Conversation, ConversationFeedback, Session
from .models.photograph import PhotoConsent, Photograph


@searched(
    "conversation",
    "Conversations",
    Conversation,
    texts=("title", "summary", "place", "write_up", "state"),
    parts=((Session, "conversation"),),
    prefetch=("sessions",),
)
def conversation(one):
    """The write-up once it is published; until then those who write it read it."""
    parts = [f"{session.title} {session.about}" for session in one.sessions.all()]
    written = one.write_up if one.state == one.State.WRITTEN_UP else ""
    return Told(
        title=one.title,
        body=[one.summary, one.place, *parts, written],
        on=one.starts_at,
        state=one.State(one.state),
        url=one.get_absolute_url(),
    )


unsearched("Who comes, and what they need, is theirs.", Booking, BookingSupport)
unsearched("Answers without a name.", ConversationFeedback)
unsearched("Whoever is pictured is asked, and can take it back.", Photograph, PhotoConsent)

"""Where Conversations are, which anybody may come to."""

from apps.core.places import FOR_EVERYBODY, entry, page, thing
from apps.groups.programme import takes_part

entry(
    "events",
    "Events",
    "conversations",
    order=34,
    shown=lambda user: not takes_part(user),
    text="Conversations: open events for everybody.",
)
page("Conversations", "conversations", shown=lambda user: True)
page("Support to arrange", "conversation_support_list")
page("Photographs of you", "photo_consents")
thing(
    "Conversation",
    "conversation",
    "conversations.conversation",
    shown=lambda user: True,
)
thing("Who has booked", "bookings")
thing("Photographs", "photographs")
FOR_EVERYBODY.add(("conversations", "Events"))

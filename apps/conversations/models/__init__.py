"""Open events: Conversations, places at them, and photographs."""

from . import booking, conversation, photograph

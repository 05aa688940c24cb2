"""What is held about people: decisions."""

from apps.core.personal import NAMED, personal

from .models import PublicDecision, Supersession

personal(Supersession, "That you noted which decision replaces which", mentions=("by",), why=NAMED)
personal(
    PublicDecision,
    "Decisions that you made public",
    mentions=("by",),
    why=NAMED,
)

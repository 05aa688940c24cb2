"""What is held about people: decisions."""

from apps.core.personal import NAMED, personal

from .models import PublicDecision, RegisterChange, Supersession

personal(Supersession, "That you noted which decision replaces which", mentions=("by",), why=NAMED)
personal(
    RegisterChange,
    "What you asked to have said of a decision",
    mentions=("by", "answered_by"),
    why=NAMED,
    scrub=("text", "answer"),
)
personal(
    PublicDecision,
    "Decisions that you made public",
    mentions=("by",),
    why=NAMED,
)

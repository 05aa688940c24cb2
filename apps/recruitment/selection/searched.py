"""Selection is not searched: what the panel reads and writes is for the panel, for a time."""

from apps.core.searching import unsearched

from .models.blind import BlindAnswer, BlindApplication, Redaction, Redactor
from .models.interview import (
    Arrangement,
    Interview,
    InterviewPlan,
    PanelAttendance,
    PanelMeeting,
    Question,
    Release,
    ReleaseRecipient,
    Slot,
)
from .models.outcome import Outcome
from .models.scoring import Round
from .models.sheet import Moderation, PanelDeclaration, Recusal, Score, Sheet

unsearched(
    "Blind copies are read side by side, by those who judge, and by nobody else.",
    Redaction,
    BlindApplication,
    BlindAnswer,
    Redactor,
)
unsearched(
    "What the panel scores, says and declares is its own.",
    *(Sheet, Score, Moderation, Outcome, Round, PanelDeclaration, Recusal),
)
unsearched(
    "Questions are secret until they are released, and who is asked when is theirs.",
    *(InterviewPlan, Question, Release, ReleaseRecipient, Slot, Interview, Arrangement),
)
unsearched("Who of a panel came.", PanelMeeting, PanelAttendance)

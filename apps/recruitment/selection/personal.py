"""What selecting holds about people (apps.core.personal).

Everything about a candidate hangs on their application and goes with it. None of it is in the
export that anybody can download by themselves: a label would undo the blindness, and what the panel
thinks would be told before its time. Their outcome and feedback are on the application's page.
"""

from apps.core.personal import DELETE, NAMED, nobodys, personal
from apps.core.withheld import confidential

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

WITH_IT = "It is part of an application, and is deleted with it."

personal(Redaction, "Redacted copies that you signed", mentions=("signed_by",), why=WITH_IT)
personal(BlindApplication, "Redacted copies of applications", why=WITH_IT)
personal(BlindAnswer, "What the panel reads of applications", why=WITH_IT, scrub=("text",))
personal(Redactor, "Redacted copies that you worked on", mentions=("user",), why=WITH_IT)

personal(
    PanelDeclaration,
    "What you said about conflicts of interest on panels",
    about=("member__user",),
    why=NAMED,
)
personal(Recusal, "Candidates whom you thought you knew", about=("member__user",), erase=DELETE)
personal(Sheet, "Score sheets that you filled in", mentions=("member__user",), why=WITH_IT)
personal(Score, "Scores and evidence", why=WITH_IT, scrub=("evidence",))
personal(Moderation, "Scores that you changed", mentions=("by",), why=WITH_IT, scrub=("why",))
personal(
    Outcome,
    "Outcomes that you recorded, sent or told",
    mentions=("recorded_by", "released_by", "told_by"),
    why=WITH_IT,
    scrub=("reason", "feedback", "taken_back_why"),
)

personal(Interview, "Interviews", why=WITH_IT)
personal(Arrangement, "Arrangements that you made", mentions=("made_by",), why=WITH_IT)
personal(ReleaseRecipient, "Who was shown what before interviews", why=WITH_IT)
personal(Release, "Releases before interviews", mentions=("released_by",), why=NAMED)
personal(PanelMeeting, "Meetings of panels that you planned", mentions=("planned_by",), why=NAMED)
personal(PanelAttendance, "Meetings of panels that you came to", about=("member__user",), why=NAMED)
nobodys("When a stage begins, is due and ends.", Round)
nobodys("How, where and when a vacancy interviews.", InterviewPlan, Question, Slot)

WHOSE = "It leads from a label to a candidate."
confidential(WHOSE, Redaction)
confidential(WHOSE, Interview, within="application")
confidential(WHOSE, BlindApplication, within="redaction__application")
confidential("What the panel thinks is read on the site, when its time has come.", Sheet, Outcome)

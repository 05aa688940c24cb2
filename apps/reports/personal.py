"""What is held about people: who wrote, and never who signed: that is said by role."""

from apps.core.personal import NAMED, nobodys, personal

from .models import AnnualReport, PublicFigures, ReportWords, SharedText, SignedReport, TextSave

personal(
    SharedText,
    "Principles and purposes that you began to write",
    mentions=("begun_by",),
    why=NAMED,
)
personal(TextSave, "Versions of such a text that you saved", mentions=("by",), why=NAMED)
personal(AnnualReport, "Yearly reports that you began", mentions=("begun_by",), why=NAMED)
personal(ReportWords, "Versions of a yearly report that you saved", mentions=("by",), why=NAMED)
personal(
    PublicFigures,
    "Lists of figures for everybody that you proposed",
    mentions=("proposed_by",),
    why=NAMED,
)
nobodys(
    "What was signed: sentences and figures of a year, from which nobody is found.", SignedReport
)

"""What a group signs, what the programme reports of a year, and which figures are public."""

from .public import PublicFigures
from .report import AnnualReport, ReportWords, SignedReport
from .text import SharedText, TextSave

__all__ = ["AnnualReport", "PublicFigures", "ReportWords", "SharedText", "SignedReport", "TextSave"]

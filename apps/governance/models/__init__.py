"""Governance: documents, consultations and what came of them, decisions, interests."""

from .analysis import Analysis, Coding, Reading, Theme
from .consultation import Consultation, Extension, Question, Section
from .decision import PublicDecision, Supersession
from .document import Document, DocumentVersion, Phase
from .document_format import DocumentFormat, FormatFile
from .interest import Declaration, DeclaredInterest
from .response import Participation, Response
from .rights import DataExport, DataRequest, Hold, RetentionRun, kept_with

__all__ = [
    "Analysis",
    "Coding",
    "Consultation",
    "DataExport",
    "DataRequest",
    "Declaration",
    "DeclaredInterest",
    "Document",
    "DocumentFormat",
    "DocumentVersion",
    "Extension",
    "FormatFile",
    "Hold",
    "Participation",
    "Phase",
    "PublicDecision",
    "Question",
    "Reading",
    "Response",
    "RetentionRun",
    "Section",
    "Supersession",
    "Theme",
    "kept_with",
]

"""What task groups make, stage by stage, and whose words changed what."""

from .output import Attachment, Contribution, Output, OutputVersion, Signature
from .revision import DraftRevision
from .stage import Stage, Voice, composition, compositions
from .suggestion import ChangeAsked, Suggestion, tally, uptake

__all__ = [
    "Attachment",
    "ChangeAsked",
    "Contribution",
    "DraftRevision",
    "Output",
    "OutputVersion",
    "Signature",
    "Stage",
    "Suggestion",
    "Voice",
    "composition",
    "compositions",
    "tally",
    "uptake",
]

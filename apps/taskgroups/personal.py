"""What the work of the task groups holds about people."""

from apps.core.personal import NAMED, nobodys, personal

from .models.output import Attachment, Contribution, Output, OutputVersion, Signature
from .models.revision import DraftRevision
from .models.stage import Stage
from .models.suggestion import ChangeAsked, Suggestion

SIDES = "Whose words changed what is counted by side, for good."

nobodys("Stages of the programme.", Stage, Stage.groups.through)
personal(Output, "Outputs that you began", mentions=("created_by",), why=NAMED)
personal(
    OutputVersion,
    "Texts of outputs",
    why="They are the group's work; nobody is named in them unless its authors wrote it.",
)
personal(Contribution, "Versions that you worked on", about=("user",), why=SIDES)
personal(
    DraftRevision,
    "Revisions of drafts that you saved",
    about=("by",),
    hide=("before",),
    why="They are the group's work, and go by themselves once the draft is submitted.",
)
personal(Signature, "What you signed", about=("user",), why=NAMED)
personal(
    Attachment,
    "Files that you added to outputs",
    about=("uploaded_by",),
    files=("file",),
    why="It belongs to the output.",
)
personal(
    Suggestion,
    "What you suggested",
    about=("by",),
    mentions=("recorded_by", "answered_by"),
    why=SIDES,
    scrub=("given_name",),
)
personal(ChangeAsked, "Changes that you answered", mentions=("answered_by",), why=NAMED)

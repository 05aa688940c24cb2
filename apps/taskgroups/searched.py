"""Stages, outputs with their versions and files, and what people suggested."""

from apps.core.searching import Told, searched, unsearched

from .models.output import Attachment, Contribution, Output, OutputVersion, Signature
from .models.revision import DraftRevision
from .models.stage import Stage
from .models.suggestion import ChangeAsked, Suggestion


@searched("stage", "Stages of the programme", Stage, texts=("name", "aim"))
def stage(stage):
    return Told(title=stage.name, body=stage.aim, on=stage.starts, url=stage.get_absolute_url())


@searched("output", "Outputs", Output, texts=("title",))
def output(output):
    return Told(
        title=output.title,
        group=output.group_id,
        on=output.due,
        state=output.State(output.state),
        url=output.get_absolute_url(),
    )


@searched(
    "version",
    "Versions of outputs",
    OutputVersion,
    texts=("summary", "body", "easy_read"),
    of={"output": ("title", "group")},
    read=("output",),
)
def version(version):
    return Told(
        title=f"{version.output.title}, version {version.number}",
        body=[version.summary, version.body, version.easy_read],
        group=version.output.group_id,
        on=version.frozen_at or version.created_at,
        url=version.get_absolute_url(),
    )


@searched(
    "output_file",
    "Files of outputs",
    Attachment,
    texts=("title", "sha256"),
    read=("output",),
    file=True,
)
def output_file(attachment):
    return Told(
        title=attachment.title,
        group=attachment.output.group_id,
        on=attachment.uploaded_at,
        url=attachment.get_absolute_url(),
    )


@searched(
    "suggestion",
    "Suggestions",
    Suggestion,
    texts=("passage", "text", "answer", "objection"),
    of={"output": ("title", "group")},
    read=("output",),
)
def suggestion(suggestion):
    """Not whose: what somebody gave as their name on paper can be taken away."""
    return Told(
        title=f"Suggestion for {suggestion.output.title}",
        body=[suggestion.text, suggestion.passage, suggestion.answer, suggestion.objection],
        group=suggestion.output.group_id,
        on=suggestion.made_at,
        state=suggestion.State(suggestion.state),
        url=suggestion.get_absolute_url(),
    )


unsearched("The words stand in the draft; what was before is not told again.", DraftRevision)
unsearched("Who wrote and signed stands on the version's page.", Contribution, Signature)
unsearched("It stands on its output's page, for those who answer it.", ChangeAsked)

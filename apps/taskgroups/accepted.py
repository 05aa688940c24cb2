"""Accepted job descriptions and person specifications, offered to whoever begins a vacancy."""

from dataclasses import dataclass

from .models.output import Output

KINDS = (Output.Kind.JOB_DESCRIPTION, Output.Kind.PERSON_SPECIFICATION)
OFFERED = 20


@dataclass(frozen=True)
class AcceptedText:
    """A text that the steering group accepted, to be used elsewhere."""

    key: str
    title: str
    version: int
    summary: str
    body: str
    easy_read: str = ""


def job_texts(user):
    """The newest version of each that the steering group accepted and this person may read."""
    outputs = Output.objects.visible_to(user).filter(state__in=Output.PUBLIC, kind__in=KINDS)
    for output in outputs.order_by("-pk").prefetch_related("versions")[:OFFERED]:
        version = next(iter(output.versions.all()))
        yield AcceptedText(
            key=f"taskgroups.output-{output.pk}",
            title=output.title,
            version=version.number,
            summary=version.summary,
            body=version.body,
            easy_read=version.easy_read,
        )

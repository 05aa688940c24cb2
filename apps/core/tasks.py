"""Upkeep of the audit trail."""

from celery import shared_task

from . import anchors, sealing


@shared_task
def seal_audit():
    """Seal what was written since the last time."""
    return sealing.seal()


@shared_task
def check_audit():
    """Check the whole trail, and against the anchors of the file; send tonight's anchor out.

    What is found is in the log, on the page of the audit trail, and told to those who get anchors.
    """
    problems = sealing.check(anchors.kept()).problems
    if problems:
        anchors.warn(problems)
    elif anchor := anchors.latest():
        anchors.publish(anchor)
    return problems

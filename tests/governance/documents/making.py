"""Documents to test with, made as the site makes them."""

from datetime import timedelta

from django.utils import timezone

from apps.governance.documents.models.document import Document, DocumentVersion
from tests import factories as make

WORDS = {"summary": "How we keep each other safe.", "body": "## Safety\n\nWe look out for others."}


def document(group, *, by=None, write=True, **fields):
    """A draft with words in it, begun by the lived-experience co-lead."""
    by = by or make.leads(group)[0]
    texts = {name: fields.pop(name) for name in ("summary", "body", "easy_read") if name in fields}
    defaults = {"title": "Safety policy", "kind": "policy", "visibility": "programme"}
    made = Document.begin(group, by=by, **defaults | fields)
    if write:
        made.latest.write(by=by, seen=1, **WORDS | texts)
    return made


def decided(group, document=None, *, days_ago=5, **fields):
    """A decision of a quorate meeting of the group: a third member makes the quorum of three.

    About the newest version of ``document``, which was written by then, and confirmed.
    """
    if group.memberships.current().deciding().count() < 3:
        make.appoint(group, make.UserFactory())
    meeting = make.held(group, by=make.leads(group)[0], days_ago=days_ago)
    version = document.latest if document else None
    if version:
        written_before(version, meeting)
    return make.decision(meeting, text="We approve it.", about=version, **fields)


def written_before(version, meeting):
    """Put what is written into the past, as the meeting was put there."""
    written_on(version, meeting.starts_at - timedelta(days=1))


def written_on(version, moment):
    """Put into the past what is written."""
    when = dict.fromkeys(("written_at", "reworded_at", "created_at"), moment)
    DocumentVersion.objects.filter(pk=version.pk).update(**when)
    version.refresh_from_db()


def approve(document, *, by=None, days_ago=5, decision=None, in_force_from=None, review_on=None):
    """The newest version, approved by a quorate meeting of the group that owns it."""
    by = by or make.leads(document.owner)[0]
    decision = decision or decided(document.owner, document, days_ago=days_ago)
    today = timezone.localdate()
    version = document.latest
    version.approve(
        decision,
        by=by,
        in_force_from=in_force_from or today - timedelta(days=days_ago),
        review_on=review_on or today + timedelta(days=365),
    )
    document.refresh_from_db()
    return version


def in_force(group, **fields):
    """A document whose first version is in force."""
    made = document(group, **fields)
    approve(made)
    return made


def ended(version, why):
    """Both co-leads withdraw what was approved."""
    for lead in make.leads(version.document.owner):
        version.move("end", by=lead, note=why)


def phase(version):
    """Where a version stands today."""
    return type(version).objects.standing().get(pk=version.pk).phase

"""Texts in force and reports that are public. Drafts are not searched: few people write them."""

from apps.core.differences import texts_of
from apps.core.searching import Told, searched, unsearched

from .models import AnnualReport, PublicFigures, ReportWords, SharedText, SignedReport, TextSave


def _signed_texts(user):
    return SharedText.objects.visible_to(user).in_force()


@searched(
    "shared_text",
    "Principles and purposes",
    SharedText,
    rows=_signed_texts,
    texts=("body", "state"),
    of={"group": ("name",)},
    read=("group",),
)
def shared_text(text):
    return Told(
        title=f"{text.get_kind_display()} of {text.group}",
        body=text.body,
        group=text.group_id,
        on=text.signed_at,
        state=text.State(text.state),
        url=text.get_absolute_url(),
    )


def _public_reports(user):
    return AnnualReport.objects.public()


@searched(
    "report",
    "Yearly reports",
    AnnualReport,
    rows=_public_reports,
    texts=("state",),
    parts=((ReportWords, "report"),),
    read=("signed__words",),
)
def report(report):
    """The sentences that are public, and no earlier or later ones."""
    if report.state != report.State.PUBLISHED:
        return None
    return Told(
        title=report.title,
        body=list(texts_of(report.words).values()),
        group=report.group_id,
        on=report.published_at,
        state=report.State(report.state),
        url=report.get_absolute_url(),
    )


unsearched("The text in force is searched; these are earlier words.", TextSave)
unsearched("The report that is public is searched; these are its figures.", SignedReport)
unsearched("Which figures everybody reads; the page has them.", PublicFigures)

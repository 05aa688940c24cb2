"""Signed texts, reports and public figures: the people of the matrix are not in the steering group,
which test_reports.py and test_public.py ask as.
"""

from django.utils import timezone

from apps.core.differences import texts_of
from apps.insight import tallies
from apps.reports import taking
from apps.reports.models import AnnualReport, PublicFigures, ReportWords, SharedText, SignedReport
from apps.reports.models.report import digest_of
from apps.reports.roles import the_steering_group
from tests import factories as make

from ..insight.matrix import populate as figures_counted
from ..matrix import Row
from ..steering.matrix import populate as steering_meets


def populate(world):
    world.after(steering_meets)
    world.after(figures_counted)
    group, lead = world.group, world.actors["colead"]
    world.text_signed = _signed_text(group, lead)
    world.text_draft = SharedText.begin(group, "principles", by=lead)
    world.text_draft.write(by=lead, seen=1, body="We decide as one.")
    steering = the_steering_group()
    states = ("published", "drafting", "signed", "decided", "drafting")
    for year, state in enumerate(states, start=2019):
        setattr(world, f"report_{year}", _report(steering, year, state))
    tallies.refresh()
    held = PublicFigures.propose(["members", "cohorts"], by=make.leads(steering)[0])
    held.follow("adopt", by=None)
    world.figures = PublicFigures.propose(["cohorts"], by=make.leads(steering)[0])


def _signed_text(group, lead):
    """As both of the two signed it."""
    made = SharedText.begin(group, "principles", by=lead)
    made.write(by=lead, seen=1, body="We decide together.")
    SharedText.objects.filter(pk=made.pk).update(state="in_force", signed_at=timezone.now())
    return made


def _report(group, year, state):
    lead = make.leads(group)[0]
    made = AnnualReport.objects.create(group=group, year=year, number=1, begun_by=lead)
    words = made.saves.create(number=1, by=lead, **dict.fromkeys(ReportWords.TEXTS, "As it was."))
    if state != "drafting":
        tables = [taking.as_data(one) for one in taking.tables(made.period, ["cohorts"])]
        content = {"as_of": "2026-11-01T10:00:00Z", "tables": tables, "texts": []}
        digest = digest_of(dict.fromkeys(ReportWords.TEXTS, "As it was."), content)
        kept = {"report": made, "words": words, "content": content, "digest": digest}
        made.signed = SignedReport.objects.create(at=timezone.now(), **kept)
    made.state = state
    made.published_at = timezone.now() if state == "published" else None
    made.save()
    return made


def settle(world):
    """What was signed has other words now, and a signature that fits them."""
    for kept in SignedReport.objects.select_related("words"):
        digest = digest_of(texts_of(kept.words), kept.content)
        SignedReport._base_manager.filter(pk=kept.pk).update(digest=digest)


def one(year, **more):
    return lambda world: {"year": year, "number": 1, **more}


def text(number, **more):
    return lambda world: {"slug": world.group.slug, "kind": "principles", "number": number, **more}


def text_move(name):
    return lambda world: {
        "group__slug": world.group.slug,
        "kind": "principles",
        "number": 2,
        "name": name,
    }


def begin(world):
    return {"slug": world.group.slug, "kind": "purpose"}


def figures(**more):
    return lambda world: {"number": world.figures.number, **more}


def held(**more):
    return lambda world: {"number": world.figures.number - 1, **more}


def words(world):
    return dict.fromkeys(ReportWords.TEXTS, "Mine.") | {"seen": 1}


REASON = {"note": "Because."}
#           anonymous outsider observer member secretary colead office hr admin
ALL = "200 200 200 200 200 200 200 200 200"
DRAFT = "302 404 404 404 404 404 200 404 404"
DRAFT_PUBLIC = "404 404 404 404 404 404 200 404 404"
SIGNED = "404 404 404 404 404 404 200 404 404"
NOT_THEIRS = "302 404 404 404 404 404 403 404 404"
NOBODY = "302 403 403 403 403 403 403 403 403"
PREPARES = "302 403 403 403 403 403 200 403 403"
LISTS = "302 404 404 404 404 404 200 404 404"
NO_LEAD = "302 404 404 404 404 404 403 404 404"
WRITES = "302 404 404 404 404 200 404 404 404"
WRITES_POST = "302 404 404 404 404 302 404 404 404"
READS = "302 404 200 200 200 200 200 404 200"
SAVES = "302 404 403 403 403 200 403 404 403"
BEGINS = "302 404 403 403 403 302 403 404 403"

ROWS = [
    Row("reports", ALL),
    Row("report_of_year", ALL, lambda world: {"year": 2019}),
    Row("report", ALL, one(2019), note="public"),
    Row("report", DRAFT_PUBLIC, one(2020), note="draft"),
    Row("report", SIGNED, one(2021), note="signed"),
    Row("report_pdf", ALL, one(2019)),
    Row("report_pdf", DRAFT_PUBLIC, one(2020), note="draft"),
    Row("report_file", ALL, one(2019, figure="cohorts", kind="csv")),
    Row("report_file", DRAFT_PUBLIC, one(2020, figure="cohorts", kind="csv"), note="draft"),
    Row("report_begin", NOBODY),
    Row("report_begin", NOBODY, method="post", data=lambda world: {"year": 2026}),
    Row("report_edit", NOT_THEIRS, one(2020)),
    Row("report_edit", NOT_THEIRS, one(2020), method="post", data=words),
    Row("report_versions", PREPARES.replace("403", "404"), one(2020)),
    Row("annual_report_move", NOT_THEIRS, one(2020, name="sign")),
    Row("public_figures", ALL),
    Row("public_figures_file", ALL, lambda world: {"figure": "cohorts", "kind": "csv"}),
    Row("public_figures_lists", LISTS),
    Row("public_figures_list", LISTS, figures()),
    Row("public_figures_propose", NOBODY),
    Row("public_figures_propose", NOBODY, method="post", data=lambda world: {"keys": ["members"]}),
    Row("public_figures_off", NO_LEAD, held(key="cohorts")),
    Row("public_figures_off", NO_LEAD, held(key="cohorts"), method="post", data=lambda w: REASON),
    Row("public_figures_move", NO_LEAD, figures(name="drop")),
    Row("shared_text", READS, text(1), note="signed"),
    Row("shared_text", WRITES, text(2), note="draft"),
    Row("shared_text_begin", BEGINS, begin, method="post"),
    Row("shared_text_edit", WRITES, text(2)),
    Row(
        "shared_text_edit",
        WRITES_POST,
        text(2),
        method="post",
        data=lambda world: {"body": "Safe.", "seen": 2},
    ),
    Row("shared_text_versions", SAVES, text(1)),
    Row("shared_text_move", WRITES, text_move("sign")),
]


def posted(url, expect, args, name):
    return Row(url, expect, args, method="post", data=lambda world: REASON, note=name)


def report_move(expect, year, name):
    return posted("annual_report_move", expect, one(year, name=name), name)


MOVES = {
    SharedText: {
        name: posted("shared_text_move", WRITES_POST, text_move(name), name)
        for name in ("sign", "drop")
    },
    AnnualReport: {
        "sign": report_move(NOT_THEIRS, 2020, "sign"),
        "reopen": report_move(NO_LEAD, 2021, "reopen"),
        "reopen_decided": report_move(NO_LEAD, 2022, "reopen_decided"),
        "publish": report_move("302 404 404 404 404 404 302 404 404", 2022, "publish"),
        "withdraw": report_move(NOBODY, 2019, "withdraw"),
        "drop": report_move("302 404 404 404 404 404 302 404 404", 2023, "drop"),
    },
    PublicFigures: {"drop": posted("public_figures_move", NO_LEAD, figures(name="drop"), "drop")},
}

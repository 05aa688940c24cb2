"""Which pages are measured, for whom, and about which thing: a few by hand, the rest by walking."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.db.models import Count
from django.urls import resolve
from django.utils import timezone

from apps.conversations.models.conversation import Conversation
from apps.experience.models.batch import Batch
from apps.governance.consultations.models.consultation import Consultation
from apps.insight.figures import TOPICS
from apps.meetings.models.meeting import Meeting
from apps.meetings.models.minutes import Minutes
from apps.recruitment.applications.models.application import Application
from apps.recruitment.vacancies.models.advice import Advice
from apps.reports.models.report import AnnualReport
from apps.taskgroups.models.output import Output
from apps.taskgroups.models.stage import Stage
from tests.test_matrix import ROWS

from .links import Walk

GROUP = "role-design"
BESIDE = "?beside=steering-group"


def _meeting():
    """The newest of the group's meetings that is over and has its minutes."""
    newest = Meeting.objects.filter(group__slug=GROUP, state=Meeting.State.MINUTED)
    return {"pk": newest.latest("starts_at").pk}


def _output():
    """The group's accepted output with a history: two versions and suggestions from both sides."""
    return {"pk": Output.objects.get(title="Peer Support Worker: job description").pk}


def _conversation():
    """The next one to come."""
    return {"pk": Conversation.objects.upcoming().earliest("starts_at").pk}


def _consultation():
    """One that has closed, with as many answers to chart as any."""
    over = Consultation.objects.over().filter(naming="anonymous")
    return {"pk": over.annotate(n=Count("responses")).order_by("-n", "pk").first().pk}


def _stage():
    return {"pk": Stage.objects.first().pk}


def _minutes():
    """The group's newest that are sent round and not yet approved."""
    sent = Minutes.objects.filter(meeting__group__slug=GROUP, state=Minutes.State.CIRCULATED)
    return sent.latest("meeting__starts_at")


def _application(**which):
    made = Application.objects.filter(state=Application.State.SUBMITTED, **which)
    return {"reference": made.earliest("pk").reference}


def _heard():
    """What the group was told last."""
    return {"slug": GROUP, "pk": Batch.objects.told().filter(group__slug=GROUP).first().pk}


def _report(**which):
    """The last of them."""
    one = AnnualReport.objects.filter(**which).first()
    return {"year": one.year, "number": one.number}


def _advice():
    """What was advised on a vacancy and waits for an answer."""
    waits = Advice.objects.filter(answer="").earliest("pk")
    return {"reference": waits.vacancy.reference, "pk": waits.pk}


@dataclass(frozen=True)
class Page:
    """One page, and who looks at it: a demonstration account, or nobody who is signed in."""

    name: str
    url: str
    who: str = "peercolead"
    args: Callable = dict
    query: str = ""


def _topics():
    """A page each, for whoever sees the programme: so a new one is measured as it comes."""
    return tuple(
        Page(f"insight {one.slug}", "insight_topic", "steering", partial(dict, topic=one.slug))
        for one in TOPICS
    )


# These keep to the bounds on time that the benchmark's test has; all others are measured alone.
PAGES = (
    Page("home", "home"),
    Page("groups", "groups"),
    Page("group", "group", args=lambda: {"slug": GROUP}),
    Page("meetings", "meetings"),
    Page("past meetings", "meetings", query="?show=past"),
    Page("meeting", "meeting", args=_meeting),
    Page("minutes", "minutes", args=_meeting),
    Page("actions", "actions"),
    Page("outputs", "outputs"),
    Page("outputs of a group", "outputs", query=f"?group={GROUP}&sort=due"),
    Page("outputs for the programme", "outputs", who="panelpeer"),
    Page("output", "output", args=_output),
    Page("differences", "output_differences", args=_output),
    Page("uptake", "uptake"),
    Page("stages", "stages"),
    Page("reviews", "steering", who="steering"),
    Page("programme board", "programme_board", who="steering"),
    Page("messages", "messages"),
    Page("calendar", "calendar"),
    Page("calendar by month", "calendar", query=f"?month={timezone.localdate():%Y-%m}"),
    Page("people", "people", who="office"),
    Page("invitations", "invitations", who="office"),
    Page("network", "network", who="peer"),
    Page("network members", "network_members", who="peer"),
    Page("pairs", "pairs", who="office"),
    Page("practice register", "practices", who="peer"),
    Page("noticeboard", "board", who="peer"),
    Page("enquiries", "interests", who="office"),
    Page("public practice", "public_practices", who=""),
    Page("take part", "take_part", who=""),
    Page("my claims", "claims", who="peer"),
    Page("claims", "claims_all", who="office"),
    Page("seats", "seats"),
    Page("turns", "turns", who="peer"),
    Page("conversations", "conversations", who=""),
    Page("conversation", "conversation", who="peer", args=_conversation),
    Page("bookings", "bookings", who="office", args=_conversation),
    Page("consultations", "consultations"),
    Page("closed consultations", "consultations", query="?show=closed"),
    Page("public consultations", "consultations", who=""),
    Page("consultation", "consultation", who="office", args=_consultation),
    Page("consultation figures", "consultation_figures", who="office", args=_consultation),
    Page("insight", "insight", who="steering"),
    *_topics(),
    Page("recruitment for HR", "insight_topic", "hr", partial(dict, topic="recruitment")),
    Page("insight of a group", "insight_group", args=partial(dict, slug=GROUP)),
    Page("insight beside a group", "insight_group", "steering", partial(dict, slug=GROUP), BESIDE),
    Page(
        "trend", "insight_topic_trend", "steering", partial(dict, topic="balance", figure="members")
    ),
    Page(
        "trend of a group", "insight_group_trend", args=partial(dict, slug=GROUP, figure="members")
    ),
    Page("what a group was told", "group_heard", args=partial(dict, slug=GROUP)),
    Page("what was heard", "heard", args=_heard),
    Page("reports", "reports", who="steering"),
    Page("report", "report", who="", args=partial(_report, state="published")),
    Page("report for who prepares it", "report", "steering", partial(_report, state="published")),
    Page("draft of a report", "report", "steering", partial(_report, state="drafting")),
    Page("writing a report", "report_edit", "steering", partial(_report, state="drafting")),
    Page("saves of a report", "report_versions", "office", partial(_report, state="drafting")),
    Page("public figures", "public_figures", who=""),
    Page("lists of public figures", "public_figures_lists", who="steering"),
    Page("proposing public figures", "public_figures_propose", who="steering"),
    Page("search for a word of some", "search", query="?q=description"),
    Page("search for a word of a tenth", "search", who="office", query="?q=come"),
    Page("search for a word of a fifth", "search", who="peer", query="?q=agree"),
    Page("search of a kind", "search", who="candidate", query="?q=agree&kind=decision&page=2"),
    Page("search with a near miss", "search", who="steering", query="?q=meetng"),
    Page("search like many titles", "search", who="peer", query="?q=suggestin"),
    Page("front page", "home", who=""),
    Page("sign-in page", "account_login", who=""),
)

# Found late on a walk, or not: so they are said here.
FURTHER = (
    Page("stage_change", "stage_change", who="office", args=_stage),
    Page("stage_remove", "stage_remove", who="office", args=_stage),
    Page("minutes_approve", "minutes_approve", args=lambda: {"pk": _minutes().meeting_id}),
    Page("minutes_move", "minutes_move", args=lambda: {"pk": _minutes().pk, "name": "revise"}),
    Page("advice_answer", "advice_answer", who="peer", args=_advice),
    Page(
        "application_monitoring",
        "application_monitoring",
        who="candidate",
        args=lambda: _application(candidate__email="candidate@demo.example"),
    ),
    Page(
        "adjustments_asked",
        "adjustments_asked",
        who="office",
        args=lambda: _application(adjustments__gt=""),
    ),
)

# --- left out -----------------------------------------------------------------------------------
NOT_THERE = "nothing in the demonstration stands where an account of its own could open this page"
DRAFT = "only for a draft, and the candidate who signs in has sent theirs"
KEY = "opened with a key that stands in a message and nowhere else"
FILE = "a file, and the demonstration uploads none of its kind"
MOVED = "an old address that leads on"
SECOND_FACTOR = "about a second factor, which the demonstration's accounts do without"
LEFT_OUT = {
    "account_set_password": NOT_THERE,
    "address_change": NOT_THERE,
    "address_change_move": NOT_THERE,
    "application_about": DRAFT,
    "application_answer": DRAFT,
    "application_check": DRAFT,
    "application_jobs": DRAFT,
    "application_jobs_add": DRAFT,
    "application_jobs_change": DRAFT,
    "application_referees": DRAFT,
    "application_referees_add": DRAFT,
    "application_referees_change": DRAFT,
    "application_support": DRAFT,
    "application_survey": NOT_THERE,
    "arrangements": NOT_THERE,
    "booking": KEY,
    "calendar_feed": KEY,
    "change_answer": NOT_THERE,
    "coding": NOT_THERE,
    "consultation_about": NOT_THERE,
    "consultation_edit": NOT_THERE,
    "consultation_outcome": NOT_THERE,
    "consultation_people": NOT_THERE,
    "consultation_questions": NOT_THERE,
    "conversation_arrange": NOT_THERE,
    "conversation_asked": KEY,
    "conversation_feedback": KEY,
    "conversation_report": NOT_THERE,
    "conversation_sign_in": NOT_THERE,
    "conversation_write_up": NOT_THERE,
    "correction_move": NOT_THERE,
    "criterion": NOT_THERE,
    "data_copy": FILE,
    "decision_confirm": NOT_THERE,
    "decision_entry": NOT_THERE,
    "decision_move": NOT_THERE,
    "finding_by_link": KEY,
    "format_file": FILE,
    "group_side": NOT_THERE,
    "how_it_was_by_link": KEY,
    "interviews_release": NOT_THERE,
    "invitation": NOT_THERE,
    "message": NOT_THERE,
    "mfa_activate_totp": SECOND_FACTOR,
    "mfa_add_webauthn": SECOND_FACTOR,
    "mfa_generate_recovery_codes": SECOND_FACTOR,
    "mfa_reauthenticate": SECOND_FACTOR,
    "minutes_edit": NOT_THERE,
    "moderate": NOT_THERE,
    "outcome_decide": NOT_THERE,
    "outcome_feedback": NOT_THERE,
    "outcome_publish": NOT_THERE,
    "outcome_told": NOT_THERE,
    "output_file_remove": FILE,
    "paper": FILE,
    "paper_remove": FILE,
    "person_reopen": NOT_THERE,
    "person_second_factor": SECOND_FACTOR,
    "photo_consent_add": NOT_THERE,
    "photo_consent_move": NOT_THERE,
    "photograph": FILE,
    "photograph_add": NOT_THERE,
    "photograph_remove": FILE,
    "photographs": NOT_THERE,
    "post_change": NOT_THERE,
    "post_reports": NOT_THERE,
    "public_figures_move": NOT_THERE,
    "question": NOT_THERE,
    "question_add": NOT_THERE,
    "reauthenticate_by_code": SECOND_FACTOR,
    "reply_by_link": KEY,
    "register_change_move": NOT_THERE,
    "report_move": NOT_THERE,
    "review_decide": NOT_THERE,
    "role_change": NOT_THERE,
    "role_change_move": NOT_THERE,
    "search_open": "it leads on to what was found",
    "seat_move": NOT_THERE,
    "section": NOT_THERE,
    "section_add": NOT_THERE,
    "settle_codings": NOT_THERE,
    "shared_text_edit": NOT_THERE,
    "shared_text_move": NOT_THERE,
    "side_change": NOT_THERE,
    "side_change_move": NOT_THERE,
    "still_here": "asked by a script, and no page",
    "suggestion_object": NOT_THERE,
    "supersede_take_back": NOT_THERE,
    "support_profile_of": NOT_THERE,
    "unsubscribe": KEY,
    "vacancy_approve": NOT_THERE,
    "who_stays": MOVED,
}


# --- all of them --------------------------------------------------------------------------------
def wanted():
    """The names of all addresses that show somebody a page, as the permission matrix says."""
    shown = {row.name for row in ROWS if row.method == "get" and 200 in row.statuses().values()}
    return shown - LEFT_OUT.keys() - {page.url for page in (*PAGES, *FURTHER)}


def walk():
    return Walk(wanted(), LEFT_OUT)


def all_pages(opened):
    """The pages chosen by hand, and each other address as it was first opened on a walk."""
    pages = {page.url for page in (*PAGES, *FURTHER)}
    found = {}
    for one in opened:
        if one.status == 200 and one.name not in pages and one.name not in found:
            args = partial(dict, resolve(one.path).kwargs)
            found[one.name] = Page(one.name, one.name, one.who, args)
    return [*PAGES, *FURTHER, *(found[name] for name in sorted(found))]

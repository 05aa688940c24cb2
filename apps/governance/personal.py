"""What governance holds about people, and how long."""

from django.urls import reverse

from apps.core.personal import (
    DELETE,
    NAMED,
    Consent,
    Identity,
    consents,
    erasure_waits,
    nobodys,
    personal,
    retention,
)

from .erasure import held_things
from .models import (
    Analysis,
    Coding,
    Consultation,
    DataExport,
    DataRequest,
    Declaration,
    DeclaredInterest,
    Document,
    DocumentFormat,
    DocumentVersion,
    Extension,
    FormatFile,
    Hold,
    Participation,
    PublicDecision,
    Question,
    Reading,
    Response,
    RetentionRun,
    Section,
    Supersession,
    Theme,
)
from .models.response import digest, new_code, shuffle

personal(Supersession, "That you noted which decision replaces which", mentions=("by",), why=NAMED)
personal(
    PublicDecision,
    "Decisions that you made public",
    mentions=("by",),
    why=NAMED,
)

# --- consultations ------------------------------------------------------------------------------
nobodys("What a consultation asks.", Section, Question)
nobodys("Which groups a consultation asks.", Consultation.groups.through)
personal(
    Consultation,
    "Consultations that you began",
    mentions=("created_by",),
    why=NAMED,
)
personal(
    Consultation.people.through,
    "Consultations that you are asked in",
    about=("user",),
    why="Who was asked says how far an answer counts.",
)
personal(Extension, "Consultations that you extended", mentions=("by",), why=NAMED)
personal(
    Participation,
    "That you answered a consultation",
    about=("user",),
    why="How many answered stays countable. What you answered without a name cannot be found.",
)


def _without_a_name(rows, user):
    """What was sent stays, as nobody's; in no order that tells whose it was. Drafts go."""
    asked = list(rows.order_by().values_list("consultation", flat=True).distinct())
    consultations = Consultation.objects.filter(pk__in=asked).order_by("pk")
    # Held as long as rows are rewritten, so that nobody's response comes in between and is lost.
    consultations = list(consultations.select_for_update(of=("self",), no_key=True))
    rows.filter(sent=False).delete()
    identity = Identity.of(user)
    for response in rows.filter(sent=True):
        response.answers = identity.replaced(response.answers, "somebody")
        # A code that nobody has, as all other nameless responses have one: it would stand out.
        response.user, response.code_hash = None, digest(new_code())
        response.save(update_fields=["user", "code_hash", "answers"])
    for consultation in consultations:
        shuffle(consultation)


personal(
    Response,
    "What you answered by name",
    about=("user",),
    hide=("code_hash",),
    erase=_without_a_name,
    scrub=("given_name",),
    why="Sent answers stay without your name; drafts go.",
)
nobodys("What people said, and what a group answers; nobody is in it.", Theme, Coding)
personal(
    Analysis,
    "Consultations whose answers you sorted",
    mentions=("first", "second"),
    why=NAMED,
)
personal(
    Reading,
    "How you sorted answers",
    mentions=("coder",),
    why="What came of a consultation rests on it.",
)
retention(
    "response-drafts",
    Response,
    what="Answers to a consultation that were begun and never sent",
    why="In case it is opened again for longer.",
    since="the consultation closes",
    days="RESPONSE_DRAFT_KEEP_DAYS",
    rows=lambda cutoff: Response.objects.filter(sent=False, consultation__closes_at__lt=cutoff),
)

# --- documents ------------------------------------------------------------------------------------
nobodys("Texts that the trust goes by; no person is in them.", DocumentVersion)
personal(Document, "Documents that you began", mentions=("created_by",), why=NAMED)
personal(
    DocumentFormat,
    "Other formats of documents",
    why="Who asked is a list apart, and goes.",
)
personal(
    DocumentFormat.asked_by.through,
    "Formats that you asked for",
    about=("user",),
    erase=DELETE,
)
personal(
    FormatFile,
    "Files of formats that you added",
    about=("uploaded_by",),
    files=("file",),
    why="It belongs to the document.",
)

# --- interests ------------------------------------------------------------------------------------
personal(
    DeclaredInterest,
    "Interests that you declared",
    about=("user",),
    erase={"text": "Removed.", "is_public": False},
    why="The words go; that something was declared stays, for the decisions it bore on.",
)
personal(
    Declaration,
    "When you declared your interests",
    about=("user",),
    why="Decisions rest on who had declared.",
)
retention(
    "interests",
    DeclaredInterest,
    what="Interests that no longer hold",
    why="As NHS England advises for registers of interests.",
    since="it ended",
    days="INTEREST_DECLARED_KEEP_DAYS",
    rows=lambda cutoff: DeclaredInterest.objects.filter(ended_at__lt=cutoff),
)


@consents
def public_interests(user):
    """What one agreed to show to everybody with one's name."""
    for one in DeclaredInterest.objects.filter(user=user, is_public=True, ended_at=None):
        yield Consent(
            f"An interest, shown to everybody with your name: {one.get_kind_display()}",
            one.added_at,
            reverse("my_interests"),
        )


# --- data rights --------------------------------------------------------------------------------
nobodys("Counts.", RetentionRun)
personal(
    DataExport,
    "Copies of your data",
    about=("user",),
    hide=("file", "claimed_at"),
    erase=lambda rows, user: _discard(rows),
    why="Deleted, with their files.",
)
personal(
    DataRequest,
    "What you asked about your data",
    about=("person",),
    mentions=("recorded_by", "settled_by"),
    erase={"words": "", "answer": ""},
    why="The words go; that and when it was asked and answered stays, to show that it was.",
)
personal(
    Hold,
    "Holds on your data",
    about=("person",),
    mentions=("placed_by",),
    scrub=("reason",),
    why="It says why a deletion had to wait.",
)


@erasure_waits
def held(user):
    """A complaint, a claim at law: nothing goes before that is over."""
    if Hold.objects.in_force().filter(person=user).exists():
        yield "A hold is on their data. It must be lifted first."
    yield from held_things(Identity.of(user), lambda held: held.rows(user))


retention(
    "exports",
    DataExport,
    what="The copy of one's data that somebody asked for",
    why="Long enough to download it; it should not lie about.",
    since="it was asked for",
    days="DATA_EXPORT_KEEP_DAYS",
    rows=lambda cutoff: DataExport.objects.filter(asked_at__lt=cutoff),
    act=lambda rows: _discard(rows),
)
retention(
    "data-requests",
    DataRequest,
    what="Requests about one's data that were answered",
    why="To show that they were answered in time.",
    since="the answer",
    days="DATA_REQUEST_KEEP_DAYS",
    rows=lambda cutoff: DataRequest.objects.exclude(state__in=DataRequest.OPEN).filter(
        settled_at__lt=cutoff
    ),
)
retention(
    "retention-runs",
    RetentionRun,
    what="Counts of what was deleted at night",
    why="To see that it happens.",
    since="the night",
    days="RETENTION_RUN_KEEP_DAYS",
    rows=lambda cutoff: RetentionRun.objects.filter(started_at__lt=cutoff),
)


def _discard(rows):
    DataExport.objects.filter(pk__in=rows.values("pk")).discard()

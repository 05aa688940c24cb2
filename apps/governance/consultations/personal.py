"""What is held about people: consultations."""

from apps.core.personal import NAMED, Identity, nobodys, personal, retention

from .models.consultation import Consultation, Extension, Question, Section
from .models.response import Participation, Response, digest, new_code, shuffle

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
retention(
    "response-drafts",
    Response,
    what="Answers to a consultation that were begun and never sent",
    why="In case it is opened again for longer.",
    since="the consultation closes",
    days="RESPONSE_DRAFT_KEEP_DAYS",
    rows=lambda cutoff: Response.objects.filter(sent=False, consultation__closes_at__lt=cutoff),
)

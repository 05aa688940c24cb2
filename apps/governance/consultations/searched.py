"""Consultations: what is asked."""

from apps.core.searching import Told, searched, unsearched

from .models.consultation import Consultation, Extension, Question, Section
from .models.response import Participation, Response


@searched(
    "consultation",
    "Consultations",
    Consultation,
    texts=("title", "summary", "easy_read", "body"),
    parts=((Section, "consultation"), (Question, "consultation")),
    prefetch=("sections", "questions"),
)
def consultation(one):
    parts = [f"{section.title} {section.text}" for section in one.sections.all()]
    asked = [
        " ".join([question.text, question.help, *question.options])
        for question in one.questions.all()
    ]
    return Told(
        title=one.title,
        body=[one.summary, one.body, one.easy_read, *parts, *asked],
        group=one.group_id,
        on=one.closes_at,
        state=one.phase,
        again_at=one.closes_at if one.is_running else None,
        url=one.get_absolute_url(),
    )


unsearched("What people answered; without a name, it stays without one.", Response, Participation)
unsearched("It stands on the consultation's page.", Extension)

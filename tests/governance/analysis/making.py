"""Consultations that are over, with answers to sort; made as the site makes them."""

from apps.governance.analysis.models import Analysis, Theme
from apps.governance.consultations.models.response import Response, new_code, receive
from tests import factories as make


def asked(group, words, *, questions=("text",), people=(), end=True, **fields):
    """A consultation with one response for each of the words, closed unless told otherwise.

    ``people`` are whose they are, in the order of the words; the others have no account.
    """
    made = make.consultation(
        group, questions=list(questions), naming=fields.pop("naming", "anonymous"), **fields
    )
    question = made.questions.get(kind="text")
    for place, text in enumerate(words):
        person = people[place] if place < len(people) else None
        named = made.is_named and person
        receive(
            made,
            {question.key: text} if text else {},
            whose=person,
            user=person if named else None,
            code="" if named else new_code(),
        )
    if end:
        make.end_consultation(made)
    return made


def coders(group):
    """Two members of the group beside its co-leads."""
    people = [make.UserFactory(), make.StaffFactory()]
    for person in people:
        make.appoint(group, person)
    return people


def analysis(consultation, *names, people=None):
    """An analysis with its two coders and themes of these names."""
    lead = make.leads(consultation.group)[0]
    made = Analysis.of(consultation, by=lead)
    first, second = people or coders(consultation.group)
    made.name_coders(first, second, by=lead)
    for name in names:
        Theme.add(made, by=lead, title=name)
    return made


def code(made, coder, chosen, *, finish=True):
    """What a coder says of each answer: {text: [theme titles], or a reason to set it aside}."""
    themes = {theme.title: theme.pk for theme in made.themes.all()}
    for question in made.questions():
        entries = {}
        for pk, answers in made.answers(question).values_list("pk", "answers"):
            said = chosen[answers[question.key]]
            entries[pk] = (
                ([], said) if isinstance(said, str) else ([themes[one] for one in said], "")
            )
        made.code(question, entries, by=coder)
    if finish:
        made.finish(by=coder)


def answered(made, *, did="did_not", **more):
    """Every theme answered in the same way."""
    lead = make.leads(made.consultation.group)[0]
    for theme in made.themes.all():
        theme.reply(by=lead, answer=did, because="We had no room.", **more)


def published(group, words=None, **fields):
    """A consultation with an outcome that everybody may read."""
    words = words or [f"More light, please {number}" for number in range(6)]
    consultation = asked(group, words, **fields)
    made = analysis(consultation, "Light")
    for coder in (made.first, made.second):
        code(made, coder, {one: ["Light"] for one in words})
    answered(made)
    made.publish(by=make.leads(group)[0], summary="We heard you.")
    consultation.refresh_from_db()
    return consultation


def every_answer():
    return Response.objects.values_list("answers", flat=True)

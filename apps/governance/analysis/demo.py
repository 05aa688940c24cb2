"""Answers in the demonstration: one consultation half sorted, one answered and published."""

from django.urls import reverse

from apps.accounts.models.people import Constituency
from apps.notifications.silence import silence

from ..consultations.models.consultation import Consultation
from .models import Analysis, Theme, may_code

# Theme, what belongs to it, words by which the first and the second coder know it.
BUDDIES = (
    (
        "Time set aside for it",
        "Buddies and new colleagues need hours in the diary.",
        ("half an hour", "time", "every week"),
        ("half an hour", "on top"),
    ),
    (
        "Who is a buddy, and who chooses",
        "Choice, training, somebody from elsewhere.",
        ("choose", "another team", "train", "new not long"),
        ("choose", "another team", "train"),
    ),
    (
        "Keeping confidences",
        "What is said to a buddy stays there.",
        ("stay with", "watched", "know when"),
        ("stay with", "know when"),
    ),
    (
        "The first days",
        "Before and on the first day.",
        ("first day", "first team", "lunch", "week before"),
        ("first day", "week before"),
    ),
)
PAYING = (
    (
        "Pay sooner",
        "How long people waited.",
        ("day", "weeks", "waiting"),
        ("thirty days", "weeks", "waiting"),
        "partly",
        "Fares are paid on the day from now on. The rest still takes up to thirty days, as "
        "the trust's payroll runs once a month.",
    ),
    (
        "Say beforehand what is paid",
        "Rates, and that people are paid at all.",
        ("did not know", "rates", "invitation"),
        ("did not know", "rates", "invitation"),
        "did",
        "Every invitation now says what is paid. The rates are in the policy, which everybody "
        "can read.",
    ),
    (
        "Help with benefits",
        "Somebody who knows, by name.",
        ("benefits",),
        ("benefits",),
        "acted",
        "There is somebody to call, and their number is on the form.",
    ),
    (
        "Vouchers and gifts instead of money",
        "Other ways than money.",
        ("vouchers", "walking group", "give my time"),
        ("vouchers", "walking group"),
        "did_not",
        "People asked us for both. We pay money to whoever wants it, and you can always "
        "say no. Giving it on is up to you.",
    ),
)


def load(world):
    with silence():
        _half(world)
        _published(world)
    world.goto(world.today)


def _begun(world, title, by, themes):
    consultation = Consultation.objects.get(title=title)
    analysis = Analysis.of(consultation, by=by)
    people = list(may_code(consultation.group).exclude(pk=by.pk))
    lived = next(one for one in people if one.constituency == Constituency.LIVED_EXPERIENCE)
    staff = next(one for one in people if one.constituency == Constituency.STAFF)
    analysis.name_coders(lived, staff, by=by)
    for name, description, *_ in themes:
        Theme.add(analysis, by=by, title=name, description=description)
    return analysis


def _code(analysis, coder, themes, column, *, share=1):
    """By the words in the answers: the two do not know quite the same ones."""
    pks = dict(analysis.themes.values_list("title", "pk"))
    for question in analysis.questions():
        answers = list(analysis.answers(question).values_list("pk", "answers"))
        entries = {}
        for pk, said in answers[: int(len(answers) * share)]:
            text = said[question.key].lower()
            chosen = [
                pks[theme[0]] for theme in themes if any(one in text for one in theme[column])
            ]
            entries[pk] = (chosen, "" if chosen else "It belongs to none of the themes")
        analysis.code(question, entries, by=coder)


def _half(world):
    """One coder has finished, the other is half-way."""
    by = world.person["peercolead"]
    world.goto(world.ago(20), 11)
    analysis = _begun(world, "A buddy for every new colleague", by, BUDDIES)
    world.goto(world.ago(10), 16)
    _code(analysis, analysis.first, BUDDIES, 2)
    analysis.finish(by=analysis.first)
    world.goto(world.ago(3), 10)
    _code(analysis, analysis.second, BUDDIES, 3, share=0.5)


def _published(world):
    """Sorted by both, settled, answered and published two months ago."""
    by = world.person["office"]
    world.goto(world.ago(110), 11)
    analysis = _begun(world, "How we pay for your time", by, PAYING)
    for coder, column, days in ((analysis.first, 2, 100), (analysis.second, 3, 96)):
        world.goto(world.ago(days), 15)
        _code(analysis, coder, PAYING, column)
        analysis.finish(by=coder)
    world.goto(world.ago(90), 14)
    chosen = analysis.chosen_by(analysis.first)
    questions = {question.pk: question for question in analysis.questions()}
    for one in analysis.unsettled():
        themes = sorted(chosen[one.response_id, one.question_id])
        entry = (themes, "" if themes else one.reason)
        analysis.settle(questions[one.question_id], {one.response_id: entry}, by=by)
    policy = world.documents["paying"].latest
    world.goto(world.ago(62), 10)
    for theme, (_, _, _, _, answer, because) in zip(analysis.themes.all(), PAYING, strict=True):
        made = policy if answer in Theme.IN_WORDS else None
        address = reverse("claims") if answer == Theme.Answer.ACTED else ""
        theme.reply(by=by, answer=answer, because=because, made=made, address=address)
    analysis.publish(
        by=by,
        summary="You told us that the money is fair and the waiting is not, and that many did not "
        "know that they would be paid. We pay fares on the day, and every invitation says what is "
        "paid.",
    )

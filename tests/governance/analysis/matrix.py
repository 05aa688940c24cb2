"""Coding, answering and publishing; who takes the responses away."""

from tests import factories as make
from tests.matrix import Row

from .making import analysis, asked, published

MOVES = {}
WORDS = [f"More light {number}" for number in range(6)]


def populate(world):
    lead = world.actors["colead"]
    world.said = asked(world.group, WORDS, by=lead, title="Said")
    coders = [world.actors["member"], world.staff_lead]
    world.analysis = analysis(world.said, "Light", "Dark", people=coders)
    world.theme = world.analysis.themes.first()
    world.free_theme = world.analysis.themes.last()
    world.text_question = world.said.questions.get()
    world.outcome = published(world.group, by=lead, title="Published")
    world.inside = published(
        world.group, by=lead, title="Inside", audience="groups", groups=[world.group]
    )
    world.other = make.UserFactory()
    make.appoint(world.group, world.other)


def of(name):
    return lambda world: {"pk": getattr(world, name).pk}


def theme(world):
    return {"pk": world.said.pk, "theme": world.theme.pk}


def free_theme(world):
    return {"pk": world.said.pk, "theme": world.free_theme.pk}


def question(world):
    return {"pk": world.said.pk, "question": world.text_question.pk}


def two(world):
    return {"first": world.actors["member"].pk, "second": world.other.pk}


TITLE = {"title": "Quiet rooms"}
REPLY = {"answer": "did_not", "because": "No room."}
#       anonymous outsider observer member secretary colead office hr admin
RUNS = "302 403 403 403 200 200 200 403 403"
WORKS = "302 403 403 200 200 200 200 403 403"
CODES = "302 403 403 200 403 403 403 403 403"
ALL = "200 200 200 200 200 200 200 200 200"


def post(statuses):
    return statuses.replace("200", "302")


ROWS = [
    Row("analysis", WORKS, of("said")),
    Row("analysis", "302 403 403 403 409 409 409 403 403", of("ask_public"), note="open"),
    Row("coders", RUNS, of("said")),
    Row("coders", post(RUNS), of("said"), method="post", data=two),
    Row("theme_add", WORKS, of("said")),
    Row("theme_add", post(WORKS), of("said"), method="post", data=lambda world: TITLE),
    Row("theme_change", WORKS, theme),
    Row("theme_change", post(WORKS), theme, method="post", data=lambda world: TITLE),
    Row("theme_remove", post(WORKS), free_theme, method="post"),
    Row("theme_answer", RUNS, theme),
    Row("theme_answer", post(RUNS), theme, method="post", data=lambda world: REPLY),
    Row("coding", CODES, question),
    Row("coding", post(CODES), question, method="post"),
    Row(
        "coding_finish",
        "302 403 403 422 403 403 403 403 403",
        of("said"),
        method="post",
        note="nothing is coded",
    ),
    Row("settle_codings", WORKS, of("said")),
    Row("settle_codings", post(WORKS), of("said"), method="post"),
    Row("outcome_publish", RUNS, of("said")),
    Row(
        "outcome_publish",
        RUNS.replace("200", "422"),
        of("said"),
        method="post",
        data=lambda world: {"summary": "We heard."},
        note="themes are not answered",
    ),
    Row("consultation_outcome", ALL, of("outcome"), note="public"),
    Row(
        "consultation_outcome", "404 404 200 200 200 200 200 404 200", of("inside"), note="a group"
    ),
    Row("consultation_outcome", ALL.replace("200", "404"), of("said"), note="not published"),
    Row("responses_csv", RUNS, of("said"), again=True),
    Row("responses_xlsx", RUNS, of("said"), again=True),
]

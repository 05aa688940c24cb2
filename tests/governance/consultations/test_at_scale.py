"""Two hundred consultations with five hundred responses each: the pages of those who run one, and
its files, ask and hold as much as they do for a few; reminders go to whom they should."""

import tracemalloc
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models.people import User
from apps.governance.analysis.models import Coding, Reading
from apps.governance.consultations.models.consultation import Consultation, Question
from apps.governance.consultations.models.response import Participation, Response
from apps.groups.models import Membership
from apps.groups.roles import Role
from apps.notifications.models import Channel, Delivery
from apps.notifications.planning import plan
from tests import factories as make
from tests.factories import just_shown
from tests.scale import analyze

from ..analysis.making import analysis, asked, code

pytestmark = [pytest.mark.django_db, pytest.mark.differs]

CONSULTATIONS, RESPONSES = 200, 500


@pytest.fixture
def group():
    return make.working_group(name="Role design")


@pytest.fixture
def sorting(group):
    """A consultation that is over, with a few answers to sort."""
    words = [f"Light {n}" for n in range(6)]
    made = analysis(asked(group, words, questions=("text", "agree")), "Light", "Quiet")
    code(made, made.first, {word: ["Light"] for word in words}, finish=False)
    return made


def in_bulk(model, rows):
    return model.objects.bulk_create(rows, batch_size=2000)


def respond(made, questions, number):
    """So many responses of about 200 words; whose they are is nobody's."""
    text, agree = (questions[kind].key for kind in ("text", "agree"))
    return [
        Response(
            consultation=made,
            sent=True,
            code_hash=f"{made.pk}-{n}",
            answers={text: f"{n} more light " * 66, agree: n % 5 + 1},
        )
        for n in range(number)
    ]


def kinds(made):
    return {question.kind: question for question in made.questions.all()}


def many(sorting, group):
    """199 other consultations, and 500 responses to each and to this one, half of it sorted."""
    mine = sorting.consultation
    others = in_bulk(
        Consultation,
        [
            Consultation(
                group=group,
                title=f"Another {n}",
                summary="Tell us.",
                state=mine.state,
                audience=mine.audience,
                naming=mine.naming,
                opens_at=mine.opens_at,
                closes_at=mine.closes_at,
                created_by=mine.created_by,
            )
            for n in range(CONSULTATIONS - 1)
        ],
    )
    in_bulk(
        Question,
        [
            Question(consultation=one, kind=kind, text="What?")
            for one in others
            for kind in ("text", "agree")
        ],
    )
    theirs = {one.pk: {} for one in others}
    for question in Question.objects.filter(consultation__in=others):
        theirs[question.consultation_id][question.kind] = question
    here = in_bulk(Response, respond(mine, kinds(mine), RESPONSES))
    for one in others:
        in_bulk(Response, respond(one, theirs[one.pk], RESPONSES))
    themes = list(sorting.themes.all())
    readings = in_bulk(
        Reading,
        [
            Reading(analysis=sorting, response=response, question=kinds(mine)["text"], coder=coder)
            for coder in (sorting.first, sorting.second)
            for response in here[: RESPONSES // 2]
        ],
    )
    in_bulk(
        Coding, [Coding(reading=reading, theme=themes[n % 2]) for n, reading in enumerate(readings)]
    )


@pytest.mark.usefixtures("at_one_moment")
def test_pages_and_files_among_a_hundred_thousand_responses(client, group, sorting):
    mine, lead = sorting.consultation, make.leads(group)[0]
    text = kinds(mine)["text"]
    pages = [
        (lead, reverse("consultations") + "?show=closed"),
        (lead, mine.get_absolute_url()),
        (lead, reverse("consultation_figures", args=[mine.pk])),
        (lead, sorting.get_absolute_url()),
        (sorting.first, reverse("coding", args=[mine.pk, text.pk])),
        (lead, reverse("responses_csv", args=[mine.pk])),
        (lead, reverse("responses_xlsx", args=[mine.pk])),
    ]

    def costs():
        found = {}
        for person, url in pages:
            client.force_login(person, "apps.accounts.backends.SignIn")
            just_shown(client)
            list(client.get(url))  # what is asked once and remembered
            tracemalloc.start()
            with CaptureQueriesContext(connection) as captured:
                answer = client.get(url)
                assert answer.status_code == 200
                size = sum(map(len, answer)) if answer.streaming else 0
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            found[url] = (len(captured), peak, size)
        return found

    few = costs()
    many(sorting, group)
    analyze()
    assert Response.objects.count() == CONSULTATIONS * RESPONSES + 6
    for url, (queries, peak, size) in costs().items():
        assert queries == few[url][0] <= 20, url
        assert peak < 20_000_000, url
        assert ".csv" not in url or size > RESPONSES * 66 * len("more light ")


def test_of_five_hundred_exactly_those_who_have_not_answered_are_reminded(group):
    made = make.consultation(group, audience="groups", groups=[group])
    people = in_bulk(
        User,
        [
            User(
                full_name=f"Person {n}",
                email=f"many{n}@test.example",
                constituency="staff",
                password=make_password(None),
            )
            for n in range(RESPONSES)
        ],
    )
    in_bulk(
        Membership,
        [
            Membership(group=group, user=one, role=Role.MEMBER, starts=timezone.localdate())
            for one in people
        ],
    )
    in_bulk(Participation, [Participation(consultation=made, user=one) for one in people[::2]])
    now = timezone.now()
    Consultation.objects.filter(pk=made.pk).update(
        opens_at=now - timedelta(days=20), closes_at=now + timedelta(hours=12)
    )
    plan()
    reminded = Delivery.objects.filter(
        occurrence__rule__kind="governance.closing", channel=Channel.EMAIL
    ).exclude(status="void")
    silent = {one.pk for one in (*people[1::2], *make.leads(group))}
    assert set(reminded.values_list("recipient", flat=True)) == silent

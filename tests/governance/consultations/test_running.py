"""Running a consultation: writing it, giving longer, the figures, who is reminded."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models.people import Constituency
from apps.core.disclosure import hidden
from apps.core.exceptions import Conflict, IllegalMove, NotYet
from apps.core.needs import needs_of
from apps.governance.consultations import figures
from apps.governance.consultations.models.consultation import Consultation
from apps.governance.consultations.models.response import Participation, Response, new_code, receive
from apps.governance.consultations.tasks import tidy_consultations
from apps.groups.roles import Role
from apps.notifications.models import Channel, Delivery
from apps.notifications.planning import plan
from apps.notifications.sending import send
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def group():
    return make.working_group()


@pytest.fixture
def lead(group):
    return make.leads(group)[0]


@pytest.fixture
def signed_in(client, lead):
    client.force_login(lead, "apps.accounts.backends.SignIn")
    return client


def member(group, **fields):
    person = make.UserFactory(**fields)
    make.appoint(group, person, Role.MEMBER)
    return person


# --- writing -------------------------------------------------------------------------------------
def test_a_consultation_is_written_with_headings_and_questions_and_opened(signed_in, group, lead):
    page = signed_in.post(
        reverse("consultation_new"),
        {
            "group": group.pk,
            "title": "Tea or coffee?",
            "summary": "We choose.",
            "naming": "named",
            "audience": "groups",
            "groups": [group.pk],
            "closing_day_day": "1",
            "closing_day_month": "July",
            "closing_day_year": "2099",
            "closing_time": "5pm",
        },
    )
    made = Consultation.objects.get()
    assert page.url == reverse("consultation_questions", args=[made.pk])
    assert made.closes_at.isoformat() == "2099-07-01T16:00:00+00:00"
    signed_in.post(reverse("section_add", args=[made.pk]), {"title": "Drinks"})
    section = made.sections.get()
    for kind, lines in (("single", "Tea\n\n Coffee "), ("text", "")):
        signed_in.post(
            reverse("question_add", args=[made.pk]),
            {"kind": kind, "text": f"About {kind}", "lines": lines, "section": section.pk},
        )
    first, second = made.questions.all()
    assert first.options == ["Tea", "Coffee"]
    signed_in.post(reverse("question_act", args=[made.pk, second.pk, "up"]))
    assert [one.kind for _, part in made.outline() for one in part] == ["text", "single"]
    page = signed_in.get(reverse("consultation_preview", args=[made.pk])).content.decode()
    assert page.index("1. About text") < page.index("2. About single")
    assert "Nothing that you choose here is kept" in page
    made.move("open", by=lead)
    assert made.is_running


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"kind": "single", "lines": "One"}, "Give at least two answers to choose from."),
        ({"kind": "multiple", "lines": "Tea\ntea"}, "Two of the answers are the same."),
        ({"kind": "text", "text": ""}, "Enter the question."),
    ],
    ids=["one answer", "the same twice", "no words"],
)
def test_a_question_that_cannot_be_answered_is_not_taken(signed_in, group, data, words):
    draft = make.consultation(group, to="draft", questions=[])
    page = signed_in.post(reverse("question_add", args=[draft.pk]), {"text": "Which?"} | data)
    assert page.status_code == 422
    assert words in page.content.decode()
    assert not draft.questions.exists()


def test_questions_are_frozen_once_it_is_open(signed_in, group):
    asked = make.consultation(group)
    question = asked.questions.first()
    for address in (
        reverse("question", args=[asked.pk, question.pk]),
        reverse("question_act", args=[asked.pk, question.pk, "delete"]),
        reverse("question_add", args=[asked.pk]),
        reverse("section_add", args=[asked.pk]),
    ):
        data = {"kind": "text", "text": "Changed?", "title": "Changed"}
        assert signed_in.post(address, data).status_code == 409, address
    assert asked.questions.count() == 5
    question.refresh_from_db()
    assert question.text == "What about text?"


def test_the_second_to_save_loses_nothing(signed_in, group):
    draft = make.consultation(group, to="draft")
    address = reverse("consultation_edit", args=[draft.pk])
    data = {"title": "Mine", "naming": "named", "audience": "public", "seen": draft.revision}
    assert signed_in.post(address, data).status_code == 302
    page = signed_in.post(address, data | {"title": "Mine as well"})
    assert page.status_code == 422
    assert "Mine as well" in page.content.decode()
    assert "saved again while you were writing" in page.content.decode()
    draft.refresh_from_db()
    assert draft.title == "Mine"


def test_it_is_open_for_the_least_number_of_days(group, lead, settings):
    settings.CONSULTATION_MINIMUM_DAYS = 14
    for days, opens in ((13, False), (14, True)):
        closes_at = timezone.now() + timedelta(days=days)
        draft = make.consultation(group, to="draft", closes_at=closes_at)
        if opens:
            draft.move("open", by=lead)
        else:
            with pytest.raises(NotYet, match="at least 14 days"):
                draft.move("open", by=lead)


def test_an_easy_read_version_is_waited_for_where_it_is_asked_for(group, lead):
    draft = make.consultation(group, to="draft", easy_read_required=True)
    with pytest.raises(NotYet, match="easy-read"):
        draft.move("open", by=lead)
    Consultation.objects.filter(pk=draft.pk).update(easy_read="We ask you.")
    draft.move("open", by=lead)


def test_people_are_asked_by_name_after_a_search(signed_in, group):
    draft = make.consultation(group, to="draft", audience="people")
    ada = member(group, full_name="Ada Lovelace")
    make.UserFactory(full_name="Ada Outside")  # has an account and takes no part
    address = reverse("consultation_people", args=[draft.pk])
    page = signed_in.get(address, {"q": "ada"}).content.decode()
    assert "Ada Lovelace" in page
    assert "Ada Outside" not in page
    signed_in.post(f"{address}?q=ada", {"people": [ada.pk]})
    assert list(draft.people.all()) == [ada]
    signed_in.post(address, {"off": ada.pk})
    assert not draft.people.exists()


# --- longer --------------------------------------------------------------------------------------
def test_an_extension_is_later_and_announced_to_everybody_who_is_asked(group, lead):
    answered, silent = member(group), member(group)
    asked = make.consultation(group, audience="groups", groups=[group])
    receive(asked, {}, code=new_code(), whose=answered)
    with pytest.raises(NotYet):
        asked.extend(asked.closes_at, reason="No.", by=lead)
    was, until = asked.closes_at, asked.closes_at + timedelta(days=7)
    asked.extend(until, reason="It was half term.", by=lead)
    assert [(one.was, one.until, one.by) for one in asked.extensions.all()] == [(was, until, lead)]
    told = Delivery.objects.filter(occurrence__rule__kind="governance.extended")
    assert set(told.values_list("recipient", flat=True)) == set(
        asked.asked().values_list("pk", flat=True)
    )
    assert {answered.pk, silent.pk} <= set(told.values_list("recipient", flat=True))


def test_what_is_over_is_neither_extended_nor_withdrawn(group, lead):
    asked = make.consultation(group, to="closed")
    with pytest.raises(Conflict):
        asked.extend(timezone.now() + timedelta(days=9), reason="Late.", by=lead)
    with pytest.raises(IllegalMove):
        asked.move("withdraw", by=lead, note="Late.")
    assert not asked.extensions.exists()


def test_tidying_stores_what_the_clock_says(group):
    over, running = make.consultation(group, to="closed"), make.consultation(group)
    assert (tidy_consultations(), tidy_consultations()) == (1, 0)
    over.refresh_from_db()
    running.refresh_from_db()
    assert (over.state, running.state) == ("closed", "open")


# --- figures -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("cells", "away"),
    [
        ({"a": 8, "b": 9, "c": 10}, set()),
        ({"a": 2, "b": 9, "c": 10}, {"a", "b"}),  # else a = total - b - c
        ({"a": 3, "b": 4, "c": 10}, {"a", "b"}),
        ({"a": 0, "b": 0, "c": 10}, {"a", "b", "c"}),  # else both are known to be nothing
        ({"a": 4, "b": 5}, {"a", "b"}),
        ({"a": 4}, {"a"}),
        ({"a": 1, "b": 1, "c": 6, "d": 20}, {"a", "b", "c"}),
    ],
    ids=[
        "all large",
        "one small",
        "two small",
        "two empty",
        "four and five",
        "alone",
        "four sides",
    ],
)
def test_no_hidden_number_follows_from_the_others(cells, away):
    assert hidden(cells) == away


def answer(asked, people, value=None):
    for person in people:
        receive(asked, {} if value is None else value, code=new_code(), whose=person)


def test_participation_by_side_is_shown_from_five(group):
    peers = [member(group) for _ in range(7)]
    staff = [member(group, constituency=Constituency.STAFF) for _ in range(6)]
    asked = make.consultation(group, audience="groups", groups=[group])
    answer(asked, [*peers[:3], *staff[:1]])
    rows, total = figures.taking_part(asked)
    assert [(row.label, row.asked, row.responded) for row in rows] == [
        ("Lived experience", 8, None),
        ("Staff", 7, None),
    ]
    assert (total.asked, total.responded) == (15, None)
    answer(asked, [*peers[3:], *staff[1:5]])
    rows, total = figures.taking_part(asked)
    assert [row.responded for row in rows] == [7, 5]
    assert total.responded == 12


def test_anonymous_answers_are_read_once_it_is_over_and_from_five(group, lead, signed_in):
    people = [member(group) for _ in range(5)]
    asked = make.consultation(group, audience="groups", groups=[group], questions=["agree"])
    key = asked.questions.get().key
    answer(asked, people[:4], {key: 5})
    address = reverse("consultation_figures", args=[asked.pk])
    assert "once the consultation has closed" in signed_in.get(address).content.decode()
    opened, closes = asked.opens_at, asked.closes_at
    make.end_consultation(asked)
    assert Response.objects.readable(asked).count() == 0
    assert "fewer than 5 people responded" in signed_in.get(address).content.decode()
    Consultation.objects.filter(pk=asked.pk).update(opens_at=opened, closes_at=closes)
    answer(asked, people[4:], {key: 4})
    assert Response.objects.readable(asked).count() == 0
    make.end_consultation(asked)
    page = signed_in.get(address)
    assert page.context["total"] == 5
    lines = page.context["charts"][0].lines
    assert [(line.label, line.count, line.percent) for line in lines[:2]] == [
        ("Strongly agree", 4, 80),
        ("Agree", 1, 20),
    ]
    assert '<rect class="app-chart__part" width="80" height="4" />' in page.content.decode()


def test_named_answers_are_read_at_once(group, lead, signed_in):
    person = member(group)
    asked = make.consultation(
        group, naming="named", audience="groups", groups=[group], questions=["ranking", "multiple"]
    )
    ranking, multiple = (asked.questions.get(kind=kind).key for kind in ("ranking", "multiple"))
    receive(asked, {ranking: [2, 0], multiple: [0, 1]}, user=person, whose=person)
    receive(asked, {ranking: [0, 2, 1], multiple: [1]}, user=lead, whose=lead)
    page = signed_in.get(reverse("consultation_figures", args=[asked.pk]))
    found = [
        [(line.label, line.count, line.percent, line.mean) for line in chart.lines]
        for chart in page.context["charts"]
    ]
    assert found == [
        [("Walks", 1, 50, 1.5), ("Talks", 0, 0, 3.0), ("Tea", 1, 50, 1.5)],
        [("Walks", 1, 50, None), ("Talks", 2, 100, None), ("Tea", 0, 0, None)],
    ]


def test_where_there_is_a_choice_a_few_anonymous_ones_stay_unread(group, lead):
    people = [member(group) for _ in range(6)]
    asked = make.consultation(group, naming="choice", audience="groups", groups=[group])
    for person in people[:4]:
        receive(asked, {}, user=person, whose=person)
    answer(asked, people[4:])
    make.end_consultation(asked)
    assert {one.user for one in Response.objects.readable(asked)} == set(people[:4])


# --- reminders -----------------------------------------------------------------------------------
def reminded(kind):
    return set(
        Delivery.objects.filter(occurrence__rule__kind=f"governance.{kind}", channel=Channel.EMAIL)
        .exclude(status="void")
        .values_list("recipient", flat=True)
    )


@pytest.mark.parametrize(
    ("kind", "opened", "closes"),
    [("half_way", 11, 9), ("closing", 20, 6), ("closing", 20, 0.5)],
    ids=["half-way", "seven days", "one day"],
)
def test_reminders_go_to_exactly_those_who_have_not_answered(group, kind, opened, closes):
    answered, silent, draft = (member(group) for _ in range(3))
    outsider = make.UserFactory()
    asked = make.consultation(group, audience="groups", groups=[group])
    receive(asked, {}, code=new_code(), whose=answered)
    receive(asked, {}, code=new_code(), whose=draft, send=False)
    now = timezone.now()
    Consultation.objects.filter(pk=asked.pk).update(
        opens_at=now - timedelta(days=opened), closes_at=now + timedelta(days=closes)
    )
    plan()
    leads = {person.pk for person in make.leads(group)}
    assert reminded(kind) == leads | {silent.pk, draft.pk}
    assert outsider.pk not in reminded(kind)
    receive(asked, {}, code=new_code(), whose=silent)
    send()
    sent = Delivery.objects.filter(
        occurrence__rule__kind=f"governance.{kind}", channel=Channel.IN_APP, status="sent"
    )
    assert set(sent.values_list("recipient", flat=True)) == leads | {draft.pk}


def test_no_reminder_is_due_before_its_time_nor_once_it_is_over(group):
    make.consultation(group, audience="groups", groups=[group])
    make.consultation(group, to="closed", audience="groups", groups=[group])
    plan()
    assert reminded("half_way") == reminded("closing") == set()


def test_what_waits_for_somebody_goes_once_they_have_responded(group):
    person = member(group)
    asked = make.consultation(group, audience="groups", groups=[group], title="Tea?")
    make.consultation(group, audience="people", people=[make.UserFactory()], title="Others")
    assert [need.title for need in needs_of(person)] == ["Say what you think: Tea?"]
    receive(asked, {}, code=new_code(), whose=person)
    assert needs_of(person) == []


def test_a_withdrawn_one_stops_reminding_and_tells_those_who_knew(group, lead):
    person = member(group)
    asked = make.consultation(group, audience="groups", groups=[group])
    Delivery.objects.update(status="sent")
    asked.move("withdraw", by=lead, note="Asked twice.")
    assert person.pk in reminded("withdrawn")
    assert needs_of(person) == []


# --- many ----------------------------------------------------------------------------------------
def queries_of(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize("show", ["mine", "open", "closed", "draft"])
def test_the_list_takes_the_same_queries_for_one_and_three(signed_in, group, show):
    to = {"closed": "closed", "draft": "draft"}.get(show, "open")
    address = f"{reverse('consultations')}?show={show}"
    make.consultation(group, to=to)
    one = queries_of(signed_in, address)
    for _ in range(2):
        make.consultation(make.working_group(), to=to)
        make.consultation(group, to=to)
    assert queries_of(signed_in, address) == one <= 15


def test_the_owners_pages_take_the_same_queries_for_one_and_many(signed_in, group):
    asked = make.consultation(group, naming="named", audience="groups", groups=[group])
    for address in (asked.get_absolute_url(), reverse("consultation_figures", args=[asked.pk])):
        answer_by_name(asked, [member(group)])
        one = queries_of(signed_in, address)
        answer_by_name(asked, [member(group) for _ in range(3)])
        assert queries_of(signed_in, address) == one <= 15, address


def answer_by_name(asked, people):
    for person in people:
        receive(asked, {}, user=person, whose=person)


def test_among_many_consultations_with_many_responses_the_figures_take_no_more(signed_in, group):
    """Two hundred others beside it, and five hundred responses to each of two."""
    one, two = make.consultation(group), make.consultation(group)
    others = [
        Consultation(group=group, title=f"Another {number}", created_by=one.created_by)
        for number in range(200)
    ]
    Consultation.objects.bulk_create(others)
    questions = {question.kind: question.key for question in one.questions.all()}
    Response.objects.bulk_create(
        Response(
            consultation=asked,
            answers={questions["agree"]: at % 5 + 1},
            sent=True,
            code_hash=f"{asked.pk}-{at}",
        )
        for asked in (one, two)
        for at in range(500)
    )
    people = make.UserFactory.create_batch(20)
    Participation.objects.bulk_create(Participation(consultation=one, user=one_) for one_ in people)
    make.end_consultation(one)
    address = reverse("consultation_figures", args=[one.pk])
    assert queries_of(signed_in, address) <= 15
    page = signed_in.get(address)
    assert page.context["total"] == 500
    agree = next(chart for chart in page.context["charts"] if chart.question.kind == "agree")
    assert [line.count for line in agree.lines] == [100] * 5


# --- what it is about ----------------------------------------------------------------------------
def test_a_consultation_is_about_an_output_that_one_may_see(signed_in, group, lead, client):
    output = make.output(group, title="The first week")
    hidden = make.output(make.working_group(), title="The first year")
    draft = make.consultation(group, to="draft")
    address = f"{reverse('consultation_about', args=[draft.pk])}?q=first"
    page = signed_in.get(address).content.decode()
    assert "Output: The first week" in page
    assert "The first year" not in page
    chosen = {"thing": f"taskgroups.output:{hidden.pk}"}
    assert signed_in.post(address, chosen).status_code == 422
    signed_in.post(address, {"thing": f"taskgroups.output:{output.pk}"})
    draft.refresh_from_db()
    assert draft.about == output
    assert draft.about_shown(lead) == ("Output", "The first week", output.get_absolute_url())
    assert draft.about_shown(make.UserFactory()) == ("Output", "The first week", "")
    page = signed_in.post(
        f"{reverse('consultation_new')}?about=taskgroups.output:{output.pk}",
        {"group": group.pk, "title": "About it", "naming": "named", "audience": "public"},
    )
    assert Consultation.objects.get(title="About it").about == output

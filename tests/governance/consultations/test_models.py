"""What a consultation may do when, and what is kept of a response."""

import pytest
from django.urls import reverse

from apps.core.exceptions import NotYet
from apps.governance.consultations.models.consultation import Consultation
from apps.governance.consultations.models.response import (
    Participation,
    Response,
    TooLate,
    Twice,
    digest,
    new_code,
    receive,
)
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def group():
    return make.working_group()


@pytest.fixture
def lead(group):
    return make.leads(group)[0]


def test_what_is_missing_is_said_before_it_opens(group, lead):
    draft = make.consultation(
        group,
        to="draft",
        questions=[],
        summary="",
        closes_at=None,
        easy_read_required=True,
        audience="people",
    )
    with pytest.raises(NotYet) as refusal:
        draft.move("open", by=lead)
    assert str(refusal.value).split(". ") == [
        "Write the plain summary",
        "Add the easy-read version",
        "Add at least one question",
        "Say when it closes",
        "Say who is asked: there is nobody yet.",
    ]


def test_its_page_says_what_is_missing_and_where_to_mend_it(client, group, lead):
    draft = make.consultation(group, to="draft", questions=[], summary="")
    client.force_login(lead, "apps.accounts.backends.SignIn")
    page = client.get(draft.get_absolute_url()).content.decode()
    for name, text in (
        ("consultation_edit", "Write the plain summary."),
        ("consultation_questions", "Add at least one question."),
    ):
        assert f'<a href="{reverse(name, args=[draft.pk])}">{text}</a>' in page
    move = reverse("consultation_move", args=[draft.pk, "open"])
    assert f'href="{move}"' not in page
    ready = make.consultation(group, to="draft")
    move = reverse("consultation_move", args=[ready.pk, "open"])
    assert f'href="{move}"' in client.get(ready.get_absolute_url()).content.decode()
    assert client.post(move).status_code == 302


def test_an_open_one_is_not_written_any_more(client, group, lead):
    asked = make.consultation(group)
    url = reverse("question_add", args=[asked.pk])
    client.force_login(lead, "apps.accounts.backends.SignIn")
    assert client.post(url, {"kind": "text", "text": "And?"}).status_code == 409


def test_the_code_again_changes_the_response_and_another_code_is_refused(group):
    person, code = make.UserFactory(), new_code()
    asked = make.consultation(group)
    receive(asked, {"1": "a"}, code=code, whose=person)
    receive(asked, {"1": "b"}, code=code.lower().replace("-", " "), whose=person)
    assert [one.answers for one in asked.responses.all()] == [{"1": "b"}]
    with pytest.raises(Twice):
        receive(asked, {"1": "c"}, code=new_code(), whose=person)
    assert Response.objects.count() == Participation.objects.count() == 1
    assert Response.objects.get().code_hash == digest(code)


def test_by_the_clock_alone_it_is_closed(group):
    asked = make.consultation(group, to="closed")
    assert (asked.state, asked.phase) == ("open", "closed")
    assert list(Consultation.objects.over()) == [asked]
    assert list(Consultation.objects.running()) == []
    with pytest.raises(TooLate):
        receive(asked, {}, code=new_code())

"""What nobody types and somebody sends: no page falls over, and nothing odd is stored."""

from xml.etree import ElementTree

import pytest

from apps.core.models import AuditEntry
from apps.recruitment.applications.models.application import Application
from apps.recruitment.selection.models.sheet import Score
from tests.factories import just_shown

from . import making
from .selection import choosing

pytestmark = pytest.mark.django_db
SIGN_IN = "apps.accounts.backends.SignIn"
ODD = "\x01\x0b\ufffe \U0001f600 \u202eabc\u202c <script>alert(1)</script> & ]]> {{ 7|add:1 }}"


@pytest.fixture
def officer(client):
    user = making.hr_officer()
    client.force_login(user, SIGN_IN)
    just_shown(client)
    return user


# --- addresses ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "url",
    [
        "/jobs/%00/",
        "/applications/A%00/",
        "/recruitment/panels/%00/",
        "/recruitment/vacancies/%00/",
    ],
)
def test_an_address_with_a_null_byte_is_not_found(client, officer, url):
    assert client.get(url).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "page=9999",
        "page=-1",
        "page=x",
        "state=nonsense",
        "order=nonsense",
        "borough=%00",
        f"year={'9' * 5000}",
        "year=%D9%A3",
        "bands=%00",
        "which=nonsense",
    ],
)
def test_no_list_falls_over_a_filter(client, officer, query):
    vacancy = making.vacancy(state="open", by=officer)
    making.application(vacancy)
    base = f"/recruitment/vacancies/{vacancy.reference}/"
    for url in (
        "/jobs/",
        "/recruitment/",
        "/recruitment/vacancies.csv",
        f"{base}applications/",
        f"/recruitment/selecting/{vacancy.reference}/redaction/",
        "/recruitment/equality/",
        "/recruitment/experience/",
        "/recruitment/appointments/",
        "/training/",
        "/recruitment/adjustments/",
        f"{base}panel/add/",
    ):
        assert client.get(f"{url}?{query}").status_code in (200, 404)


# --- what is written ----------------------------------------------------------------------------
def test_feed_page_and_pack_take_whatever_a_vacancy_says(client, officer):
    vacancy = making.vacancy(
        state="open",
        by=officer,
        title=ODD,
        summary=ODD,
        description=ODD,
        team=ODD,
        easy_read=ODD,
        hours=ODD,
        legal_rationale=ODD,
    )
    feed = client.get("/jobs/feed/")
    assert feed.status_code == 200
    ElementTree.fromstring(feed.content)  # noqa: S314 - our own
    for url in (
        vacancy.get_job_url(),
        f"{vacancy.get_job_url()}easy-read/",
        vacancy.get_absolute_url(),
        f"{vacancy.get_absolute_url()}pack/",
        f"{vacancy.get_absolute_url()}pack.pdf",
    ):
        response = client.get(url)
        assert response.status_code == 200
        if "pdf" not in response["Content-Type"]:
            assert b"<script>alert" not in response.content
            assert b"8 " not in response.content.split(b"]]&gt;")[1][:4]


def test_what_a_candidate_writes_is_text_wherever_it_is_shown(client):
    vacancy, _ = choosing.closed(1)
    one = vacancy.applications.get()
    one.answers.update(text=ODD)
    Application.objects.filter(pk=one.pk).update(full_name=ODD, adjustments=ODD, address=ODD)
    choosing.redact(vacancy)
    choosing.declare(vacancy)
    vacancy.move("start_shortlisting", by=choosing.anew(vacancy.created_by))
    label = vacancy.blind_applications.get().label
    client.force_login(vacancy.panel.get(role="peer").user, SIGN_IN)
    sheet = f"/recruitment/panels/{vacancy.reference}/shortlisting/candidates/{label}/"
    pages = [client.get(sheet)]
    client.force_login(vacancy.created_by, SIGN_IN)
    just_shown(client)
    pages += [
        client.get(url)
        for url in (
            one.get_absolute_url(),
            f"/recruitment/adjustments/{one.reference}/",
            f"/recruitment/vacancies/{vacancy.reference}/applications/",
            f"/recruitment/selecting/{vacancy.reference}/redaction/{label}/",
        )
    ]
    for page in pages:
        assert page.status_code == 200
        assert b"<script>alert" not in page.content


def test_a_name_is_no_formula_in_the_file(client, officer):
    vacancy = making.vacancy(state="open", by=officer)
    making.application(vacancy, full_name='=HYPERLINK("http://x")', address="@SUM(1)\n=1")
    response = client.get(f"/recruitment/vacancies/{vacancy.reference}/applications.csv")
    line = b"".join(response.streaming_content).decode().splitlines()[1]
    assert "'=HYPERLINK" in line
    assert "'@SUM" in line


# --- forms --------------------------------------------------------------------------------------
@pytest.mark.parametrize("points", ["-1", "4", "1.5", "2e0", "two", "\u0663", "999999999999"])
def test_a_score_is_one_of_four(client, points):
    vacancy, people = choosing.shortlisting(1)
    label = vacancy.blind_applications.get().label
    client.force_login(people["peer"], SIGN_IN)
    [criterion, *_] = choosing.round_of(vacancy).criteria()
    url = f"/recruitment/panels/{vacancy.reference}/shortlisting/candidates/{label}/"
    response = client.post(url, {"seen": 0, f"points_{criterion.pk}": points})
    assert response.status_code == 422
    assert not Score.objects.exists()


@pytest.mark.parametrize("seen", ["-1", "", "x", "99999999999999999999", "1.5"])
def test_an_odd_revision_saves_nothing(client, seen):
    one = making.application(making.vacancy(state="open"), state="draft")
    client.force_login(one.candidate, SIGN_IN)
    answer = one.answers.first()
    for end in ("", "save/"):
        url = f"/applications/{one.reference}/answers/{answer.pk}/{end}"
        assert client.post(url, {"seen": seen, "text": "Other"}).status_code in (409, 422)
    answer.refresh_from_db()
    assert answer.text == "I have done this."


@pytest.mark.parametrize("text", ["x" * 10001, "a\x00b"])
def test_an_answer_that_cannot_be_kept_is_said_to_be_so(client, text):
    one = making.application(making.vacancy(state="open"), state="draft")
    client.force_login(one.candidate, SIGN_IN)
    answer = one.answers.first()
    url = f"/applications/{one.reference}/answers/{answer.pk}/"
    assert client.post(f"{url}save/", {"seen": 1, "text": text}).status_code == 422
    response = client.post(url, {"seen": 1, "text": text})
    assert response.status_code == 422
    client.logout()  # whose session ended
    assert client.post(url, {"seen": 1, "text": text}).status_code == 302
    client.force_login(one.candidate, SIGN_IN)
    assert client.get(url).status_code == 200


def test_a_readiness_line_that_is_not_on_the_list_leaves_no_trace(client):
    vacancy = making.vacancy()
    vacancy.move("begin_readiness", by=choosing.anew(vacancy.manager))
    client.force_login(vacancy.manager, SIGN_IN)
    url = f"/recruitment/vacancies/{vacancy.reference}/readiness/"
    assert client.post(url, {"signed": ["a\x00b", "nonsense" * 99]}).status_code == 302
    note = AuditEntry.objects.about(vacancy).get(action="sign_readiness").note
    assert "nonsense" not in note


def test_times_at_the_end_of_time_are_refused_in_words(client):
    vacancy, _ = choosing.shortlisted("yes")
    client.force_login(vacancy.created_by, SIGN_IN)
    base = f"/recruitment/selecting/{vacancy.reference}/interviews/"
    for on in (["31", "12", "2199"], ["31", "12", "9999"], ["30", "2", "2027"], ["1", "1", "0001"]):
        data = dict(zip(("on_day", "on_month", "on_year"), on, strict=True))
        assert client.post(f"{base}times/", data | {"times": "23:59\n1am"}).status_code in (
            302,
            422,
        )


def test_nobody_types_in_an_account_for_somebody_else(client):
    """Fields that a form does not have are nothing to it."""
    one = making.application(making.vacancy(state="open"), state="draft")
    client.force_login(one.candidate, SIGN_IN)
    client.post(
        f"/applications/{one.reference}/about/",
        {
            "full_name": "A",
            "email": "a@b.example",
            "right_to_work": "yes",
            "state": "offered",
            "candidate": "1",
            "submitted_at": "2020-01-01",
            "typed_by": "1",
            "vacancy": "2",
            "guaranteed_interview": "on",
            "reference": "AAAAAAAAA",
        },
    )
    fresh = Application.objects.get(pk=one.pk)
    assert fresh.full_name == "A"
    for name in (
        "state",
        "candidate_id",
        "submitted_at",
        "typed_by_id",
        "vacancy_id",
        "reference",
        "guaranteed_interview",
    ):
        assert getattr(fresh, name) == getattr(one, name)

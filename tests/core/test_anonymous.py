"""What is answered without a name is joined to nobody: by its place, its writer, or the log."""

from pathlib import Path

import pytest
from django.db import connection

from apps.core import anonymous
from apps.governance.consultations.models.response import new_code, receive
from apps.recruitment.applications.models.monitoring import Envelope, Ticket
from apps.recruitment.applications.models.survey import SurveyCount
from tests import factories as make

from ..recruitment import making

WORDS = [f"only {tree} said so" for tree in ("hazel", "elm", "larch", "beech", "juniper", "alder")]


def written_by(table):
    """Which transaction wrote each row; PostgreSQL tells."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT xmin FROM {table}")  # noqa: S608 - our own
        return {row[0] for row in cursor.fetchall()}


def bookings(number):
    event = make.conversation_over(make.network(), *[make.UserFactory() for _ in range(number)])
    return list(event.bookings.filter(came=True))


# --- where rows lie -------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.differs
def test_feedback_lies_in_an_order_of_chance_and_is_all_of_one_transaction(monkeypatch):
    monkeypatch.setattr("random.SystemRandom.shuffle", lambda self, rows: rows.reverse())
    for booking, words in zip(bookings(3), WORDS, strict=False):
        booking.give_feedback(rating=5, heard="yes", best=words)
    if connection.vendor == "postgresql":
        assert len(written_by("conversations_conversationfeedback")) == 1
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT best FROM conversations_conversationfeedback ORDER BY rowid")
        lying = [row[0] for row in cursor.fetchall()]
    assert lying[0] == WORDS[2]
    assert sorted(lying) == sorted(WORDS[:3])


@pytest.mark.django_db
@pytest.mark.differs
def test_which_counts_somebody_raised_shows_by_no_transaction():
    for answers in ({"fair": "5", "clear": "2"}, {"fair": "1"}):
        one = making.application(making.vacancy(state="unfilled"), state="unsuccessful")
        SurveyCount.give(one, answers)
    assert SurveyCount.objects.count() == 3
    if connection.vendor == "postgresql":
        assert len(written_by("recruitment_surveycount")) == 1


# --- SQLite's log ---------------------------------------------------------------------------------
@pytest.mark.skipif(connection.vendor != "sqlite", reason="the log of SQLite")
@pytest.mark.django_db(transaction=True)
def test_no_answer_stays_in_the_log_of_sqlite_nor_twice_in_its_file(monkeypatch):
    path = Path(connection.settings_dict["NAME"])
    log = path.with_name(f"{path.name}-wal")
    asked = make.consultation(make.working_group(), questions=["text"])
    question, code = str(asked.questions.get().pk), ""
    for words in WORDS:
        code = new_code()
        receive(asked, {question: words}, whose=make.UserFactory(), code=code)
        assert log.read_bytes() == b""
    receive(asked, {question: "something else"}, code=code)
    assert log.read_bytes() == b""
    file = path.read_bytes()
    assert [file.count(words.encode()) for words in WORDS] == [1, 1, 1, 1, 1, 0]
    [booking] = bookings(1)
    application = making.application(making.vacancy(state="unfilled"), state="unsuccessful")
    for answer in (
        lambda: booking.give_feedback(rating=5, heard="yes"),
        lambda: Ticket.post(application, {}),
        lambda: SurveyCount.give(application, {"fair": "5"}),
    ):
        answer()
        assert log.read_bytes() == b""
    assert Envelope.objects.count() == SurveyCount.objects.count() == 1


def test_given_the_log_is_in_use_then_that_is_said(monkeypatch, caplog):
    class Busy:
        """A cursor that is told that somebody reads."""

        def __enter__(self):
            return self

        def __exit__(self, *_):
            return False

        def execute(self, sql):
            assert sql == "PRAGMA wal_checkpoint(TRUNCATE)"

        def fetchone(self):
            return (1, 9, 4)

    monkeypatch.setattr(connection, "cursor", Busy)
    anonymous._empty_log()
    assert "was in use and not emptied" in caplog.text

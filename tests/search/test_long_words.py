"""Very long words of few characters, in titles and typed: ㌖ is one character and folds to six."""

import io

import pytest
from django.db import connection
from django.urls import reverse

from apps.meetings.models.meeting import Meeting
from apps.search import index
from apps.search.models import Entry

from .. import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.differs, pytest.mark.both]
LONG = "\u3316"  # six letters of three bytes


@pytest.fixture
def group():
    return make.working_group(name="Role design", slug="role-design")


@pytest.fixture
def member(group):
    user = make.UserFactory()
    make.appoint(group, user)
    return user


@pytest.mark.skipif(connection.vendor != "postgresql", reason="tsvector")
@pytest.mark.parametrize("title", [LONG * 150, LONG * 113 + "abcdefghijklm"])
def test_a_title_of_one_long_word_can_be_read_back_from_the_index(group, title):
    """As ``pg_dump`` reads it: what cannot be is in no backup, and neither is the rest."""
    made = make.published(group, title="Quince")
    Meeting.objects.filter(pk=made.pk).update(title=title)  # 150 characters are allowed
    index.follow()
    entry = Entry.objects.get(kind="meeting", thing=made.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tsvector_to_array(near) FROM search_entry WHERE id = %s", [entry.pk])
        held = cursor.fetchone()[0]
        assert "" not in held
        out = io.BytesIO()
        cursor.cursor.copy_expert("COPY search_entry (id, near) TO STDOUT", out)
        assert out.getvalue().decode()


@pytest.mark.parametrize("extra", [0, 36, 42, 48])
def test_whoever_types_one_long_word_reads_that_nothing_is_found(group, member, client, extra):
    client.force_login(member, "apps.accounts.backends.SignIn")
    typed = LONG * 113 if not extra else LONG * 111 + "a" * extra
    assert client.get(reverse("search"), {"q": typed}).status_code == 200


@pytest.mark.skipif(connection.vendor != "postgresql", reason="tsvector")
def test_whoever_gives_themselves_a_long_name_does_not_end_the_backups(member, client):
    client.force_login(member, "apps.accounts.backends.SignIn")
    sent = {"full_name": LONG * 120, "known_as": "", "phone": ""}
    assert client.post(reverse("profile_edit"), sent).status_code == 302
    index.follow()
    with connection.cursor() as cursor:
        cursor.cursor.copy_expert("COPY search_entry (id, near) TO STDOUT", out := io.BytesIO())
        assert out.getvalue().decode()

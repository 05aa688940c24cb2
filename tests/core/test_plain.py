"""Plain rows of many kinds by one statement: what somebody holds, what stands beside at home."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db.models import TextField, Value
from django.db.models.functions import Concat

from apps.accounts import second_factor
from apps.accounts.models.people import User
from apps.accounts.roles import HR
from apps.core import clock
from apps.core.compiled import Kept
from apps.core.exceptions import NotYet
from apps.core.held import HELD, forget_grants, held
from apps.core.needs import BESIDE, needs_of, waiting_for
from apps.core.plain import Plain, known, read_together
from apps.groups.models import WorkingGroup, belongs_to, groups_of
from apps.groups.roles import Role
from apps.insight.models import Counted
from apps.meetings.models.meeting import Meeting
from apps.meetings.models.people import Attendance
from apps.network.board.models import Post
from apps.recruitment.applications.models.application import Application
from apps.recruitment.roles import PanelRole
from apps.recruitment.vacancies.models.panel import PanelMember
from apps.recruitment.vacancies.models.vacancy import Vacancy, applied_to

from ..factories import (
    StaffFactory,
    UserFactory,
    appoint,
    output,
    programme_user,
    published,
    sponsor_and_peer,
    steering_group,
    working_group,
)
from ..factories import network as network_of
from ..recruitment.making import application, hr_officer, vacancy

pytestmark = [pytest.mark.django_db, pytest.mark.differs, pytest.mark.both]
DAY = timedelta(days=1)


def afresh(user):
    return User.objects.get(pk=user.pk)


@pytest.fixture
def somebody():
    """Somebody who has something of each kind."""
    user = programme_user(HR)
    for name in ("middle", "Zoo", "apple"):
        appoint(working_group(name=name, slug=f"of-{len(name)}"), user, Role.MEMBER)
    appoint(WorkingGroup.objects.get(name="Zoo"), user, Role.SECRETARY)
    PanelMember.add(vacancy(), user, PanelRole.TEAM, by=hr_officer())
    application(vacancy(state="open"), candidate=user)
    return afresh(user)


def test_what_somebody_holds_is_asked_once(somebody, django_assert_num_queries):
    groups = set(somebody.memberships.values_list("group", flat=True))
    with django_assert_num_queries(1):
        assert somebody.has_perm("recruitment.run_vacancy")
        assert belongs_to(somebody) == groups
        assert [group.name for group in groups_of(somebody)] == ["apple", "middle", "Zoo"]


def test_what_is_read_together_is_what_each_kind_has(somebody):
    for user in (somebody, StaffFactory(), UserFactory()):
        for kind in HELD:
            rows = kind.rows(user).values_list(*kind.columns)
            assert sorted(held(user, kind.name)) == sorted(rows), kind.name
    assert all(held(somebody, kind.name) for kind in HELD)


def test_what_a_session_says_that_somebody_lacks_is_not_asked(somebody):
    kind = HELD.get("recruitment_vacancy")
    assert kind.is_for(somebody)  # nobody said
    somebody.works_on_vacancies = False
    assert not kind.is_for(somebody)
    either = known("works_on_vacancies", "on_panels")
    assert either(somebody)
    somebody.on_panels = False
    assert not either(somebody)


def test_what_changed_is_asked_again_once_forgotten(somebody):
    before = belongs_to(somebody)
    somebody.memberships.all().delete()
    assert belongs_to(somebody) == before
    forget_grants(somebody)
    assert belongs_to(somebody) == set()


def test_what_stands_beside_has_its_days_and_moments():
    of, lead = steering_group()
    group = working_group(name="Pay", slug="pay")
    late = [output(group, due=clock.today() - days * DAY) for days in (3, 9, 5)]
    peer = sponsor_and_peer(network := network_of())[1]
    posts = [Post.write(network, by=peer, title=f"Post {n}", text="Tea.") for n in range(4)]
    stamp, _ = Counted.objects.update_or_create(count="agenda", defaults={"as_of": clock.now()})
    appoint(network, lead, Role.MEMBER)
    beside = read_together([one for one in BESIDE if one.is_for(signed_in(lead))], lead)
    assert sorted(beside["late_outputs"])[0] == (late[1].due, late[1].pk, *NAMES)
    assert [due for due, *_ in sorted(beside["late_outputs"])] == sorted(one.due for one in late)
    assert set(beside["newest_posts"]) == {(one.created_at, one.pk, one.title) for one in posts[1:]}
    assert beside["counted"] == [("agenda", stamp.as_of)]
    assert (
        waiting_for(signed_in(peer)).rows(BESIDE.get("late_outputs")) is None
    )  # it is not for them
    assert of.pk


NAMES = "The first week", "draft", "Pay"


def signed_in(user):
    """The person as the session's query gives them, with what it knows of them."""
    return second_factor.person(user.pk)


def test_two_that_are_made_of_the_same_rows_read_them_once(django_assert_num_queries):
    group = working_group()
    member = StaffFactory()
    appoint(group, member, Role.MEMBER)
    published(group, title="Pay day")
    waiting_for(signed_in(member))
    user = signed_in(member)
    with django_assert_num_queries(3):  # what they hold, what waits, and the meeting
        waiting = waiting_for(user)
    assert waiting.next.title == "Pay day"
    assert waiting.total == 0  # it is said once
    assert [need.thing for need in needs_of(signed_in(member), "apps.meetings")] == ["Pay day"]


@pytest.fixture
def busy():
    """Somebody of two groups who is asked to 48 meetings, two a week."""
    user = StaffFactory()
    for name in ("a", "b"):
        group = working_group(name=name, slug=name)
        appoint(group, user, Role.MEMBER)
        first = published(group, title=name)
        for week in range(1, 24):
            first.pk, first.uid = None, uuid4()
            first.starts_at, first.ends_at = first.starts_at + WEEK, first.ends_at + WEEK
            first.title = f"{name} {week}"
            first._state.adding = True
            first.save()
    return user


WEEK = timedelta(weeks=1)


def answer(user, meetings):
    for meeting in meetings:
        Attendance.objects.create(meeting=meeting, user=user, reply=Attendance.Reply.YES)


def test_however_many_meetings_come_the_one_without_an_answer_is_asked_for(busy):
    *others, last = Meeting.objects.upcoming().order_by("starts_at")
    assert len(others) == 47
    answer(busy, others)
    waiting = waiting_for(signed_in(busy))
    assert [need.thing for group in waiting.groups for need in group.needs] == [last.title]
    answer(busy, [last])
    waiting = waiting_for(signed_in(busy))
    assert (waiting.total, waiting.more, len(waiting.coming)) == (0, False, 6)  # of four weeks


def test_however_many_meetings_have_no_answer_the_next_is_shown_that_has_one(busy):
    first = Meeting.objects.upcoming().earliest("starts_at", "pk")
    answer(busy, [first])
    waiting = waiting_for(signed_in(busy))
    assert (waiting.next.title, waiting.next.answered) == (first.title, "Yes, I will come")
    assert waiting.more


# --- what a rule asks is as it is when it asks ----------------------------------------------------
def test_whoever_came_onto_the_panel_while_they_waited_takes_nobody_off():
    job, by, other = vacancy(), hr_officer(), hr_officer()
    seat = PanelMember.add(job, StaffFactory(), PanelRole.TEAM, by=other)
    person = signed_in(by)
    assert person.has_perm("recruitment.run_vacancy", Vacancy.objects.get(pk=job.pk))
    PanelMember.add(Vacancy.objects.get(pk=job.pk), afresh(by), PanelRole.TEAM, by=other)
    with pytest.raises(NotYet):
        PanelMember.objects.get(pk=seat.pk).remove(by=person, reason="They are ill.")


def test_whoever_applies_has_applied_in_the_same_request():
    person = signed_in(UserFactory())
    assert applied_to(person) == set()
    made = Application.begin(vacancy(state="open"), person)
    assert applied_to(person) == {made.vacancy_id}


# --- text, there and back -------------------------------------------------------------------------
ODD = (
    "It's \"quoted\" ''",
    "100% %s %(x)s %%",
    "{0} {name}",
    "SQL (SQL) NAME 'NAME' UNION ALL SELECT",
    "\u202eright to left\u202c",
    "None",
    " \\n $1 $$ ;--",
)


def of_odd_words(user):
    """A query that has the words of the statement as columns, as a literal and as a parameter."""
    rows, words = User.objects.filter(pk=user.pk), TextField()
    name = Concat(Value("NAME (SQL) %s"), "full_name", output_field=words)
    return rows.annotate(SQL=Value("SQL", words), NAME=name)


def test_odd_words_come_back_as_they_are():
    kinds = [
        Plain("SQL", of_odd_words, {"SQL": str, "NAME": str, "pk": int}),
        Plain("nothing", lambda user: User.objects.none(), {"pk": int}),
    ]
    for word in ODD:
        user = UserFactory(full_name=word)
        gates = [("read 1", Kept(of_odd_words).gate(user))]
        found = read_together(kinds, user, gates)
        assert found["SQL"] == [("SQL", f"NAME (SQL) %s{word}", user.pk)]
        assert found["nothing"] == []
        assert "read 1" in found


MOMENTS = (
    datetime(2026, 3, 29, 0, 59, 59, 999999, tzinfo=UTC),
    datetime(2026, 10, 25, 0, 30, 0, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 1, 30, 0, 120000, tzinfo=UTC),
    datetime(2026, 6, 30, 23, 30, tzinfo=UTC),
)


def test_moments_come_back_as_they_are():
    peer = sponsor_and_peer(network := network_of())[1]
    post = Post.write(network, by=peer, title="Tea", text="Tea.")
    for moment in MOMENTS:
        Post.objects.filter(pk=post.pk).update(created_at=moment)
        found = read_together([BESIDE.get("newest_posts")], signed_in(peer))
        assert found["newest_posts"] == [(moment, post.pk, "Tea")]


def test_as_many_are_read_of_each_kind_as_it_wants():
    last = sorted((UserFactory().pk for _ in range(4)), reverse=True)
    kinds = [
        Plain(f"most_{n}", lambda _: User.objects.order_by("-pk"), {"pk": int}, at_most=n)
        for n in (1, 3)
    ]
    found = read_together(kinds, User.objects.get(pk=last[0]))
    assert found["most_1"] == [(last[0],)]
    assert sorted(found["most_3"], reverse=True) == [(pk,) for pk in last[:3]]

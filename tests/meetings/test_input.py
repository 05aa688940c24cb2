"""Bad input comes back as 422 with what was typed, and changes nothing."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.core.models import AuditEntry
from apps.core.pdf_traces import pdf as without_traces
from apps.meetings.models.agenda import AgendaItem
from apps.meetings.models.meeting import Meeting
from apps.meetings.models.outcome import Action
from apps.meetings.models.paper import Paper
from apps.meetings.models.people import SupportRequest
from tests import factories as make

from ..factories import StaffFactory, UserFactory, appoint, working_group

pytestmark = pytest.mark.django_db


@pytest.fixture
def group():
    group = working_group()
    for person in (UserFactory(), UserFactory(), StaffFactory()):
        appoint(group, person)
    return group


@pytest.fixture
def lead(group):
    return group.people().first().user


@pytest.fixture
def site(client, lead):
    client.force_login(lead, "apps.accounts.backends.SignIn")
    return client


def plan(lead, **changes):
    return {
        "title": "Next meeting",
        "date_day": "7",
        "date_month": "12",
        "date_year": "2026",
        "start": "2pm",
        "end": "4pm",
        "format": "in_person",
        "place": "Room 2",
        "link": "",
        "support_organiser": lead.pk,
        "reminders": "on",
    } | changes


WRONG = [
    ({"end": "1pm"}, "must end after it starts"),
    ({"end": "2pm"}, "must end after it starts"),
    ({"date_year": "2025"}, "must be in the future"),
    ({"date_day": "31", "date_month": "2", "date_year": "2027"}, "Enter a real date"),
    ({"date_day": ""}, "must include a day"),
    ({"date_month": "13"}, "Enter a real date"),
    ({"date_year": "26"}, "must have 4 numbers"),
    ({"date_day": "", "date_month": "", "date_year": ""}, "Enter the date."),
    ({"start": "25:00"}, "Enter a real time"),
    ({"start": "half past"}, "Enter a time"),
    ({"start": "13pm"}, "Enter a time"),
    ({"start": "12am", "end": "11pm"}, "12 hours at most"),
    # The clocks go forward on 28 March 2027: 1:30am never comes.
    (
        {"date_day": "28", "date_month": "3", "date_year": "2027", "start": "1:30am", "end": "3am"},
        "clocks go forward",
    ),
    ({"title": ""}, "Enter the title."),
    ({"title": "x" * 151}, "at most 150 characters"),
    ({"purpose": "x" * 2001}, "at most 2000 characters"),
    ({"link": "not a link", "format": "online"}, "Enter the whole link"),
    ({"link": "javascript:alert(1)"}, "Enter the whole link"),
    ({"support_organiser": ""}, "Answer this: Who arranges support?"),
    ({"support_organiser": "999999"}, "That is not in the list."),
    ({"repeat": "week"}, "how many meetings"),
    ({"repeat": "week", "times": "25"}, "less than or equal to 24"),
    ({"repeat": "week", "times": "many"}, "whole number"),
    # A weekly 1:30am series would meet the skipped hour.
    (
        {
            "repeat": "week",
            "times": "24",
            "date_day": "29",
            "date_month": "11",
            "start": "1:30am",
            "end": "2:30am",
        },
        "One of the dates does not work",
    ),
]


@pytest.mark.parametrize(("changes", "says"), WRONG)
def test_given_a_wrong_plan_when_sent_then_422_says_why_and_keeps_it(
    site, group, lead, changes, says
):
    data = plan(lead, purpose="Typed with care") | changes
    response = site.post(reverse("meeting_plan", args=[group.slug]), data)
    assert response.status_code == 422
    content = response.content.decode()
    assert says in content
    assert "There is a problem" in content
    assert "Error: " in content
    if "purpose" not in changes:
        assert "Typed with care" in content
    assert not Meeting.objects.exists()


@pytest.mark.parametrize(
    "when", ["2pm", "2 pm", "2.00pm", "2:00PM", "14:00", "14.00", "1400", "2p.m."]
)
def test_given_a_time_as_people_write_it_when_planned_then_understood(site, group, lead, when):
    site.post(reverse("meeting_plan", args=[group.slug]), plan(lead, start=when))
    assert Meeting.objects.get().starts_at.hour == 14


def test_given_a_series_over_the_clock_change_when_planned_then_the_wall_clock_holds(
    site, group, lead
):
    data = plan(lead, repeat="four_weeks", times="6", start="10am", end="11am")
    assert site.post(reverse("meeting_plan", args=[group.slug]), data).status_code == 302
    meetings = Meeting.objects.order_by("starts_at")
    assert [m.when.split(", ")[1] for m in meetings] == ["10am to 11am"] * 6
    assert {m.starts_at.utcoffset() is not None for m in meetings} == {True}
    assert [m.starts_at.hour for m in meetings] == [10, 10, 10, 10, 9, 9]
    assert meetings.values("series").distinct().count() == 1


def test_given_the_fifth_monday_when_monthly_then_the_last_one(site, group, lead):
    data = plan(lead, repeat="month", times="3", date_day="30", date_month="11")
    site.post(reverse("meeting_plan", args=[group.slug]), data)
    days = [m.on.isoformat() for m in Meeting.objects.order_by("starts_at")]
    assert days == ["2026-11-30", "2026-12-28", "2027-01-25"]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"place": ""}, "Say where people should come"),
        ({"format": "online"}, "Give the link"),
        ({"days": 3}, "ask for 7 days"),
    ],
)
def test_given_something_missing_when_published_then_422_and_still_a_draft(
    site, group, lead, fields, says
):
    meeting = make.meeting(group, by=lead)
    if "days" in fields:
        meeting.starts_at = meeting.starts_at.replace(month=11, day=26)
        meeting.ends_at = meeting.ends_at.replace(month=11, day=26)
    else:
        for name, value in fields.items():
            setattr(meeting, name, value)
    meeting.save()
    response = site.post(reverse("meeting_move", args=[meeting.pk, "publish"]))
    assert response.status_code == 422
    assert says in response.content.decode()
    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.DRAFT


def test_given_two_co_leads_when_both_publish_then_the_second_reads_who_and_when(site, group, lead):
    meeting = make.meeting(group, by=lead)
    other = group.people().filter(role="co_lead").exclude(user=lead).get().user
    Meeting.objects.get(pk=meeting.pk).move("publish", by=other)
    response = site.post(reverse("meeting_move", args=[meeting.pk, "publish"]))
    assert response.status_code == 409
    content = response.content.decode()
    assert other.name in content
    assert "23 November 2026" in content
    assert AuditEntry.objects.about(meeting).filter(action="publish").count() == 1


def test_given_a_cancellation_without_a_reason_when_sent_then_422(site, group, lead):
    meeting = make.published(group, by=lead)
    assert site.post(reverse("meeting_move", args=[meeting.pk, "cancel"])).status_code == 422
    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.PUBLISHED


def test_given_a_form_from_before_a_move_when_saved_then_409_and_nothing_lost(site, group, lead):
    meeting = make.published(group, by=lead)
    meeting.amend(by=lead, seen=0, place="Room 9", reason="Taken.")
    data = plan(lead, place="Room 3", reason="Nicer.", seen="0")
    assert site.post(reverse("meeting_change", args=[meeting.pk]), data).status_code == 409
    meeting.refresh_from_db()
    assert meeting.place == "Room 9"


FILES = [
    (b"", "empty.pdf", "The file is empty"),
    (b"MZ\x90\x00" + b"\x00" * 300, "notes.pdf", "is something else"),
    (b"\x7fELF" + b"\x00" * 300, "notes.docx", "is something else"),
    (b"<html><script>", "page.html", "This kind of file cannot be used"),
    (b"MZ\x90\x00", "setup.exe", "This kind of file cannot be used"),
    (b"%PDF-1.7", "noending", "This kind of file cannot be used"),
    (b"GIF89a" + b"\x00" * 100, "picture.png", "is something else"),
    (b"#!/bin/sh\nrm -rf /", "notes.txt", "is something else"),
]


@pytest.mark.parametrize(("content", "name", "says"), FILES, ids=[name for _, name, _ in FILES])
def test_given_a_file_that_may_not_come_in_when_sent_then_refused(
    site, group, lead, content, name, says
):
    meeting = make.published(group, by=lead)
    data = {"title": "Paper", "file": SimpleUploadedFile(name, content)}
    response = site.post(reverse("paper_add", args=[meeting.pk]), data)
    assert response.status_code == 422
    assert says in response.content.decode()
    assert not Paper.objects.exists()


def test_given_a_file_of_a_hundred_megabytes_when_sent_then_refused(site, group, lead):
    meeting = make.published(group, by=lead)
    big = SimpleUploadedFile("big.pdf", b"%PDF-1.7" + b"0" * (100 * 1024 * 1024))
    response = site.post(reverse("paper_add", args=[meeting.pk]), {"title": "Big", "file": big})
    assert response.status_code == 422
    assert "too big" in response.content.decode()


def test_given_a_good_file_when_downloaded_then_an_attachment_under_a_random_name(
    site, group, lead, settings
):
    meeting = make.published(group, by=lead)
    data = {"title": "Paper", "file": SimpleUploadedFile("../../etc/x y.pdf", make.pdf())}
    assert site.post(reverse("paper_add", args=[meeting.pk]), data).status_code == 302
    paper = Paper.objects.get()
    assert "x y" not in paper.file.name
    response = site.get(reverse("paper", args=[paper.pk]))
    assert response["Content-Disposition"] == 'attachment; filename="x y.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert b"".join(response.streaming_content) == without_traces(make.pdf(), 1)
    response.close()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"text": "Yes", "method": "consensus"}, "Say whether it was agreed"),
        ({"text": "Yes", "method": "vote", "votes_against": "1"}, "how many voted for"),
        (
            {"text": "Yes", "method": "vote", "votes_for": "-1", "votes_against": "0"},
            "greater than or equal to 0",
        ),
        ({"text": "", "method": "consensus", "agreed": "yes"}, "Enter what was decided."),
        ({"text": "Yes", "method": "vote", "votes_for": "90", "votes_against": "1"}, "more votes"),
    ],
)
def test_given_a_wrong_decision_when_recorded_then_422(site, group, lead, data, says):
    meeting = make.held(group, by=lead)
    response = site.post(reverse("decide", args=[meeting.pk]), data)
    assert response.status_code == 422
    assert says in response.content.decode()
    assert not meeting.decisions.exists()


def test_given_an_action_for_yesterday_when_given_then_422(site, group, lead):
    meeting = make.held(group, by=lead)
    data = {"text": "Late", "owner": lead.pk, "due_day": 22, "due_month": 11, "due_year": 2026}
    response = site.post(reverse("action_add", args=[meeting.pk]), data)
    assert response.status_code == 422
    assert "today or later" in response.content.decode()
    assert not Action.objects.exists()


def test_given_an_early_attendance_when_sent_then_not_yet(site, group, lead):
    meeting = make.published(group, by=lead)
    response = site.post(reverse("attendance", args=[meeting.pk]), {"present": [lead.pk]})
    assert response.status_code == 422
    assert "has not started yet" in response.content.decode()


@pytest.mark.differs
def test_items_move_up_and_down_and_stay_in_order(site, group, lead):
    meeting = make.published(group, by=lead)
    items = [
        AgendaItem.objects.create(meeting=meeting, title=str(n), proposed_by=lead) for n in range(3)
    ]
    for item in items:
        item.move("accept", by=lead)
    site.post(reverse("agenda_shift", args=[items[2].pk, "up"]))
    site.post(reverse("agenda_shift", args=[items[0].pk, "up"]))
    site.post(reverse("agenda_shift", args=[items[0].pk, "down"]))
    assert list(meeting.agenda.accepted().values_list("title", flat=True)) == ["2", "0", "1"]


# --- lists: a constant number of queries ----------------------------------------------------------
@pytest.mark.parametrize(
    "path", ["/", "/meetings/", "/meetings/?show=past", "/actions/", "/groups/", "/support/"]
)
def test_lists_ask_as_many_questions_for_one_row_as_for_three(
    site, group, lead, path, django_assert_max_num_queries
):
    def fill():
        made = working_group(leads=False)
        appoint(made, lead, "co_lead")
        meeting = make.held(made, by=lead)
        make.action(meeting, lead)
        make.decision(meeting)
        coming = make.published(made, by=lead)
        AgendaItem.objects.create(meeting=coming, title="New", proposed_by=lead)
        SupportRequest.ask(coming, lead, "A chair")

    def count():
        site.get(path)
        with django_assert_max_num_queries(15) as captured:
            assert site.get(path).status_code == 200
        return len(captured)

    fill()
    one = count()
    fill()
    fill()
    assert count() == one


def test_group_and_meeting_pages_ask_as_many_for_one_person_as_for_many(
    site, group, lead, django_assert_max_num_queries
):
    meeting = make.held(group, by=lead)
    counts = []
    for _ in range(2):
        for path in (group.get_absolute_url(), meeting.get_absolute_url()):
            site.get(path)
            with django_assert_max_num_queries(24) as captured:
                assert site.get(path).status_code == 200
            counts.append(len(captured))
        for _ in range(3):
            appoint(group, UserFactory())
            make.decision(meeting)
            make.action(meeting, lead)
    assert counts[:2] == counts[2:], counts

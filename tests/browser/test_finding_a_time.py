"""From a question to a meeting with a quorum: by letters, at 320 pixels, without scripts."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.meetings.models.meeting import Meeting
from apps.notifications import sending
from apps.notifications.models import Preference
from tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_time_is_found_to_a_meeting_that_can_have_its_quorum(
    no_js_page, phone_page, sign_in, mailoutbox, sound
):
    page = no_js_page
    group = make.working_group(name="Pay", slug="pay")
    for person in (make.UserFactory(), make.UserFactory(), make.StaffFactory()):
        make.appoint(group, person)
    lead = make.lead_of(group)
    for member in group.people():  # the test may run at night
        Preference.objects.create(user=member.user, quiet=False)
    sign_in(page, lead)
    page.goto(group.get_absolute_url())
    page.get_by_role("link", name="Find a time that suits").click()
    page.get_by_label("What is the meeting called?").fill("Planning the year")
    today = timezone.localdate()
    for legend, days in (("Until", 2), ("Time 1: day", 20), ("Time 2", 21), ("Time 3", 22)):
        on, boxes = today + timedelta(days=days), page.get_by_role("group", name=legend)
        for label in ("Day", "Month", "Year"):
            boxes.get_by_label(label, exact=True).fill(str(getattr(on, label.lower())))
    for number in (1, 2, 3):
        page.get_by_label(f"Time {number}: starts at").fill("2pm")
    page.get_by_label("Place (optional)").fill("Room 1")
    page.get_by_role("button", name="Ask which times suit").click()
    assert "0 of 5 people have answered" in page.locator("main").inner_text()

    sending.send()
    letters = {mail.to[0]: mail.body for mail in mailoutbox}
    assert len(letters) == 5
    for person in group.people():  # most on the first day, but no staff: both sides on the second
        lived = person.user.constituency == "lived_experience"
        link = re.search(r"https?://[^/]+(/reply/times/\S+)", letters[person.user.email])[1]
        phone_page.goto(link)
        for group_of_choices, yes in zip(
            phone_page.get_by_role("group").all(), (lived, True, False), strict=True
        ):
            group_of_choices.get_by_label("Yes" if yes else "No", exact=True).check()
        phone_page.get_by_role("button", name="Send my answers").click()
        assert "Your answers are saved" in phone_page.locator("main").inner_text()
    sound(phone_page)

    page.reload()
    assert "5 of 5 people have answered" in page.locator("main").inner_text()
    times = page.get_by_role("heading", level=3).all_inner_texts()
    assert times[0].startswith((today + timedelta(days=21)).strftime("%A"))
    page.get_by_role("link", name="Make this the meeting").first.click()
    page.get_by_role("button", name="Make this the meeting").click()
    assert "The meeting is published. Everybody is told." in page.locator("main").inner_text()
    meeting = Meeting.objects.get()
    assert (meeting.on, meeting.place, meeting.state) == (
        today + timedelta(days=21),
        "Room 1",
        "published",
    )
    page.goto(f"{reverse('calendar')}?month={meeting.on:%Y-%m}")
    assert page.get_by_role("link", name="Planning the year").count() == 1

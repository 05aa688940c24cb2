"""The steering group's own pages, which nobody of the matrix sees, on a desktop and a phone."""

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.steering.models.written import WrittenRound
from tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)


def test_every_page_of_a_review_is_sound_at_both_widths(page, all_sound):
    group = make.working_group(name="Role design")
    make.stage(name="Design the role").groups.add(group)
    steering, lived, staff = make.steering(name="Steering group")
    lead = make.leads(steering)[0]
    waiting, first, second, third = (
        make.submitted(make.output(group, title=title))
        for title in ("Waiting", "Under way", "All in", "In writing")
    )
    under_way = make.review(first, lead, lived, staff)
    part = under_way.assignments.get(reviewer=lived)
    part.move("declare", by=lived)
    part.write(by=lived, verdict="accept", text="Good.").comment(
        by=lived, passage="Somebody", text="Who?"
    )
    under_way.assignments.get(reviewer=staff).stand_down("No time.", by=staff)
    all_in, written = (make.review(one, lead, lived, staff) for one in (second, third))
    for review in (all_in, written):
        make.recommended(review, lived)
        make.recommended(review, staff, "decline")
    make.decision(make.held(steering, days_ago=0, by=lead), about=all_in)
    asked = WrittenRound.begin(
        written,
        by=lead,
        outcome="request_changes",
        reasons="Nearly.",
        changes="One\nTwo",
        closes_at=timezone.now() + timezone.timedelta(days=3),
    )
    asked.answer("agree", by=lead, comment="Yes.")
    visits = {
        lead: [
            reverse("steering"),
            reverse("programme_board"),
            steering.get_absolute_url(),
            reverse("review_begin", args=[waiting.pk]),
            waiting.get_absolute_url(),
            under_way.get_absolute_url(),
            reverse("review_ask", args=[under_way.pk]),
            all_in.get_absolute_url(),
            reverse("review_decide", args=[all_in.pk]),
            reverse("round_begin", args=[all_in.pk]),
            asked.get_absolute_url(),
            reverse("stand_down", args=[part.pk]),
        ],
        lived: [
            under_way.get_absolute_url(),
            reverse("recommend", args=[part.pk]),
            reverse("recommend_comment", args=[part.pk]),
            reverse("stand_down", args=[part.pk]),
            reverse("assignment_move", args=[part.pk, "send"]),
            asked.get_absolute_url(),
        ],
    }
    all_sound(page, visits)

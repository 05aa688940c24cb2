"""The curve of how long people stay: as published, and as it may be read."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.insight import curves, staying
from apps.insight.models import StayedUntil
from apps.recruitment.employment.models.appointment import Appointment

# Freireich and others, Blood 21(6), 1963: weeks in remission with 6-mercaptopurine, the example of
# many textbooks; True where it ended.
REMISSION = [
    *((weeks, True) for weeks in (6, 6, 6, 7, 10, 13, 16, 22, 23)),
    *((weeks, False) for weeks in (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)),
]
# Its published estimates: after so many weeks, the share and how many were at risk just before.
PUBLISHED = {6: (0.857, 21), 7: (0.807, 17), 10: (0.753, 15), 13: (0.690, 12), 23: (0.448, 6)}


def test_it_is_the_published_curve(monkeypatch):
    monkeypatch.setattr(staying, "DAYS", 1)
    monkeypatch.setattr(staying, "MONTHS", tuple(PUBLISHED))
    found = staying.curve(REMISSION)
    assert {one.months: (round(one.share, 3), one.at_risk) for one in found} == PUBLISHED
    assert all(0 <= one.low <= one.share <= one.high <= 1 for one in found)


def test_where_all_have_gone_it_ends_at_nothing_and_where_nobody_has_it_stays_level():
    gone = staying.curve([(100, True), (200, True)])
    assert [(one.months, one.at_risk, round(one.share, 2)) for one in gone] == [
        (0, 2, 1.0),
        (3, 2, 1.0),
        (6, 1, 0.5),
    ]
    stayed = staying.curve([(days, False) for days in (10, 400, 800)])
    assert {one.share for one in stayed} == {1.0}
    assert stayed[-1].months == 24
    assert staying.curve([]) == []


def kept(*points):
    StayedUntil.objects.bulk_create(
        StayedUntil(months=months, at_risk=risk, left=left, share=share, low=share, high=share)
        for months, risk, left, share in points
    )


@pytest.mark.django_db
def test_no_step_of_it_tells_of_fewer_than_five_who_left():
    kept((0, 60, 0, 1.0), (3, 55, 3, 0.95), (6, 50, 5, 0.91), (9, 40, 8, 0.85))
    kept((12, 30, 10, 0.78), (18, 4, 10, 0.78))
    points = staying.points()
    found = [(one.months, one.at_risk.words, one.share) for one in points]
    assert found == [
        (0, "60 to 64", 100),
        (3, "55 to 59", None),
        (6, "50 to 54", 90),
        (9, "40 to 44", None),
        (12, "30 to 34", 80),
    ]
    assert "first day: after 6 months 90%; after 12 months 80%.</desc>" in curves.curve(points)


@pytest.mark.django_db
def test_who_is_in_post_counts_for_as_long_as_they_have_been():
    today = timezone.localdate()
    for days, left in ((400, None), (400, 100), (30, None), (-5, None)):
        Appointment.objects.create(
            started_on=today - timedelta(days=days),
            left_on=left and today - timedelta(days=days - left),
            state="left" if left else "started",
            full_name="Somebody",
        )
    assert sorted(staying.spans()) == [(30, False), (100, True), (400, False)]
    staying.refresh()
    assert StayedUntil.objects.get(months=12).at_risk == 1
    staying.refresh()
    assert StayedUntil.objects.count() == 5

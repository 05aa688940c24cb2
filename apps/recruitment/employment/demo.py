"""Offers, people in post and training in the demonstration.

The first cohort is the programme's own, as its evaluation was published: 28 began the training, 10
completed it, 7 were employed, and all 7 were in post after two years. They have no names here.
"""

from datetime import time, timedelta

from apps.accounts.models.people import Constituency
from apps.core import clock
from apps.core.dates import wall_clock
from apps.notifications.silence import silence

from ..applications.models.application import Application
from ..training.models import Enrolment, SessionAttendance, TrainingCohort
from ..vacancies.demo import STATE
from .models.appointment import REVIEWS, Appointment
from .models.check import Check, Evidence
from .models.offer import Offer

BEGAN, COMPLETED, EMPLOYED = 28, 10, 7


def load(world):
    with silence():
        _historic(world)
        _running(world)
        _decided(world)
        _filled(world)
    world.goto(world.today)


def _first_session(world, days_ago):
    """1pm on the Monday of that week."""
    day = world.ago(days_ago)
    return wall_clock(day - timedelta(days=day.weekday()), time(13))


def _historic(world):
    """Of before this site: no accounts, and no attendance."""
    world.goto(world.ago(730), 10)
    by = world.person["office"]
    cohort = TrainingCohort.plan(
        by=by,
        name="First cohort of the programme",
        place="Pinewood House",
        starts_at=_first_session(world, 1200),
        minutes=180,
    )
    began = clock.date_of(cohort.starts_at)
    ended = began + timedelta(weeks=12)
    for number in range(BEGAN):
        Enrolment.objects.create(
            cohort=cohort,
            enrolled_on=began - timedelta(days=30),
            began_on=began,
            ended_on=ended,
            state=Enrolment.State.COMPLETED if number < COMPLETED else Enrolment.State.LEFT,
        )
    TrainingCohort.objects.filter(pk=cohort.pk).update(state=TrainingCohort.State.FINISHED)
    for number, enrolment in enumerate(cohort.enrolments.all()[:EMPLOYED]):
        made = Appointment.begin(
            started_on=ended + timedelta(days=40 + 3 * number),
            enrolment=enrolment,
            line_supervisor="The team",
            peer_supervisor="The network",
        )
        Appointment.objects.filter(pk=made.pk).update(state=Appointment.State.PASSED)
        for point in made.reviews.filter(due_on__lte=world.today):
            point.in_post, point.held_on = True, point.due_on
            point.save(update_fields=["in_post", "held_on"])


def _running(world):
    """The cohort of today, in its sixth week; one pauses."""
    world.goto(world.ago(60), 10)
    by = world.person["office"]
    cohort = TrainingCohort.plan(
        by=by,
        name="Autumn cohort",
        place="The Hub, Bromley",
        starts_at=_first_session(world, 38),
        minutes=180,
    )
    people = [
        user
        for user in world.people
        if user.constituency == Constituency.LIVED_EXPERIENCE and user.pk > world.person["admin"].pk
    ][-8:]
    for user in [world.person["peer"], *people]:
        Enrolment.add(cohort, user, by=by, mentor=world.person["peercolead"])
    world.goto(world.ago(39), 10)
    cohort.move("begin", by=by)
    enrolled = list(cohort.enrolments.all())
    for session in cohort.sessions.filter(starts_at__lt=world.goto(world.today)):
        world.now = session.starts_at + timedelta(hours=4)
        session.cohort = cohort
        came = {one.pk for one in enrolled if world.rng.random() < 0.85}
        session.record_attendance(came, by=by)
    world.goto(world.ago(6), 17)
    last = enrolled[-1]
    last.move("pause", by=last.user)
    SessionAttendance.objects.filter(enrolment=last, session__starts_at__gt=world.now).delete()


def _chosen(vacancy):
    return vacancy.applications.filter(state=Application.State.OFFERED).first()


def _decided(world):
    """Offered and accepted; two checks are in, and one waits for a second person."""
    vacancy = world.vacancies[STATE.DECIDED]
    vacancy.refresh_from_db()
    one = _chosen(vacancy)
    if one is None:
        return
    hr = world.person["hr"]
    world.goto(world.ago(9), 10)
    offer = Offer.make(one, by=hr)
    world.goto(world.ago(7), 18)
    offer.move("accept", by=one.candidate or hr)
    world.goto(world.ago(3), 11)
    offer.agree(
        by=hr,
        start_on=world.today + timedelta(days=33),
        adjustments_in_place=False,
        benefits_advice=True,
    )
    second = world.second_officer
    checks = {check.kind: check for check in offer.employment_checks.all()}
    _see(checks["identity"], by=hr)
    checks["identity"].move("clear", by=second)
    _see(checks["work"], by=second)  # and waits for whoever signs in
    for by in (hr, second):
        checks["registration"].move("leave_out", by=by, note="The post asks for no registration.")
    for kind in ("history", "record"):
        checks[kind].move("ask", by=hr)


def _see(check, *, by, evidence=0, **facts):
    """As it should be, seen today by the first of two."""
    today = clock.today()
    usual = {
        "evidence": check.EVIDENCE[check.kind][evidence],
        "seen_on": today,
        "ends_on": None,
        "level": check.vacancy.dbs_level,
        "certificate_on": today,
        "period_from": today - timedelta(days=1500),
        "period_to": today,
        "reference_count": 2,
        "gaps_explained": True,
        "weighed": False,
    }
    check.record_seen(check.revision, by=by, **usual | facts)


def _filled(world):
    """In post for more than a year, with every review held."""
    vacancy = world.vacancies[STATE.FILLED]
    vacancy.refresh_from_db()
    one = _chosen(vacancy)
    if one is None:
        return
    hr, manager = world.person["hr"], world.person["steering"]
    world.goto(world.ago(480), 10)
    offer = Offer.make(one, by=hr)
    offer.move("accept", by=one.candidate or hr)
    started = world.ago(440)
    offer.agree(by=hr, start_on=started, adjustments_in_place=True, benefits_advice=True)
    world.goto(world.ago(450), 10)
    second = world.second_officer
    evidence = {"work": Check.EVIDENCE["work"].index(Evidence.SHARE_LIMITED), "registration": 1}
    for check in offer.employment_checks.all():
        ends_on = world.today + timedelta(days=40) if check.kind == "work" else None
        _see(check, by=hr, evidence=evidence.get(check.kind, 0), ends_on=ends_on)
        if check.takes_two:
            check.move("clear", by=second)
    world.goto(started, 12)
    offer.refresh_from_db()
    offer.move("start", by=hr)
    post = Appointment.objects.get(vacancy=vacancy)
    words = {key: text for key, text, _ in REVIEWS}
    for point in post.reviews.filter(due_on__lte=world.today):
        world.goto(point.due_on, 15)
        point.hold(point.due_on, by=manager, agreed=f"{words[point.key]}: going well. Hours stay.")
        if point.key == "week_4":
            post.move("induct", by=manager)
        if point.key == "month_6":
            post.move("pass_probation", by=manager)
    world.goto(world.ago(2), 11)
    post.see_work_again(
        by=second,
        evidence=Evidence.SHARE_LIMITED,
        seen_on=clock.today(),
        ends_on=world.today + timedelta(days=700),
    )

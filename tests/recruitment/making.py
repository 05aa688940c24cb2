"""Vacancies and applications to test with.

People and their parts are made as the site makes them, so that grants are real. ``state`` puts a
vacancy there at once, without the steps between: each step has tests of its own.
"""

from datetime import timedelta

from django.utils import timezone

from apps.accounts.roles import HR
from apps.recruitment.applications.models.application import Application
from apps.recruitment.roles import PanelRole
from apps.recruitment.vacancies.models.panel import PanelMember
from apps.recruitment.vacancies.models.vacancy import Criterion, Vacancy

from ..factories import StaffFactory, UserFactory, programme_user, with_second_factor

State = Vacancy.State
AFTER_OPENING = [
    State.OPEN,
    State.CLOSED,
    State.SHORTLISTING,
    State.SHORTLISTED,
    State.INTERVIEWING,
    State.DECIDED,
    State.FILLED,
    State.UNFILLED,
]


def hr_officer(**fields):
    return programme_user(HR, **fields)


def vacancy(*, by=None, state="draft", criteria=True, **fields):
    """A vacancy with its manager, peer lead and organiser, and (unless told) four criteria."""
    by = by or hr_officer()
    people = {"manager": StaffFactory, "peer_lead": UserFactory}
    for role, make in people.items():
        fields.setdefault(role, None)
        fields[role] = fields[role] or make()
    fields.setdefault("organiser", by)
    defaults = {
        "summary": "You use what you have lived through to help others.",
        "description": "## What you do\n\nYou walk beside people.",
        "hours": "Three days a week, agreed with you.",
        "team": "Bromley Recovery Team",
        "borough": "Bromley",
        "cost_code": "C100",
        "position_number": "P200",
        "legal_rationale": "The post needs lived experience and the ability to use it.",
        "line_supervisor": "Sam Field",
        "peer_supervisor": "Kit Marlow",
    }
    made = Vacancy.begin(by=by, **defaults | fields)
    if criteria:
        essential, desirable = Criterion.Weight.ESSENTIAL, Criterion.Weight.DESIRABLE
        paper, interview = Criterion.Stage.SHORTLISTING, Criterion.Stage.INTERVIEW
        lines = [
            (essential, paper, "Lived experience, and the ability to use it to help others"),
            (essential, paper, "Listening without judging"),
            (desirable, paper, "Has worked beside other peers"),
            (essential, interview, "Keeps well at work, with the support agreed"),
        ]
        for order, (weight, stage, text) in enumerate(lines, start=1):
            Criterion.objects.create(
                vacancy=made, weight=weight, stage=stage, text=text, order=order
            )
    if state != "draft":
        put(made, state)
    return made


def put(vacancy, state):
    """Put it into a state at once; opened two weeks ago, and closed yesterday unless it is open."""
    now = timezone.now()
    fields = {"state": state}
    if state in AFTER_OPENING:
        fields["opened_at"] = now - timedelta(days=14)
        fields["closes_at"] = now + timedelta(days=14 if state == State.OPEN else -1)
    if state in Vacancy.OVER:
        fields["finished_at"] = now
    Vacancy.objects.filter(pk=vacancy.pk).update(**fields)
    vacancy.refresh_from_db()
    return vacancy


def panel(vacancy, *, by=None):
    """Chair, peer and a member of the team: {role: user}."""
    by = by or vacancy.created_by
    people = {
        PanelRole.CHAIR: StaffFactory(),
        PanelRole.PEER: UserFactory(),
        PanelRole.TEAM: StaffFactory(),
    }
    for role, user in people.items():
        with_second_factor(user)
        PanelMember.add(vacancy, user, role, by=by, trained_on=timezone.localdate())
    return people


def application(vacancy, candidate=None, *, state="submitted", words="I have done this.", **fields):
    """An application with an answer to each criterion looked at on paper, put into a state."""
    candidate = candidate or UserFactory()
    was = vacancy.state, vacancy.closes_at
    if not vacancy.is_open:  # it was, when this was written
        put(vacancy, State.OPEN)
    made = Application.begin(vacancy, candidate)
    if (vacancy.state, vacancy.closes_at) != was:
        Vacancy.objects.filter(pk=vacancy.pk).update(state=was[0], closes_at=was[1])
        vacancy.refresh_from_db()
    made.answers.update(text=words)
    fields = {"right_to_work": True} | fields
    if state != "draft":
        fields |= {"state": state, "submitted_at": timezone.now() - timedelta(days=2)}
    Application.objects.filter(pk=made.pk).update(**fields)
    made.refresh_from_db()
    return made


def facts(check):
    """What the standard asks of a check, as it should be; of all, to choose from."""
    today = timezone.localdate()
    return {
        "evidence": check.EVIDENCE[check.kind][0],
        "seen_on": today,
        "ends_on": today + timedelta(days=400) if check.kind == "registration" else None,
        "level": check.vacancy.dbs_level,
        "certificate_on": today,
        "period_from": today - timedelta(days=1500),
        "period_to": today,
        "reference_count": 2,
        "gaps_explained": True,
        "weighed": False,
    }


def seen(check, *, by=None, **given):
    """Seen by the first of two."""
    check.refresh_from_db()
    check.record_seen(check.revision, by=by or check.offer.made_by, **facts(check) | given)
    return check


def check(check, *, by=None, second=None, **given):
    """Seen by one, and confirmed by another where two are asked for."""
    seen(check, by=by, **given)
    if check.takes_two:
        check.move("clear", by=second or hr_officer())
    return check


def checks(offer, **given):
    """All that are not settled; the offer as it then stands."""
    second = hr_officer()
    for one in offer.employment_checks.all():
        if not one.is_settled:
            check(one, second=second, **given)
    offer.refresh_from_db()
    return offer


def ready_to_open():
    """An approved vacancy with a panel and its dates, which Human Resources can open."""
    made = vacancy()
    panel(made)
    put(made, State.APPROVED)
    now = timezone.now()
    Vacancy.objects.filter(pk=made.pk).update(
        closes_at=now + timedelta(days=30), interviews_on=now.date() + timedelta(days=60)
    )
    made.refresh_from_db()
    return made

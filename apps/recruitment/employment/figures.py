"""From the first day of training to two years in post, in the terms of the published evaluation."""

from typing import Any

from django.db.models import Count, F, Q

from apps.core import clock
from apps.core.compiled import rows_of

from ..training.models import Enrolment
from .models.appointment import COUNTED, REVIEWS, Appointment, ReviewPoint


def reached(enrolments):
    """How far each cohort came, as the published evaluation reports it: three queries, however
    many cohorts.

    {cohort's key: {"began": n, "completed": n, "employed": n, "month_6": (in post, due), …}}; who
    is not yet due counts in neither number.
    """
    return _put_together(*_questions(enrolments))


def reached_where(*states):
    """The same of all cohorts that stand so: its queries are built once a day."""
    return _put_together(*(rows_of(_question, states, nth) for nth in range(3)))


def _question(states, nth):
    return _questions(Enrolment.objects.filter(cohort__state__in=states))[nth]


def _questions(enrolments):
    """Who began and completed, who was employed, and who was due and gone: by cohort."""
    began = (
        enrolments.order_by()
        .values_list("cohort")
        .annotate(
            began=Count("pk", filter=Q(began_on__isnull=False)),
            completed=Count("pk", filter=Q(state=Enrolment.State.COMPLETED)),
        )
    )
    appointments = Appointment.objects.filter(enrolment__in=enrolments).order_by()
    employed = appointments.values_list("enrolment__cohort").annotate(Count("pk"))
    points = (
        ReviewPoint.objects.filter(
            appointment__in=appointments, key__in=COUNTED, due_on__lte=clock.today()
        )
        .order_by()
        .values_list("appointment__enrolment__cohort", "key")
    )
    gone = Q(in_post=False) | Q(appointment__left_on__lte=F("due_on"))
    return began, employed, points.annotate(due=Count("pk"), gone=Count("pk", filter=gone))


def _put_together(begun, in_work, points):
    found = {
        key: {
            "began": began,
            "completed": completed,
            "employed": 0,
            **dict.fromkeys(COUNTED, (0, 0)),
        }
        for key, began, completed in begun
    }
    for cohort, employed in in_work:
        found[cohort]["employed"] = employed
    for cohort, key, due, left in points:
        found[cohort][key] = (due - left, due)
    return found


def pipeline(enrolments):
    """The same of several cohorts together."""
    whole: dict[str, Any] = {
        "began": 0,
        "completed": 0,
        "employed": 0,
        **dict.fromkeys(COUNTED, (0, 0)),
    }
    for found in reached(enrolments).values():
        for key, number in found.items():
            if key in COUNTED:
                whole[key] = tuple(map(sum, zip(whole[key], number, strict=True)))
            else:
                whole[key] += number
    return whole


def figures(found):
    """Figures of a pipeline as lines for a page: (words, number, of how many)."""
    words = {key: text for key, text, _ in REVIEWS}
    return [
        ("Began the training", found["began"], None),
        ("Completed it", found["completed"], found["began"]),
        ("Were employed", found["employed"], found["completed"]),
        *((f"In post {words[key].lower()}", *found[key]) for key in COUNTED),
    ]

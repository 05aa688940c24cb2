"""Who is reminded to declare their interests, and when."""

from datetime import timedelta

from django.urls import reverse

from apps.core import clock
from apps.core.dates import morning_of, weekday_near
from apps.notifications.kinds import Default, Due, Kind, Topic, register
from apps.notifications.wording import BY_DAY

from .models import Declaration, asked_to_declare, due_soon, overdue, with_dates, year

WEEK = timedelta(days=7)


class DeclareKind(Kind):
    topic = Topic.GOVERNANCE
    audiences = {"person": "The person"}
    preview = "With nothing to declare it is one tick."
    text = (
        "Everybody who takes part in decisions says once a year what might sway them: money, "
        "another post, a cause, somebody close.\n\nWith nothing to declare it is one tick."
    )
    action = "Declare your interests"

    def wanted(self, rule, subject, user):
        return due_soon(user).exists()

    def url(self, occurrence, reader):
        return reverse("my_interests")


@register
class FirstDeclaration(DeclareKind):
    """A week after joining, to somebody who has never declared. Once: those who were there before
    the site asked would get all at once. *What needs you* goes on asking."""

    name = "governance.first_declaration"
    label = "Please declare your interests"
    to_whom = "whoever takes part in decisions and has never declared their interests"
    defaults = (Default(-WEEK, "person"),)

    def due(self, rule, now):
        joined = clock.date_of(now + rule.offset)
        never = with_dates(asked_to_declare().filter(declarations=None))
        for person in never.filter(joined__lte=joined):
            due_at = rule.due_at(morning_of(person.joined))
            if due_at <= now:
                yield Due(person, due_at)

    def audience(self, rule, person):
        return [person]


@register
class YearlyDeclaration(DeclareKind):
    """Before the last declaration ends, when it does, and two weeks after."""

    name = "governance.yearly_declaration"
    label = "Your yearly declaration of interests"
    to_whom = "whoever takes part in decisions, as their last declaration of interests ends"
    subject_line = "{label}: due {by}"
    placeholders = {"by": BY_DAY}
    defaults = (
        Default(2 * WEEK, "person"),
        Default(timedelta(0), "person"),
        Default(-2 * WEEK, "person"),
    )

    def due(self, rule, now):
        ending = overdue(now + rule.offset).filter(declarations__isnull=False).distinct()
        ids = ending.values("pk")
        seen = set()
        last = Declaration.objects.filter(user__in=ids, at__lte=now + rule.offset - year())
        for declaration in last.select_related("user").order_by("user", "-at"):
            if declaration.user_id not in seen:
                seen.add(declaration.user_id)
                yield Due(declaration, rule.due_at(declaration.ends))

    def audience(self, rule, declaration):
        return [declaration.user]

    def values(self, occurrence, reader):
        return {"by": weekday_near(occurrence.subject.ends)}

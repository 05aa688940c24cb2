"""What is kept of counting: numbers by group, quarter and side, so that no page counts rows."""

from django.db import models

from apps.accounts.models.people import Constituency
from apps.groups.models import WorkingGroup
from apps.recruitment.vacancies.models.vacancy import Vacancy


class Counted(models.Model):
    """When something was counted last, as a whole and in its latest quarters. Its row is the lock
    under which its tallies are replaced.
    """

    count = models.CharField(max_length=40, primary_key=True)
    as_of = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "counted"
        default_permissions = ()

    def __str__(self):
        return self.count


class Tally(models.Model):
    """One number: of a count, in a group (none: the programme as a whole), a quarter and a side.

    ``part`` says which of the numbers of that count it is: *came*, or *apologies*. Numbers here are
    exact, and may be of one person: no page, file or Django admin shows a row. What people see goes
    through ``apps/core/disclosure.py``.
    """

    count = models.CharField(max_length=40)
    group = models.ForeignKey(
        WorkingGroup, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    quarter = models.DateField()
    side = models.CharField(max_length=20, choices=Constituency, blank=True)
    part = models.CharField(max_length=40, blank=True)
    number = models.PositiveBigIntegerField()

    class Meta:
        verbose_name_plural = "tallies"
        default_permissions = ()
        indexes = [models.Index(fields=["group", "count", "quarter"])]
        constraints = [
            models.UniqueConstraint(
                fields=["count", "group", "quarter", "side", "part"],
                name="insight_tally_once",
                condition=models.Q(group__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["count", "quarter", "side", "part"],
                name="insight_tally_programme_once",
                condition=models.Q(group__isnull=True),
            ),
        ]

    def __str__(self):
        return f"{self.count} {self.part} {self.side} {self.quarter}"


class Step(models.Model):
    """In which steps a row of a figure is shown, where steps of five would give a number away once
    all periods are laid beside each other (``safe_step`` in ``apps/core/disclosure.py``).
    """

    count = models.CharField(max_length=40)
    group = models.ForeignKey(
        WorkingGroup, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    side = models.CharField(max_length=20, choices=Constituency, blank=True)
    parts = models.CharField(max_length=200, help_text="Those that the row adds up, in order.")
    step = models.PositiveIntegerField()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["group", "count"])]

    def __str__(self):
        return f"{self.count} {self.parts} {self.side}: {self.step}"


class VacancyCount(models.Model):
    """One number about a vacancy. It stays when the applications are deleted, and names nobody."""

    class What(models.TextChoices):
        """People at each step, how many of them went at it, and days of each stage."""

        VISITED = "visited", "Came to look before applying"
        APPLIED = "applied", "Applied"
        SHORTLISTED = "shortlisted", "Were invited to an interview"
        INTERVIEWED = "interviewed", "Were interviewed"
        OFFERED = "offered", "Were offered the post"
        CLEARED = "cleared", "Passed the checks"
        STARTED = "started", "Started in post"

        LEFT_WAITING = "left_waiting", "Before the shortlist"
        LEFT_INVITED = "left_invited", "Before the interview"
        LEFT_INTERVIEWED = "left_interviewed", "After the interview"
        LEFT_OFFERED = "left_offered", "After the offer"

        REFUSED = "refused", "Were turned down"
        FED_BACK = "fed_back", "Were sent feedback"

        PANEL = "panel", "Had a panel"
        PEER_PANEL = "peer_panel", "Had a peer on the panel"

        DAYS_OPEN = "days_open", "Open for applications"
        DAYS_SHORTLIST = "days_shortlist", "From closing to the locked shortlist"
        DAYS_DECIDE = "days_decide", "From the shortlist to the decision"
        DAYS_START = "days_start", "From the decision to the last first day"
        DAYS_ALL = "days_all", "From opening to the last first day"

    vacancy = models.ForeignKey(Vacancy, on_delete=models.CASCADE, related_name="+")
    what = models.CharField(max_length=16, choices=What)
    number = models.PositiveIntegerField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["vacancy", "what"], name="insight_vacancy_count_once")
        ]

    def __str__(self):
        return f"{self.vacancy_id} {self.what}"


class StayedUntil(models.Model):
    """A point of the curve of how long people stay in post: exact, so no page shows a row."""

    months = models.PositiveSmallIntegerField(unique=True)
    at_risk = models.PositiveIntegerField()
    left = models.PositiveIntegerField()
    share = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()

    class Meta:
        ordering = ["months"]
        default_permissions = ()

    def __str__(self):
        return f"{self.months} months"

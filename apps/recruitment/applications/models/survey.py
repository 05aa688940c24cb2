"""How candidates found it: counted at once, so that nobody's answers are kept."""

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import F

from apps.core import clock
from apps.core.anonymous import leave_no_log, rewrite
from apps.core.exceptions import Already

from .application import Application

ANSWERS = [
    ("5", "Strongly agree"),
    ("4", "Agree"),
    ("3", "Neither"),
    ("2", "Disagree"),
    ("1", "Strongly disagree"),
]
STATEMENTS = {
    "clear": "I knew what would happen and when",
    "fair": "I was treated fairly",
    "adjusted": "I got the adjustments that I asked for",
    "told": "I could tell what I can do, in a way that suited me",
    "feedback": "What you told me afterwards was useful",
    "again": "I would apply here again",
}


class SurveyCount(models.Model):
    """How many gave one answer to one statement in a year. All that is kept."""

    year = models.PositiveSmallIntegerField()
    statement = models.CharField(max_length=20)
    answer = models.CharField(max_length=2)
    number = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["year", "statement", "-answer"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "statement", "answer"], name="recruitment_survey_count_once"
            )
        ]

    def __str__(self):
        return f"{self.year}, {self.statement}"

    @classmethod
    @transaction.atomic
    def give(cls, application, answers):
        """Add somebody's answers ({statement: answer}) to the counts, once.

        The application remembers only that its candidate was asked and answered. Raises
        IllegalMove (it goes on), NotYet (it was never sent) or Conflict (a second time).
        """
        application.permit("answer_survey", by=application.candidate)
        won = Application.objects.filter(pk=application.pk, surveyed=False).update(surveyed=True)
        if not won:
            words = "You have answered these questions already. Thank you."
            raise Already(words, application, mine=True)
        # One at a time: all rows are written anew below.
        ContentType.objects.select_for_update().get(app_label="recruitment", model="surveycount")
        year = clock.today().year
        allowed = {answer for answer, _ in ANSWERS}
        for statement in STATEMENTS:
            answer = answers.get(statement)
            if answer in allowed:
                row, _ = cls.objects.get_or_create(year=year, statement=statement, answer=answer)
                cls.objects.filter(pk=row.pk).update(number=F("number") + 1)
        # Every row is then of this transaction: which of them it counted up does not show.
        rewrite(cls.objects.all(), list(cls.objects.order_by("pk")))
        leave_no_log()

"""Templates: a vacancy's words and criteria, kept to begin others from."""

from django.db import models, transaction

from apps.core import clock
from apps.core.lines import Line
from apps.core.models import record

from .vacancy import Criterion, Vacancy

# What a new vacancy takes over from a template or an earlier one. Places, people, money and dates
# are its own.
COPIED = (
    "title",
    "summary",
    "easy_read",
    "description",
    "band",
    "hours",
    "legal_rationale",
    "dbs_level",
    "dbs_paid_by_trust",
    "source",
)
OF_CRITERION = ("weight", "stage", "text", "guidance", "scoring", "max_words", "order")


def contents(vacancy):
    """What is copied of a vacancy: its words, and its criteria in order."""
    return (
        {name: getattr(vacancy, name) for name in COPIED},
        list(vacancy.criteria.values(*OF_CRITERION)),
    )


class VacancyTemplate(models.Model):
    """Words and criteria under a name."""

    name = Line(max_length=120, unique=True)
    words = models.JSONField(default=dict)
    criteria = models.JSONField(default=list)
    made_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    @classmethod
    @transaction.atomic
    def keep(cls, name, vacancy, *, by):
        """Keep a vacancy as a template; one of the same name is replaced."""
        vacancy.permit("keep_template", by=by)
        words, criteria = contents(vacancy)
        made, _ = cls.objects.update_or_create(
            name=name, defaults={"words": words, "criteria": criteria}
        )
        record("keep_template", vacancy, by=by, note=name)
        return made

    def contents(self):
        return self.words, self.criteria


@transaction.atomic
def begin_from(words, criteria, *, by, **fields):
    """A new draft with words and criteria from elsewhere. Raises PermissionDenied."""
    vacancy = Vacancy.begin(by=by, **{**words, **fields})
    for line in criteria:
        Criterion.objects.create(vacancy=vacancy, **line)
    return vacancy

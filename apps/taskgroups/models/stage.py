"""The stages of the programme, the task groups mapped to them, and the voices in each group."""

from dataclasses import dataclass, field

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from apps.core import clock
from apps.core.lines import Line
from apps.groups.models import Membership, Represents, TermsOfReference, WorkingGroup, in_programme


class StageQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Everybody in the programme sees how it is laid out."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(in_programme(user))


class Stage(models.Model):
    """One stage of the programme: what it aims at, when, and which task groups do its work."""

    name = Line(max_length=120, unique=True)
    order = models.PositiveSmallIntegerField(
        default=1, db_index=True, help_text="Stages are shown in this order."
    )
    aim = models.TextField(max_length=2000, help_text="What will be so when the stage is done?")
    starts = models.DateField("first day")
    ends = models.DateField("last day")
    groups = models.ManyToManyField(
        WorkingGroup,
        blank=True,
        related_name="stages",
        limit_choices_to={"kind": WorkingGroup.Kind.TASK},
    )

    objects = StageQuerySet.as_manager()

    class Meta:
        ordering = ["order", "starts", "pk"]
        permissions = [("manage_stage", "Can lay out the stages of the programme")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gte=F("starts")), name="taskgroups_stage_forwards"
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("stage", args=[self.pk])

    @property
    def when(self):
        """Where the stage stands today: *to come*, *running* or *over*."""
        today = clock.today()
        if today < self.starts:
            return "To come"
        return "Running" if today <= self.ends else "Over"


# --- composition --------------------------------------------------------------------------------
@dataclass(frozen=True)
class Voice:
    """One voice that the terms of reference ask for, and the members who speak for it."""

    represents: Represents
    members: list[Membership] = field(default_factory=list)

    @property
    def label(self):
        return self.represents.label

    @property
    def is_missing(self):
        return not self.members


def compositions(groups):
    """What the terms of many groups ask for and who is there: {group pk: [Voice]}, two queries.

    Task groups alone are asked for voices; a group without terms is asked for none yet.
    """
    groups = list(groups)
    today = clock.today()
    terms = {
        one.group_id: one
        for one in TermsOfReference.objects.adopted()
        .filter(group__in=groups, in_force_from__lte=today)
        .select_related("group")
        .order_by("version")
    }
    speaking = {}
    for one in (
        Membership.objects.current(today)
        .filter(group__in=groups)
        .exclude(represents="")
        .select_related("user")
        .order_by("user__full_name")
    ):
        speaking.setdefault((one.group_id, one.represents), []).append(one)
    return {
        group.pk: _voices(
            terms.get(group.pk), lambda voice, pk=group.pk: speaking.get((pk, voice.value), [])
        )
        for group in groups
    }


def composition(group):
    """The voices that one group is asked for; those that nobody speaks for say ``is_missing``.

    Asks nothing where the group's page has terms and people at hand.
    """
    if not hasattr(group, "people_shown"):
        return compositions([group])[group.pk]
    terms, people = group.terms_shown, group.people_shown
    if terms is not None:
        terms.group = group
    return _voices(terms, lambda voice: [one for one in people if one.represents == voice])


def _voices(terms, members):
    return [Voice(voice, members(voice)) for voice in (terms.voices_asked if terms else [])]

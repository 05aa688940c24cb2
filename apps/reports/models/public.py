"""Which figures everybody reads: a list that a meeting decides on. One co-lead takes one off."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.urls import reverse

from apps.core import clock
from apps.core.exceptions import Already, Conflict, NotYet
from apps.core.models import Stateful, States, record
from apps.core.moves import Act, Move, effect
from apps.core.says import says_something
from apps.groups.models import WorkingGroup, belongs_to

from .. import events, taking
from ..roles import OfTheProgramme, sits_at_work, the_steering_group


class PublicFiguresQuerySet(models.QuerySet):
    def update(self, **kwargs):
        if {"keys", "group", "number"} & kwargs.keys():
            raise TypeError("A list that a meeting decides on does not change.")
        return super().update(**kwargs)

    def visible_to(self, user):
        """The steering group and the office: everybody else reads the page that it makes."""
        if not user.is_authenticated:
            return self.none()
        if user.has_perm("groups.publish_report"):
            return self
        return self.filter(sits_at_work(user) | Q(group__in=belongs_to(user)))

    def in_force(self):
        return self.filter(state=PublicFigures.State.IN_FORCE)

    def proposed(self):
        return self.filter(state=PublicFigures.State.PROPOSED)


@effect
def holds_now(figures, entry):
    """In place of the list before."""
    figures.in_force_at = entry.at
    figures.save(update_fields=["in_force_at"])
    for older in PublicFigures.objects.in_force().exclude(pk=figures.pk):
        older.follow("replace", by=entry.by)


class PublicFigures(OfTheProgramme, Stateful):
    """A list of figures. What a meeting decided on does not change, save that one is taken off."""

    class State(States):
        PROPOSED = "proposed", "yellow", "Proposed"
        IN_FORCE = "in_force", "green", "In force"
        REPLACED = "replaced", "grey", "Replaced"
        DROPPED = "dropped", "grey", "Given up"

    moves = {
        "adopt": Move(
            (State.PROPOSED,),
            State.IN_FORCE,
            "groups.lead_workinggroup",
            then=(holds_now, events.figures_settled),
            label="Adopt",
            internal=True,  # follows a decision that both co-leads stand by
        ),
        "fall_back": Move(
            (State.IN_FORCE,),
            State.PROPOSED,
            "groups.lead_workinggroup",
            then=(events.figures_settled,),
            label="No longer in force",
            internal=True,  # the decision lost its quorum: nothing is public until it is ratified
        ),
        "fall": Move(
            (State.IN_FORCE,),
            State.DROPPED,
            "groups.lead_workinggroup",
            then=(events.figures_settled,),
            label="No longer in force",
            internal=True,  # and another list is proposed already
        ),
        "replace": Move(
            (State.IN_FORCE,),
            State.REPLACED,
            "groups.lead_workinggroup",
            label="Replaced",
            internal=True,  # another list was decided
        ),
        "drop": Move(
            (State.PROPOSED,),
            State.DROPPED,
            "groups.lead_workinggroup",
            needs=("apps.meetings.models.about.no_decision_is_on_its_way",),
            then=(events.figures_settled,),
            label="Take the proposal back",
            reason=True,
            done="The proposal is taken back.",
            explain="What is public stays as it is.",
        ),
        "take_off": Act(
            (State.IN_FORCE,),
            "groups.lead_workinggroup",
            then=(events.figures_settled,),
            closed="This list is {state}: nothing stands on the public page because of it.",
        ),
    }

    group = models.ForeignKey(WorkingGroup, on_delete=models.PROTECT, related_name="public_figures")
    number = models.PositiveIntegerField(unique=True, editable=False)
    keys = models.JSONField(editable=False, help_text="Which figures, as insight calls them.")
    off = models.JSONField(
        default=dict, editable=False, help_text="Those taken off since, and why."
    )
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED, editable=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        editable=False,
        on_delete=models.PROTECT,
        related_name="public_figures_proposed",
    )
    proposed_at = models.DateTimeField(default=clock.now, editable=False)
    in_force_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = PublicFiguresQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "public figures"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["group"],
                condition=Q(state="proposed"),
                name="reports_figures_one_proposal",
            )
        ]

    def __str__(self):
        return f"Figures for everybody, list {self.number}"

    def get_absolute_url(self):
        return reverse("public_figures_list", args=[self.number])

    def save(self, *args, update_fields=None, **kwargs):
        if self.pk and (update_fields is None or "keys" in update_fields):
            raise TypeError("A list that a meeting decides on does not change.")
        super().save(*args, update_fields=update_fields, **kwargs)

    @property
    def shown(self):
        """The keys of what stands on the public page."""
        return [key for key in self.keys if key not in self.off]

    @property
    def is_proposed(self):
        return self.state == self.State.PROPOSED

    @property
    def titles(self):
        """(key, title, why it was taken off) of each figure that there still is."""
        every = taking.titles()
        return [(key, every[key], self.off.get(key, "")) for key in self.keys if key in every]

    early = "That meeting began before the list was proposed."
    settles = "adopts"

    @property
    def to_decide_since(self):
        return self.proposed_at if self.is_proposed else None

    def lose_decision(self, *, by):
        if self.open_to("fall_back"):
            proposed = PublicFigures.objects.proposed().filter(group=self.group_id)
            self.follow("fall" if proposed.exists() else "fall_back", by=by)

    @classmethod
    @transaction.atomic
    def propose(cls, keys, *, by):
        """A list for a meeting to decide on. Raises PermissionDenied, NotYet or Conflict."""
        group = the_steering_group()
        if group is None or not by.has_perm("groups.lead_workinggroup", group):
            raise PermissionDenied
        every = taking.titles()
        if not keys or not set(keys) <= set(every):
            raise NotYet("Choose at least one figure.")
        last = cls.objects.aggregate(last=models.Max("number"))["last"] or 0
        ordered = [key for key in every if key in keys]
        try:
            with transaction.atomic():
                made = cls.objects.create(
                    group=group, number=last + 1, keys=ordered, proposed_by=by
                )
        except IntegrityError:  # two at once, or one that is open
            there = cls.objects.proposed().filter(group=group).first()
            if there is not None and there.keys == ordered:
                raise Already("This list is proposed already.", there, "propose") from None
            raise Conflict("Another list is proposed already.", there) from None
        record("propose", made, by=by)
        return made

    @transaction.atomic
    def take_off(self, key, *, by, note):
        """One figure stands on the public page no more, from now. Raises PermissionDenied,
        IllegalMove or NotYet.
        """
        self.permit("take_off", by=by)
        if key not in self.shown:
            raise Already("This figure is not on the public page any more.", self)
        if not says_something(note):
            raise NotYet("Give the reason: the steering group reads it.")
        self.off = self.off | {key: note}
        self.save(update_fields=["off"])
        self.followed("take_off", record("take_off", self, by=by, note=f"{key}: {note}"))

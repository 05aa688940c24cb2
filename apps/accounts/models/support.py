"""What helps somebody take part, and who may read it."""

from django.db import models

from apps.core import clock

from .people import User


class AccessNeed(models.TextChoices):
    """Kinds of support that are asked for often enough to have a box to tick."""

    STEP_FREE = "step_free", "Step-free access"
    HEARING_LOOP = "hearing_loop", "A hearing loop"
    INTERPRETER = "interpreter", "A British Sign Language or other interpreter"
    EASY_READ = "easy_read", "Papers in large print or easy read"
    BREAKS = "breaks", "Regular breaks"
    COMPANION = "companion", "To bring somebody with me"
    TRAVEL = "travel", "Travel booked for me"
    ONLINE = "online", "Help with joining online"
    OTHER = "other", "Something else"


class ShareWith(models.TextChoices):
    """Who may open somebody's support profile."""

    NOBODY = "nobody", "Only me"
    ORGANISERS = "organisers", "The organiser of a meeting that I go to"
    CO_LEADS = "co_leads", "Organisers, and the co-leads of my groups"


# Which people's profiles somebody may open as an organiser or a co-lead is known to higher apps:
# ShareWith -> functions from the reader to a queryset of the ids of such people.
SUPPORT_READERS: dict[str, list] = {ShareWith.ORGANISERS: [], ShareWith.CO_LEADS: []}


class SupportProfileQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own, and those that their owner shares with people like this reader."""
        seen = models.Q(user=user)
        for share, readers in SUPPORT_READERS.items():
            wide_enough = [share, ShareWith.CO_LEADS]
            for people in readers:
                seen |= models.Q(share_with__in=wide_enough, user__in=people(user))
        return self.filter(seen)


class SupportProfile(models.Model):
    """What helps a person take part, said once; each meeting's support request begins from it.

    It may tell of somebody's health. No role sees it but by the owner's choice; it has no page
    in Django admin.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="support_profile")
    needs = models.JSONField(default=list, blank=True)
    what_helps = models.TextField(
        "What helps you take part?",
        blank=True,
        max_length=2000,
        help_text="For example: papers a week before, a quiet room, somebody to meet me at the "
        "door. You do not need to say why.",
    )
    share_with = models.CharField(
        "Who may read this?", max_length=12, choices=ShareWith, default=ShareWith.NOBODY
    )
    updated_at = clock.SavedAtField()

    objects = SupportProfileQuerySet.as_manager()

    def __str__(self):
        return f"Support profile {self.pk}"

    @property
    def need_labels(self):
        """The ticked kinds of support in words, in the order of the form."""
        return [need.label for need in AccessNeed if need in self.needs]

    def as_text(self):
        """The whole in plain text: ticked needs first, then the person's own words."""
        ticked = [str(need.label) for need in AccessNeed if need in self.needs and need != "other"]
        return "\n".join([*ticked, *filter(None, [self.what_helps])])

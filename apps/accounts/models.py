"""People: who they are and which side of co-production they sit on."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone


class Constituency(models.TextChoices):
    """Which side of co-production a person sits on; used for quorum and balance."""

    LIVED_EXPERIENCE = "lived_experience", "Lived experience"
    STAFF = "staff", "Staff"
    PARTNER = "partner", "Partner"


class Department(models.TextChoices):
    """Where a member of staff works."""

    HR = "hr", "Human Resources"
    COMMS = "comms", "Communications"
    EQUALITY = "equality", "Equality and Human Rights"
    CLINICAL = "clinical", "Clinical"
    OPERATIONAL = "operational", "Operational"
    OTHER = "other", "Other"


class UserManager(BaseUserManager):
    """Accounts are found by e-mail address, whatever its case."""

    def create_user(self, email, password=None, **fields):
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)

    def active(self):
        return self.filter(is_active=True)


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account. Signs in by e-mail; ``known_as`` is what others call them."""

    email = models.EmailField("e-mail address", max_length=254, unique=True)
    full_name = models.CharField(max_length=120)
    known_as = models.CharField(
        max_length=60, blank=True, help_text="What would you like to be called?"
    )
    phone = models.CharField("telephone", max_length=30, blank=True)
    constituency = models.CharField(max_length=20, choices=Constituency, db_index=True)
    department = models.CharField(max_length=20, choices=Department, blank=True)
    is_staff = models.BooleanField("may open Django admin", default=False)
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(
        "demonstration account", default=False, editable=False,
        help_text="Made by load_demo; skips the required second factor while DEBUG is on.",
    )  # fmt: skip
    date_joined = models.DateTimeField(default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name", "constituency"]

    class Meta:
        ordering = ["full_name", "pk"]
        constraints = [models.UniqueConstraint(Lower("email"), name="accounts_user_email_once")]
        permissions = [("invite_user", "Can invite people")]

    def __str__(self):
        return self.name

    @property
    def name(self):
        """What others call this person."""
        return self.known_as or self.full_name

    def get_full_name(self):
        return self.full_name

    def get_short_name(self):
        return self.name

    def clean(self):
        super().clean()
        self.email = self.email.strip().lower()

    def save(self, *args, **kwargs):
        self.email = self.email.lower()
        super().save(*args, **kwargs)

    @property
    def programme_roles(self):
        """Names of the programme-wide roles held, remembered for this instance."""
        if not hasattr(self, "_programme_roles"):
            self._programme_roles = frozenset(self.groups.values_list("name", flat=True))
        return self._programme_roles

    @property
    def support_prefill(self):
        """What this person usually says helps, to begin a support request with; may be empty."""
        profile = SupportProfile.objects.filter(user=self).first()
        return profile.as_text() if profile else ""


# --- what helps somebody take part ---------------------------------------------------------------
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
        "What helps you take part?", blank=True, max_length=2000,
        help_text="For example: papers a week before, a quiet room, somebody to meet me at the "
        "door. You do not need to say why.",
    )  # fmt: skip
    share_with = models.CharField(
        "Who may read this?", max_length=12, choices=ShareWith, default=ShareWith.NOBODY
    )
    updated_at = models.DateTimeField(auto_now=True)

    objects = SupportProfileQuerySet.as_manager()

    def __str__(self):
        return f"Support profile {self.pk}"

    @property
    def need_labels(self):
        """The ticked kinds of support in words, in the order of the form."""
        return [need.label for need in AccessNeed if need in self.needs]

    def as_text(self):
        """The whole in plain text: ticked needs first, then the person's own words."""
        ticked = [need.label for need in AccessNeed if need in self.needs and need != "other"]
        return "\n".join([*ticked, *filter(None, [self.what_helps])])

"""Declarations of interest: what might sway somebody, said at joining and once a year."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Exists, Max, Min, OuterRef, Q

from apps.accounts.models.people import User
from apps.core import clock
from apps.core.exceptions import NotYet
from apps.core.models import record
from apps.groups.models import Membership, WorkingGroup

DECIDING = (WorkingGroup.Kind.STEERING, WorkingGroup.Kind.TASK)


def year():
    """How long a declaration holds."""
    return timedelta(days=settings.DECLARATION_DAYS)


def notice():
    """How long before it ends people are asked again."""
    return timedelta(days=settings.DECLARATION_NOTICE_DAYS)


class DeclaredInterestQuerySet(models.QuerySet):
    def current(self):
        return self.filter(ended_at=None)

    def public(self):
        """What its people agreed to show to everybody, while they are of the programme."""
        return self.current().filter(is_public=True, user__is_active=True)


class DeclaredInterest(models.Model):
    """Something that could affect, or seem to affect, what somebody decides.

    It is the person's own to write and to end. Those who chair a meeting read it; everybody does
    where the person agreed. The kinds follow NHS England's guidance on managing conflicts of
    interest (financial, non-financial professional, non-financial personal, indirect).
    """

    class Kind(models.TextChoices):
        FINANCIAL = "financial", "Money: I could gain or lose"
        PROFESSIONAL = "professional", "Work: another post, office or membership"
        PERSONAL = "personal", "Personal: a cause or belief that I campaign for"
        INDIRECT = "indirect", "Through somebody close to me"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="interests"
    )
    kind = models.CharField(max_length=12, choices=Kind)
    text = models.TextField("what is it?", max_length=1000)
    is_public = models.BooleanField("everybody may read it, with my name", default=False)
    added_at = models.DateTimeField(default=clock.now, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = DeclaredInterestQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        permissions = [("view_declarations", "Can see who has not declared interests")]
        indexes = [models.Index(fields=["user", "ended_at"])]

    def __str__(self):
        return f"Interest {self.pk}"

    @classmethod
    @transaction.atomic
    def add(cls, user, **fields):
        """The person adds one. The audit trail says that, not what."""
        made = cls.objects.create(user=user, **fields)
        record("declare_interest", made, by=user)
        return made

    @transaction.atomic
    def change(self, *, by, **fields):
        """Correct the words, or who may read them."""
        self._only_own(by)
        for name, value in fields.items():
            setattr(self, name, value)
        self.save(update_fields=list(fields))
        record("change_interest", self, by=by)

    @transaction.atomic
    def end(self, *, by):
        """It is over: nobody is shown it any more."""
        self._only_own(by)
        self.ended_at = clock.now()
        self.save(update_fields=["ended_at"])
        record("end_interest", self, by=by)

    def _only_own(self, by):
        if by.pk != self.user_id:
            raise PermissionDenied


class Declaration(models.Model):
    """Somebody said on a day that their list of interests was complete; it holds for a year."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="declarations"
    )
    at = models.DateTimeField(editable=False)
    interests = models.PositiveSmallIntegerField("how many interests were listed", editable=False)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["user", "-at"])]

    def __str__(self):
        return f"Declaration {self.pk}"

    @property
    def ends(self):
        """When the next one is due."""
        return self.at + year()

    @classmethod
    @transaction.atomic
    def make(cls, user, *, seen):
        """Say that the list is complete. ``seen`` are the ids that the person had before them.

        Raises NotYet where the list is another by now: somebody has two tabs open.
        """
        listed = set(
            DeclaredInterest.objects.current().filter(user=user).values_list("pk", flat=True)
        )
        if listed != set(seen):
            raise NotYet("Your list has changed since you opened this page. Read it once more.")
        made = cls.objects.create(user=user, at=clock.now(), interests=len(listed))
        record("declare", made, by=user)
        return made


# --- who owes one -------------------------------------------------------------------------------
def deciding_memberships():
    """Current memberships by which somebody takes part in decisions: not those of the network,
    which is open to all, and not observers'."""
    return (
        Membership.objects.current()
        .deciding()
        .filter(
            group__kind__in=DECIDING,
            group__state__in=[
                WorkingGroup.State.FORMING,
                WorkingGroup.State.ACTIVE,
                WorkingGroup.State.CLOSING,
            ],
        )
    )


def asked_to_declare():
    """The people who declare their interests: those who take part in decisions."""
    return User.objects.active().filter(Exists(deciding_memberships().filter(user=OuterRef("pk"))))


def overdue(on=None):
    """Those of them without a declaration that still holds on a moment (now, unless told)."""
    return without_declaration(asked_to_declare(), on)


def without_declaration(people, on=None):
    """Those of some people without a declaration that holds, asked for or not."""
    holding = Declaration.objects.filter(user=OuterRef("pk"), at__gt=(on or clock.now()) - year())
    return people.filter(~Exists(holding))


def due_soon(user):
    """The person alone, if a declaration is missing or ends soon: a gate of *What needs you*."""
    return overdue(clock.now() + notice()).filter(pk=user.pk)


def with_dates(people):
    """Each with ``joined``, the first day in a deciding group, and ``declared``, the last time."""
    return people.annotate(
        joined=Min("memberships__starts", filter=Q(memberships__in=deciding_memberships())),
        declared=Max("declarations__at"),
    )

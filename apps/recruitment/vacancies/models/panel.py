"""Who sits on the panel of a vacancy."""

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from apps.accounts.models.people import Constituency
from apps.core import clock
from apps.core.exceptions import Already, Conflict, NotYet
from apps.core.held import once
from apps.core.models import record
from apps.core.moves import Missing, requirement
from apps.core.working_days import working_days_until

from ...roles import PanelRole, sync_grants
from .vacancy import Vacancy, VacancyUserPermission, vacancies_of


class PanelMemberQuerySet(models.QuerySet):
    def serving(self):
        return self.filter(removed_at__isnull=True)


class PanelMember(models.Model):
    """Somebody on the panel of a vacancy. Every member's scores weigh the same."""

    vacancy = models.ForeignKey(Vacancy, on_delete=models.CASCADE, related_name="panel")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="panels"
    )
    role = models.CharField(max_length=10, choices=PanelRole)
    trained_on = models.DateField(
        "training in fair recruitment",
        null=True,
        blank=True,
        help_text="When they last had it.",
    )
    added_at = models.DateTimeField(default=clock.now, editable=False)
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = PanelMemberQuerySet.as_manager()

    class Meta:
        ordering = ["vacancy", "pk"]
        indexes = [models.Index(fields=["user", "removed_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["vacancy", "user"],
                condition=Q(removed_at__isnull=True),
                name="recruitment_panel_member_once",
            ),
            models.UniqueConstraint(
                fields=["vacancy"],
                condition=Q(removed_at__isnull=True, role="chair"),
                name="recruitment_panel_one_chair",
            ),
        ]

    def __str__(self):
        return f"{self.get_role_display()}: {self.user}"

    @classmethod
    @transaction.atomic
    def add(cls, vacancy, user, role, *, by, trained_on=None):
        """Put somebody on the panel; grants follow at once.

        Raises PermissionDenied, IllegalMove (it is decided), NotYet (the seat does not fit the
        person) or Conflict (taken).
        """
        vacancy.permit("join_panel", by=by)
        if trained_on is not None:
            cls._not_oneself(user, by, "records your own training")
        cls._not_oneself(user, by, "changes your own seat on a panel")
        if role == PanelRole.PEER and user.constituency != Constituency.LIVED_EXPERIENCE:
            raise NotYet("The peer on the panel is somebody with lived experience.")
        if not user.is_active:
            raise NotYet("This account is closed.")
        if user.pk == vacancy.organiser_id:
            raise NotYet("This person arranges adjustments, so they do not judge.")
        if vacancy.applications.filter(candidate=user).exists():
            raise NotYet("This person cannot sit on this panel.")  # says nothing of why
        try:
            with transaction.atomic():
                member = cls.objects.create(
                    vacancy=vacancy, user=user, role=role, trained_on=trained_on
                )
        except IntegrityError:
            raise Conflict(
                "This person, or another chair, is on the panel already.", vacancy
            ) from None
        sync_grants(user, vacancy)
        record("join_panel", vacancy, by=by, note=f"{member.get_role_display()}: person {user.pk}")
        vacancy.followed("join_panel", member)
        return member

    @transaction.atomic
    def remove(self, *, by, reason):
        """Take somebody off the panel. What they scored is voided.

        Raises PermissionDenied, IllegalMove, Conflict (they have left), or NotYet: nobody takes
        themselves off, nor anybody whose scores they may have read beside their own.
        """
        self.vacancy.permit("leave_panel", by=by)
        self._not_oneself(self.user, by, "changes your own seat on a panel")
        if has_sat_on(by, self.vacancy):
            raise NotYet("Somebody in Human Resources who is not on this panel takes them off.")
        self.finish(by=by, reason=reason)

    @transaction.atomic
    def finish(self, *, by, reason=""):
        """As ``remove``, for a caller that has settled who may: the account closed, say."""
        self.vacancy.lock()
        gone = PanelMember.objects.filter(pk=self.pk, removed_at__isnull=True).update(
            removed_at=clock.now()
        )
        if not gone:
            raise Already("This person has left the panel already.", self.vacancy)
        self.refresh_from_db(fields=["removed_at"])
        sync_grants(self.user, self.vacancy)
        record("leave_panel", self.vacancy, by=by, note=f"person {self.user_id}")
        self.vacancy.followed("leave_panel", self)

    @transaction.atomic
    def record_training(self, on, *, by):
        """When they last had training in fair recruitment.

        Raises PermissionDenied, IllegalMove or NotYet: nobody says so of themselves.
        """
        self.vacancy.permit("record_training", by=by)
        self._not_oneself(self.user, by, "records your own training")
        self.trained_on = on
        self.save(update_fields=["trained_on"])
        record("panel_training", self.vacancy, by=by, note=f"person {self.user_id}")

    @staticmethod
    def _not_oneself(user, by, what):
        if user.pk == by.pk:
            raise NotYet(f"Somebody else in Human Resources {what}.")


def has_sat_on(user, vacancy):
    """Whether somebody sits on the panel of a vacancy, or did: what they read stays read.

    Asked once a request, and not before a rule wants it (``core.held`` would): whoever comes onto a
    panel while they wait for a lock sat on it. They join nobody's code to a name, answer no
    guarantee, and read no list of names before the vacancy is over.
    """
    if not user.is_authenticated:
        return False
    return vacancy.pk in once(user, "has_sat_on", lambda: vacancies_of(user.panels))


def reads_names(user, vacancy):
    """Whether what lists those who applied may be shown to somebody, as far as panels go."""
    return vacancy.is_over or not has_sat_on(user, vacancy)


MINIMUM_WORKING_DAYS = 5  # for applying, once it is open (NHSBSA Trac KA-23469)
SHORTLISTERS = 2  # at least (NHSBSA Trac KA-23536)


@requirement
def panel_chooses_fairly(vacancy, by):
    """Enough people, a peer and a chair among them, all of them trained."""
    panel, add = list(vacancy.panel.serving()), reverse("panel_add", args=[vacancy.reference])
    if len(panel) < SHORTLISTERS:
        yield Missing(f"The panel needs at least {SHORTLISTERS} people.", add)
    if not any(member.role == PanelRole.PEER for member in panel):
        yield Missing("There is no peer on the panel.", add)
    if not any(member.role == PanelRole.CHAIR for member in panel):
        yield Missing("The panel has no chair.", add)
    if untrained := [member for member in panel if member.trained_on is None]:
        people = "person" if len(untrained) == 1 else "people"
        yield Missing(
            f"{len(untrained)} {people} on the panel have no date of training in fair recruitment.",
            reverse("panel_training", args=[vacancy.reference, untrained[0].pk]),
        )


@requirement
def somebody_arranges(vacancy, by):
    """The organiser of adjustments, who does not judge."""
    name = reverse("vacancy_person", args=[vacancy.reference, "organiser"])
    if vacancy.organiser_id is None:
        yield Missing("Name who arranges adjustments.", name)
    elif vacancy.panel.serving().filter(user=vacancy.organiser_id).exists():
        yield Missing("Who arranges adjustments cannot sit on the panel.", name)


@requirement
def people_have_time_to_apply(vacancy, by):
    terms = reverse("vacancy_terms", args=[vacancy.reference])
    closes_at, interviews_on = vacancy.closes_at, vacancy.interviews_on
    if closes_at is None:
        yield Missing("Set the closing time.", terms)
    elif working_days_until(clock.date_of(closes_at)) < MINIMUM_WORKING_DAYS:
        yield Missing(
            f"People need {MINIMUM_WORKING_DAYS} working days to apply. Set a later closing date.",
            terms,
        )
    if interviews_on is None:
        yield Missing("Set the first day of interviews.", terms)
    elif closes_at is not None and interviews_on <= clock.date_of(closes_at):
        yield Missing("The first day of interviews must be after the closing date.", terms)


def on_a_panel():
    """A condition on User: sits on the panel of a vacancy that is not over."""
    serving = PanelMember.objects.serving().filter(user=OuterRef("pk"))
    return Q(Exists(serving.exclude(vacancy__state__in=Vacancy.OVER)))


def serves_on_panels():
    """A condition on User: sits on some panel, be the vacancy over."""
    return Exists(PanelMember.objects.serving().filter(user=OuterRef("pk")))


def works_on_vacancies():
    """A condition on User: has a part in some vacancy."""
    return Exists(VacancyUserPermission.objects.filter(user=OuterRef("pk")))


def judged_by(user):
    """The vacancies on whose panel somebody sits, until they are over (accounts.roles.JUDGES)."""
    serving = (
        PanelMember.objects.serving().filter(user=user).exclude(vacancy__state__in=Vacancy.OVER)
    )
    return ", ".join(str(seat.vacancy) for seat in serving.select_related("vacancy"))

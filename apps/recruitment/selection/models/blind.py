"""What the panel reads while it must not know whom: redacted copies, in tables of their own.

``Redaction`` is Human Resources' side: it leads to the application. ``BlindApplication`` is the
panel's: a random label and answers. Panel code goes through ``for_panel`` alone, which names the
columns that it reads: no name, time, file, guarantee, adjustment or order of arrival is among them,
and what is not selected cannot slip into a page, a title, an error report or a log.
"""

import hashlib
import hmac
from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.db.models import Count, Q
from django.urls import reverse

from apps.core import chance, clock
from apps.core.exceptions import NotYet
from apps.core.models import AuditEntry, Revised, record
from apps.core.moves import Missing, effect, requirement

from ...applications.models.application import Application
from ...references import ALPHABET
from ...vacancies.models.panel import has_sat_on
from ...vacancies.models.vacancy import Criterion, Vacancy
from ..redaction import added, hide, kept, strings_of

LABEL_LENGTH = 3  # 27,000: enough for the few hundred of one vacancy, and easy to say


# --- Human Resources' side ----------------------------------------------------------------------
def may_handle(user, vacancy):
    """Human Resources, and nobody who judges or judged this: whoever redacts does not score."""
    if not vacancy.is_settled and has_sat_on(user, vacancy):
        return False
    return user.has_perm("recruitment.handle_application", Application(vacancy=vacancy))


def may_join(user, vacancy):
    """Who may know which code is whose, and who asked for the guarantee: those who handle it.

    Nobody who serves or served on its panel, also once it is decided.
    """
    return may_handle(user, vacancy) and not has_sat_on(user, vacancy)


def of_handlers(vacancy, by, text, name, *args):
    """Missing, and mended where names are read: whoever judges gets no link there."""
    if may_handle(by, vacancy):
        return Missing(text, reverse(name, args=[vacancy.reference, *args]))
    return Missing(text, turn="Human Resources")


class RedactionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """As the applications themselves: nobody of the panel."""
        if not user.has_perm("recruitment.handle_application"):
            return self.none()
        return self.filter(application__in=Application.objects.visible_to(user))

    def counting(self):
        """Those whose candidate has not withdrawn."""
        return self.filter(blind__gone=False)


ADDED = (
    "What the candidate wrote is otherwise at “{}”. A copy only leaves words out: put [left out] "
    "or another neutral word in square brackets in their place, and only there."
)
TOO_LITTLE = "More than half of it would be missing. Leave out only what tells who this is."


class Redaction(Revised):
    """The making of one redacted copy: whose it is, and who signed that it tells nothing."""

    application = models.OneToOneField(
        Application, on_delete=models.CASCADE, related_name="redaction"
    )
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="redactions_signed",
    )
    signed_at = models.DateTimeField(null=True, editable=False)

    objects = RedactionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"Redacted copy {self.pk}"

    def originals(self):
        """{criterion's id: what the candidate wrote under it}."""
        return dict(self.application.answers.values_list("criterion_id", "text"))

    def wrong_with(self, copy, answer):
        """What is wrong with a copy of an answer, in words, or nothing."""
        if words := added(answer, copy):
            return ADDED.format(words)
        suggested = hide(answer, strings_of(self.application))
        return TOO_LITTLE if 2 * kept(copy) < kept(suggested) else ""

    @transaction.atomic
    def write(self, seen, texts, *, by, sign):
        """Save what the panel will read: {id of the blind answer: text}; ``sign`` says it is done.

        Raises PermissionDenied, IllegalMove (it is over), NotYet (the panel reads it: no unsigned
        copy; or it says what the candidate did not) or StaleEdit.
        """
        vacancy = self.application.vacancy
        if not may_handle(by, vacancy):
            raise PermissionDenied
        vacancy.permit("sign_redaction" if sign else "redact", by=by)
        signed = (
            {"signed_by": by, "signed_at": clock.now()}
            if sign
            else {"signed_by": None, "signed_at": None}
        )
        self.save_revision(seen, **signed)
        changed = []
        originals = self.originals()
        for answer in self.blind.answers.all():
            text = texts.get(answer.pk, answer.text)
            is_new = sign or text != answer.text
            written = originals.get(answer.criterion_id, "")
            if is_new and (words := self.wrong_with(text, written)):
                raise NotYet(words)
            if text != answer.text:
                answer.text = text
                changed.append(answer)
        BlindAnswer.objects.bulk_update(changed, ["text"])
        Redactor.objects.get_or_create(blind=self.blind, user=by)
        record("sign_redaction" if sign else "redact", self, by=by)


# What shows somebody an application together with its name, and what shows those of a vacancy.
READING = ("read_application", "type_in", "read_adjustments")
READING_ALL = ("list_applications", "export_applications", "read_outcomes", "send_outcomes")


def was_read(application, *, by):
    """Somebody read an application with its name: they do not score its copy, if there is one."""
    for blind in BlindApplication.objects.filter(redaction__application=application):
        Redactor.objects.get_or_create(blind=blind, user=by)


def has_read_names(user, vacancy):
    """Whether somebody has read a name, a tick or an adjustment of this vacancy: they never judge.

    By the audit trail, and by who worked on a copy or answered for it.
    """
    of_one = AuditEntry.objects.filter(
        by=user,
        action__in=READING,
        subject_type=ContentType.objects.get_for_model(Application),
        subject_id__in=[str(pk) for pk in vacancy.applications.values_list("pk", flat=True)],
    )
    of_all = AuditEntry.objects.about(vacancy).filter(by=user, action__in=READING_ALL)
    worked = Redactor.objects.filter(user=user, blind__vacancy=vacancy)
    return of_one.exists() or of_all.exists() or worked.exists()


def to_copy(vacancy):
    """Applications that came in and have no copy yet."""
    return vacancy.applications.sent().filter(redaction__isnull=True)


def check_copying(vacancy, by):
    """Raise PermissionDenied or IllegalMove where copies cannot be made now."""
    if not may_handle(by, vacancy):
        raise PermissionDenied
    vacancy.permit("make_copies", by=by)


def copy_all(vacancy):
    """Make every copy that is missing, each in a transaction of its own; yields after each.

    In random order, so that no number of a row says who came first. Stop it anywhere and begin
    again: what is there is not made twice.
    """
    waiting = list(to_copy(vacancy).values_list("pk", flat=True))
    chance.shuffle(waiting)
    for pk in waiting:
        yield make_copy(pk)


def make_copy(application_pk):
    """One copy with its suggestions, or None where there is one already or it was withdrawn."""
    try:
        with transaction.atomic():
            application = (
                Application.objects.select_for_update(of=("self",))
                .select_related("vacancy")
                .get(pk=application_pk)
            )
            if application.state != Application.State.SUBMITTED:
                return None
            redaction = Redaction.objects.create(application=application)
            blind = BlindApplication.objects.create(
                redaction=redaction,
                vacancy=application.vacancy,
                label=free_label(application.vacancy),
            )
            strings = strings_of(application)
            answers = application.answers.filter(
                criterion__stage=Criterion.Stage.SHORTLISTING
            ).values_list("criterion_id", "text")
            BlindAnswer.objects.bulk_create(
                BlindAnswer(blind=blind, criterion_id=criterion, text=hide(text, strings))
                for criterion, text in answers
            )
            readers = AuditEntry.objects.about(application).filter(action__in=READING)
            for reader in set(readers.exclude(by=None).values_list("by", flat=True)):
                Redactor.objects.create(blind=blind, user_id=reader)
            return blind
    except IntegrityError:
        if Redaction.objects.filter(application=application_pk).exists():
            return None  # another worker made it just now
        raise


def free_label(vacancy):
    """A code that nothing of this vacancy has yet: neither a copy nor an interview."""
    taken = set(vacancy.blind_applications.values_list("label", flat=True))
    taken |= set(vacancy.interviews.values_list("label", flat=True))
    while True:
        label = chance.code(ALPHABET, LABEL_LENGTH)
        if label not in taken:
            return label


# --- the panel's side ---------------------------------------------------------------------------
@dataclass(frozen=True)
class Copy:
    """All that panel code holds of an application while it is blind."""

    pk: int
    label: str
    answers: dict = field(default_factory=dict, compare=False)  # criterion's id -> text

    def __str__(self):
        return f"Candidate {self.label}"


class BlindQuerySet(models.QuerySet):
    def for_panel(self, member, *, code, texts=False, **which):
        """The copies that a serving member reads, as plain ``Copy`` rows in an order of their own.

        The allow-list of the module's docstring: the only door for panel code. ``code`` is where
        the code of the stage stands (``Round.code``): no page of one stage names a code of the
        other. The order is derived from the member and the code by a secret: stable for one,
        different for each, and without any tie to when an application came.
        """
        rows = self.filter(vacancy_id=member.vacancy_id, gone=False, **which)
        copies = [Copy(pk, label) for pk, label in rows.values_list("pk", code)]
        if texts:
            by_pk = {copy.pk: copy for copy in copies}
            answers = BlindAnswer.objects.filter(blind__in=by_pk)
            for blind, criterion, text in answers.values_list("blind_id", "criterion_id", "text"):
                by_pk[blind].answers[criterion] = text
        return sorted(copies, key=lambda copy: _place(member, copy.label))


def _place(member, label):
    said = f"{member.pk}/{label}".encode()
    return hmac.digest(settings.SECRET_KEY.encode(), said, hashlib.sha256)


class BlindApplication(models.Model):
    """A candidate as the panel knows them: a label. Panel code reads ``for_panel``."""

    redaction = models.OneToOneField(
        Redaction,
        on_delete=models.CASCADE,
        related_name="blind",
        help_text="For Human Resources alone; with the application goes all that hangs on it.",
    )
    vacancy = models.ForeignKey(
        Vacancy, on_delete=models.CASCADE, related_name="blind_applications"
    )
    label = models.CharField(max_length=6, editable=False)
    gone = models.BooleanField(default=False, editable=False, help_text="Withdrawn since.")

    objects = BlindQuerySet.as_manager()

    class Meta:
        ordering = ["label"]
        constraints = [
            models.UniqueConstraint(fields=["vacancy", "label"], name="recruitment_label_once")
        ]

    def __str__(self):
        return f"Candidate {self.label}"


class BlindAnswer(models.Model):
    """What the panel reads under one criterion."""

    blind = models.ForeignKey(BlindApplication, on_delete=models.CASCADE, related_name="answers")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True, max_length=11000)

    class Meta:
        ordering = ["criterion__order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["blind", "criterion"], name="recruitment_blind_answer_once"
            )
        ]

    def __str__(self):
        return f"Redacted answer {self.pk}"


class Redactor(models.Model):
    """Who worked on a copy or read it with its name: they know whose it is, and do not score it."""

    blind = models.ForeignKey(BlindApplication, on_delete=models.CASCADE, related_name="redactors")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="redacted"
    )
    at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["blind", "user"], name="recruitment_redactor_once")
        ]

    def __str__(self):
        return f"Person {self.user_id} redacted {self.blind_id}"


# --- what must be so, what follows ----------------------------------------------------------------
@requirement
def panel_does_not_read_yet(vacancy, by):
    """Later no copy is unsigned."""
    if vacancy.state == Vacancy.State.SHORTLISTING:
        yield Missing("The panel reads this copy already. Sign it off when you save it.")


def counts(vacancy):
    """How many applications came in, how many have their copy, how many copies are signed off."""
    counting = Q(redaction__blind__gone=False)
    return vacancy.applications.sent().aggregate(
        sent=Count("pk"),
        made=Count("redaction", filter=counting),
        signed=Count("redaction", filter=counting & Q(redaction__signed_at__isnull=False)),
    )


@requirement
def every_copy_is_signed(vacancy, by):
    found = counts(vacancy)
    sent, signed = found["sent"], found["signed"]
    if not sent:
        yield Missing("No application came in.")
    elif signed < sent:
        yield of_handlers(
            vacancy,
            by,
            f"{signed} of {sent} redacted copies are signed off. Sign off every one first.",
            "redactions",
        )


@effect
def name_was_read(application, entry):
    was_read(application, by=entry.by)


@effect
def is_no_longer_judged(application, entry):
    BlindApplication.objects.filter(redaction__application=application).update(gone=True)

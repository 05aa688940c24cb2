"""Equality monitoring that cannot be joined back to an application (docs/adr/0018).

Answers are encrypted to a public key; the process that serves pages has no private half. They lie
in an envelope under a random token, all envelopes of one length, without a time, a person, a
vacancy or a number that grows. The application's side, the ticket, holds the token encrypted to
the same key. Both tables are written anew, in an order of chance, whenever one comes in, so that
neither place nor transaction joins them. A task that has the private key counts once, when a
vacancy is over, and then both are gone.
"""

import base64
import json
import secrets

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import F
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from apps.core import clock
from apps.core.anonymous import by_chance, leave_no_log, rewrite
from apps.core.moves import Missing, requirement

from ...vacancies.models.vacancy import Vacancy
from .application import Application

PADDED = 600  # bytes of every envelope before it is sealed
NOT_SAID = "not_said"
TOKEN_BYTES = 24

# What is asked. Each ends with "prefer not to say"; nothing is asked in free text. Groups follow
# the harmonised questions of the Office for National Statistics, in fewer and broader groups, and
# serve WRES indicator 2 and WDES metric 2.
QUESTIONS = {
    "ethnicity": (
        "What is your ethnic group?",
        [
            ("white", "White"),
            ("mixed", "Mixed or multiple ethnic groups"),
            ("asian", "Asian or Asian British"),
            ("black", "Black, Black British, Caribbean or African"),
            ("other", "Other ethnic group"),
        ],
    ),
    "disability": (
        "Do you have a disability or a long-term health condition?",
        [
            ("yes", "Yes"),
            ("no", "No"),
        ],
    ),
    "sex": ("What is your sex?", [("female", "Female"), ("male", "Male")]),
    "gender": (
        "Is your gender the same as the sex you were registered with at birth?",
        [
            ("yes", "Yes"),
            ("no", "No"),
        ],
    ),
    "age": (
        "How old are you?",
        [
            ("16_24", "16 to 24"),
            ("25_34", "25 to 34"),
            ("35_44", "35 to 44"),
            ("45_54", "45 to 54"),
            ("55_64", "55 to 64"),
            ("65_up", "65 or over"),
        ],
    ),
    "orientation": (
        "What is your sexual orientation?",
        [
            ("straight", "Straight or heterosexual"),
            ("gay", "Gay or lesbian"),
            ("bisexual", "Bisexual"),
            ("other", "Other"),
        ],
    ),
    "religion": (
        "What is your religion or belief?",
        [
            ("none", "None"),
            ("christian", "Christian"),
            ("muslim", "Muslim"),
            ("hindu", "Hindu"),
            ("sikh", "Sikh"),
            ("jewish", "Jewish"),
            ("buddhist", "Buddhist"),
            ("other", "Other"),
        ],
    ),
    "caring": (
        "Do you look after a child or an adult who needs care?",
        [
            ("yes", "Yes"),
            ("no", "No"),
        ],
    ),
}
BANDS = {
    "2": "2 to 4",
    "3": "2 to 4",
    "4": "2 to 4",
    "5": "5 to 7",
    "6": "5 to 7",
    "7": "5 to 7",
    "8a": "8 and above",
}


class Stage(models.TextChoices):
    """How far somebody came."""

    APPLIED = "applied", "Applied"
    SHORTLISTED = "shortlisted", "Shortlisted"
    APPOINTED = "appointed", "Appointed"


class NoKey(Exception):  # noqa: N818
    """This process has no private key, as it should be where pages are served."""


def choices(key):
    """What can be chosen for a question, *prefer not to say* last."""
    return [*QUESTIONS[key][1], (NOT_SAID, "Prefer not to say")]


# --- sealing ------------------------------------------------------------------------------------
def _public():
    return SealedBox(PublicKey(base64.b64decode(settings.MONITORING_PUBLIC_KEY)))


def _private():
    if not settings.MONITORING_PRIVATE_KEY:
        raise NoKey("MONITORING_PRIVATE_KEY is not set here.")
    return SealedBox(PrivateKey(base64.b64decode(settings.MONITORING_PRIVATE_KEY)))


def new_keys():
    """(public, private), as settings take them."""
    private = PrivateKey.generate()
    return tuple(base64.b64encode(bytes(key)).decode() for key in (private.public_key, private))


class Envelope(models.Model):
    """What somebody answered, sealed. Nothing else, and in no order that means anything."""

    token = models.CharField(max_length=40, primary_key=True, editable=False)
    sealed = models.BinaryField()

    def __str__(self):
        return "Envelope"


class Ticket(models.Model):
    """On the side of an application: the token of its envelope, sealed."""

    application = models.OneToOneField(
        Application, primary_key=True, on_delete=models.CASCADE, related_name="ticket"
    )
    sealed = models.BinaryField()

    def __str__(self):
        return "Ticket"

    @classmethod
    @transaction.atomic
    def post(cls, application, answers):
        """Seal somebody's answers. Once: what was sent cannot be found again, so not changed.

        Leaves no audit entry, log line or message. Returns whether this was the first time.
        """
        _alone()
        if cls.objects.filter(application=application).exists():
            return False
        text = json.dumps({key: answers.get(key) or NOT_SAID for key in QUESTIONS})
        token = secrets.token_urlsafe(TOKEN_BYTES)
        box = _public()
        sealed = Envelope(token=token, sealed=box.encrypt(text.ljust(PADDED).encode()))
        by_chance(Envelope.objects.all(), sealed)
        tickets = [
            *cls.objects.all(),
            cls(application=application, sealed=box.encrypt(token.encode())),
        ]
        tickets.sort(key=lambda ticket: ticket.application_id)
        rewrite(cls.objects.all(), tickets)
        leave_no_log()
        return True


def _alone():
    """One at a time, in this transaction: both tables are read and written anew as a whole.

    Any row that is always there serves; nothing else locks this one.
    """
    ContentType.objects.select_for_update().get(app_label="recruitment", model="envelope")


# --- counting -----------------------------------------------------------------------------------
class Count(models.Model):
    """How many gave one answer, by year, band group and stage. All that is kept."""

    year = models.PositiveSmallIntegerField()
    bands = models.CharField(max_length=20)
    stage = models.CharField(max_length=12, choices=Stage)
    characteristic = models.CharField(max_length=20)
    value = models.CharField(max_length=20)
    number = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "equality count"
        ordering = ["year", "characteristic", "stage", "value"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "bands", "stage", "characteristic", "value"],
                name="recruitment_count_once",
            )
        ]

    def __str__(self):
        return f"{self.year}, {self.characteristic}"


def stages_of(application):
    """How far an application came, as a list of stages."""
    reached = [Stage.APPLIED]
    actions = application.reached()
    if "shortlist" in actions:
        reached.append(Stage.SHORTLISTED)
    if application.was_appointed:
        reached.append(Stage.APPOINTED)
    return reached


@transaction.atomic
def tally(vacancy):
    """Count a finished vacancy's envelopes, and destroy them and their tickets.

    All or nothing: killed in the middle, it begins anew, and no envelope is counted twice. Raises
    NoKey where there is no private key.
    """
    box = _private()
    _alone()
    vacancy.lock()
    if vacancy.tallied_at is not None:
        return
    counts, tokens = {}, []
    tickets = Ticket.objects.filter(application__vacancy=vacancy)
    for ticket in tickets.select_related("application"):
        try:
            token = box.decrypt(bytes(ticket.sealed)).decode()
            envelope = Envelope.objects.get(pk=token)
            answers = json.loads(box.decrypt(bytes(envelope.sealed)))
        except (CryptoError, Envelope.DoesNotExist):
            continue  # sealed to a key that was lost: it cannot be read, and is destroyed
        finally:
            tokens.append(ticket.pk)
        Envelope.objects.filter(pk=token).delete()
        for stage in stages_of(ticket.application):
            for key in QUESTIONS:
                place = (stage, key, answers.get(key, NOT_SAID))
                counts[place] = counts.get(place, 0) + 1
    year = clock.date_of(vacancy.opened_at).year
    for (stage, key, value), number in counts.items():
        row, _ = Count.objects.get_or_create(
            year=year, bands=BANDS[vacancy.band], stage=stage, characteristic=key, value=value
        )
        Count.objects.filter(pk=row.pk).update(number=F("number") + number)
    Ticket.objects.filter(pk__in=tokens).delete()
    vacancy.tallied_at = clock.now()
    vacancy.save(update_fields=["tallied_at"])


def to_tally():
    """Vacancies that are over, and whose envelopes have not been counted."""
    return Vacancy.objects.filter(
        state__in=Vacancy.OVER, opened_at__isnull=False, tallied_at__isnull=True
    )


# --- what must be so ------------------------------------------------------------------------------
@requirement
def answers_are_wanted(application, by):
    """Asked without a lock on the application: that would join its row to the answers."""
    if not settings.MONITORING_PUBLIC_KEY:
        yield Missing("These questions are not asked now.")
    elif application.vacancy.tallied_at or Ticket.objects.filter(application=application).exists():
        yield Missing("We have your answers already.")

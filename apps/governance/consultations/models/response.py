"""What people answer. Nothing in the database joins an anonymous response to a person.

A response has no time, no address, no session and no number that grows; who took part is a list
apart, without times. As the order of rows in a table tells who came when, both are written anew,
in an order that tells nothing, whenever somebody responds (docs/adr/0012).
"""

import hashlib
import secrets
import uuid

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q

from apps.core.anonymous import by_chance, leave_no_log, rewrite
from apps.core.disclosure import LEAST
from apps.core.exceptions import Already, Conflict, IllegalMove
from apps.core.lines import Line

from .consultation import Consultation

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that is mistaken for something else
LENGTH = 28  # 138 bits


class TooLate(Conflict):
    """It closed before this was sent: a page that keeps what was typed."""


class Twice(Already):
    """This person has responded already, under another code."""


# --- receipt codes ----------------------------------------------------------------------------
def new_code():
    """A random receipt code in groups of four, to be written down: ``K7QM-…``."""
    return as_written("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))


def as_written(code):
    """A code as pages show it, however it was typed."""
    letters = _letters(code)
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def digest(code):
    """What is kept of a code, however it was typed."""
    return hashlib.sha256(_letters(code).encode()).hexdigest()


def _letters(code):
    return "".join(letter for letter in code.upper() if letter in ALPHABET)


# --- responses --------------------------------------------------------------------------------
class ResponseQuerySet(models.QuerySet):
    def sent(self):
        return self.filter(sent=True)

    def with_code(self, code):
        return self.filter(code_hash=digest(code))

    def readable(self, consultation):
        """What those who run a consultation may read of it now.

        Named responses of one where all are named: at once. Otherwise nothing until it is over,
        since what changes tells who wrote it; then the named ones, and the anonymous ones if they
        are at least five.
        """
        sent = self.filter(consultation=consultation, sent=True)
        if consultation.is_named:
            return sent
        if consultation.is_running or consultation.state == Consultation.State.DRAFT:
            return sent.none()
        if sent.filter(Response.ANONYMOUS).count() < LEAST:
            return sent.exclude(Response.ANONYMOUS)
        return sent


class Response(models.Model):
    """One response, sent or a draft. Exactly what is below, and in no order that means anything."""

    class Channel(models.TextChoices):
        WEB = "web", "On the site"
        PAPER = "paper", "On paper"
        TELEPHONE = "telephone", "By telephone"

    ANONYMOUS = Q(user__isnull=True, given_name="")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="responses"
    )
    answers = models.JSONField(default=dict, help_text="{number of the question: answer}")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="consultation_responses",
        help_text="Only of one who responds by name.",
    )
    given_name = Line(
        "name", max_length=120, blank=True, help_text="Of one who responds by name, no account."
    )
    code_hash = models.CharField(max_length=64, null=True, unique=True, editable=False)  # noqa: DJ001 - none is not one code that many share
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.WEB)
    sent = models.BooleanField(default=False)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["consultation", "sent"])]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "user"], name="governance_response_once"
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=True) | Q(code_hash__isnull=True),
                name="governance_response_user_or_code",
            ),
        ]

    def __str__(self):
        return f"Response {self.pk}"

    @property
    def is_anonymous(self):
        return self.user_id is None and not self.given_name


class Participation(models.Model):
    """That somebody has responded. Not when, not how, not what."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="participations"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="participations"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "user"], name="governance_participation_once"
            )
        ]

    def __str__(self):
        return f"Participation {self.pk}"


# --- responding ---------------------------------------------------------------------------------
@transaction.atomic
def receive(
    consultation,
    answers,
    *,
    user=None,
    code="",
    given_name="",
    channel=Response.Channel.WEB,
    whose=None,
    send=True,
    entered=False,
):
    """Keep a response, or change one, and say that ``whose`` has taken part; one transaction.

    ``user`` is whose name it carries, if it does; else ``code`` finds it again. The same code
    again changes what it stands for, so that pressing twice is harmless. Not ``send``: it is
    saved to go on with. ``entered`` by somebody else: it never takes the place of another.
    Nothing here leaves a trace beside the rows themselves: no audit entry, log line or message.

    Raises TooLate, Twice or IllegalMove.
    """
    # One at a time: what follows reads and rewrites all rows of this consultation.
    consultation.refresh_from_db(
        from_queryset=Consultation.objects.select_for_update(of=("self",), no_key=True)
    )
    if not consultation.open_to("respond"):
        error = TooLate if consultation.opens_at else IllegalMove
        raise error("This consultation is closed.", consultation)
    found = (
        Response.objects.filter(user=user) if user else Response.objects.with_code(code)
    ).filter(consultation=consultation)
    response = found.first()
    if entered and user and response is not None and response.sent:
        raise Twice("There is a response of this person already.", consultation)
    is_new = response is None or not response.sent
    if is_new and send and whose is not None:
        _, is_first = Participation.objects.get_or_create(consultation=consultation, user=whose)
        if not is_first:
            raise Twice("You have responded to this consultation already.", consultation)
    if response is None:
        response = Response(
            consultation=consultation,
            user=user,
            channel=channel,
            code_hash=None if user else digest(code),
        )
    if entered:
        response.channel = channel
    response.answers, response.given_name = answers, given_name
    response.sent = response.sent or send
    response.save()
    # A draft under the other key: begun with a name and gone on without it, or the other way.
    # Changing what was sent leaves drafts alone: the code may be another person's.
    if is_new:
        others = consultation.responses.filter(sent=False).exclude(pk=response.pk)
        others.with_code(code).delete() if user else others.filter(user=whose or -1).delete()
    if not consultation.is_named:
        shuffle(consultation)
        leave_no_log()
    return response


def shuffle(consultation):
    """Write the rows of a consultation anew, so that their place in the table tells nothing.

    Who took part in the order of their accounts, responses in the order of chance. The caller
    holds the consultation's row.
    """
    people = consultation.participations.order_by("user_id")
    took_part = [
        Participation(consultation=consultation, user_id=user_id)
        for user_id in people.values_list("user_id", flat=True)
    ]
    rewrite(consultation.participations.all(), took_part)
    by_chance(consultation.responses.all())

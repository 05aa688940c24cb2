"""Photographs of a Conversation: public only while everybody pictured agrees."""

import io

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.validators import MaxValueValidator
from django.db import models, transaction
from django.db.models import Count, F, Q
from django.urls import reverse
from PIL import Image, ImageOps

from apps.core import clock
from apps.core.exceptions import Already
from apps.core.lines import Line
from apps.core.models import Stateful, States, record
from apps.core.moves import Move, effect
from apps.core.uploads import Upload
from apps.groups.models import WorkingGroup

from .. import events
from .conversation import Conversation

LARGEST = 1600  # pixels on the longer side


def without_traces(file):
    """The picture alone, upright and not too large: where and when it was taken is left out.

    Raises ValidationError for what is not a picture, or pretends to be a vast one.
    """
    try:
        with Image.open(file, formats=("JPEG", "PNG")) as picture:
            if picture.width * picture.height > settings.UPLOAD_MAX_PIXELS:
                raise ValueError
            picture.thumbnail((LARGEST, LARGEST))  # first: a JPEG is then never opened whole
            colours = picture.info.get("icc_profile") if picture.mode == "RGB" else None
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise ValidationError(
            "This picture cannot be read. Save it as a JPEG and try again."
        ) from None
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=85, icc_profile=colours)
    return ContentFile(out.getvalue(), name="photograph.jpg")


class PhotographQuerySet(models.QuerySet):
    def with_consents(self):
        """With how many consents are given and how many are not."""
        return self.annotate(
            given=Count("consents", filter=Q(consents__state="given")),
            lacking=Count("consents", filter=~Q(consents__state="given")),
        )

    def public(self):
        """Those of a published write-up to which everybody pictured agrees."""
        written = self.filter(conversation__state=Conversation.State.WRITTEN_UP)
        return written.with_consents().filter(given__gte=F("people"), lacking=0)

    def visible_to(self, user):
        """The public ones; all of them for those who write up; for somebody pictured, theirs."""
        public = Q(pk__in=Photograph.objects.public().values("pk"))
        if not user.is_authenticated:
            return self.filter(public)
        if user.has_perm("conversations.write_up_conversation"):
            return self
        run = WorkingGroup.objects.where(user, "plan_meeting").values("pk")
        pictured = Q(pk__in=PhotoConsent.objects.filter(user=user).values("photograph"))
        return self.filter(public | pictured | Q(conversation__network__in=run))


class Photograph(Upload):
    """One picture, said in words as well, with how many people can be recognised in it."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.PROTECT, related_name="photographs"
    )
    description = Line("what it shows", max_length=200, help_text="For people who cannot see it.")
    people = models.PositiveSmallIntegerField(
        "how many people can be recognised", validators=[MaxValueValidator(200)]
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="photographs"
    )

    objects = PhotographQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"Photograph {self.pk}"

    def get_absolute_url(self):
        return reverse("photographs", args=[self.conversation_id])

    @property
    def is_agreed(self):
        """Whether everybody pictured has agreed; needs ``with_consents``."""
        return self.given >= self.people and not self.lacking

    @classmethod
    @transaction.atomic
    def add(cls, conversation, file, *, by, description, people):
        conversation.permit("add_photograph", by=by)
        photo = cls.objects.create(
            conversation=conversation,
            uploaded_by=by,
            description=description,
            people=people,
            **cls.describe(file),
        )
        record("add_photograph", conversation, by=by, note=f"photograph {photo.pk}")
        return photo

    @transaction.atomic
    def remove(self, *, by):
        """Take it out of the write-up."""
        self.conversation.permit("remove_photograph", by=by)
        self.discard(by=by)

    def discard(self, *, by):
        """Gone for good: the file too, once the transaction is through."""
        record("remove_photograph", self.conversation, by=by, note=f"photograph {self.pk}")
        storage, name = self.file.storage, str(self.file.name)
        self.delete()
        transaction.on_commit(lambda: storage.delete(name))


class ConsentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The person pictured, and those who write the Conversation up."""
        if not user.is_authenticated:
            return self.none()
        if user.has_perm("conversations.write_up_conversation"):
            return self
        run = WorkingGroup.objects.where(user, "plan_meeting").values("pk")
        return self.filter(Q(user=user) | Q(photograph__conversation__network__in=run))


@effect
def given_today(consent, entry):
    consent.given_on = clock.today()
    consent.save(update_fields=["given_on"])


@effect
def picture_goes(consent, entry):
    consent.photograph.discard(by=entry.by)


class PhotoConsent(Stateful):
    """What one person pictured says to it: on the site, where they have an account, or otherwise,
    as somebody recorded it."""

    class State(States):
        ASKED = "asked", "yellow", "Asked"
        GIVEN = "given", "green", "Agrees"
        WITHDRAWN = "withdrawn", "grey", "Does not agree"

    class How(models.TextChoices):
        SITE = "site", "On this site"
        PAPER = "paper", "On paper"
        EMAIL = "email", "By e-mail"
        SPOKEN = "spoken", "Spoken, with a witness"

    moves = {
        "give": Move(
            (State.ASKED,),
            State.GIVEN,
            "conversations.answer_photoconsent",
            then=(given_today,),
            label="I agree",
            explain="The picture can then be published with the write-up. You can change your "
            "mind at any time.",
        ),
        "withdraw": Move(
            (State.ASKED, State.GIVEN),
            State.WITHDRAWN,
            "conversations.withdraw_photoconsent",
            then=(picture_goes,),
            label="Remove the picture",
            warn=True,
            explain="The picture is deleted now, for everybody. No reason is needed.",
        ),
    }

    begins = (State.ASKED, State.GIVEN)

    photograph = models.ForeignKey(Photograph, on_delete=models.CASCADE, related_name="consents")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="photo_consents",
    )
    name = Line(max_length=120, blank=True)
    how = models.CharField("how they agreed", max_length=10, choices=How, default=How.SITE)
    given_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="consents_recorded"
    )

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["photograph", "user"], name="network_photoconsent_once")
        ]

    def __str__(self):
        return f"Consent {self.pk}"

    def get_absolute_url(self):
        return reverse("photo_consents")

    @property
    def who(self):
        return self.user.full_name if self.user_id else self.name

    def own_perms(self, user):
        """The person alone agrees; who writes up may remove the picture when they ask for it."""
        if user.pk == self.user_id:
            return {"conversations.answer_photoconsent", "conversations.withdraw_photoconsent"}
        if user.has_perm("conversations.write_up_conversation", self.photograph.conversation):
            return {"conversations.withdraw_photoconsent"}
        return set()

    @classmethod
    @transaction.atomic
    def note(cls, photograph, *, by, user=None, name="", how=How.SITE, given_on=None):
        """Ask somebody with an account, or record what somebody without one agreed to."""
        photograph.conversation.permit("record_consent", by=by)
        if user and cls.objects.filter(photograph=photograph, user=user).exists():
            raise Already(f"{user} has been asked already.", photograph)
        asked = user is not None
        consent = cls.objects.create(
            photograph=photograph,
            user=user,
            name="" if asked else name,
            recorded_by=by,
            how=cls.How.SITE if asked else how,
            given_on=None if asked else given_on,
            state=cls.State.ASKED if asked else cls.State.GIVEN,
        )
        entry = record("ask" if asked else "record_consent", consent, by=by)
        if asked:
            events.photo_consent_asked(consent, entry)
        return consent

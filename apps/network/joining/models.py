"""How people join: an expression of interest, what was written back, and the welcome."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.urls import reverse

from apps.accounts.inviting import Wanted, carry_out
from apps.accounts.models.invitations import SOON, Invitation
from apps.core import clock
from apps.core.lines import Line
from apps.core.models import Stateful, States, record
from apps.core.moves import Missing, Move, effect, requirement
from apps.groups.programme import the_network
from apps.groups.roles import Role

from . import events

AT_MOST = 3  # words of thanks an hour to one address


# --- expressions of interest ----------------------------------------------------------------------
class InterestQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.has_perm("network.answer_interest") else self.none()

    def open(self):
        return self.filter(state__in=[Interest.State.NEW, Interest.State.ANSWERED])


@requirement
def there_is_a_network(interest, by):
    if the_network() is None:
        words = "The network has not been formed yet. Form it under Groups first."
        yield Missing(words, reverse("groups"))


@effect
def still_open(interest, entry):
    interest.settled_at = None
    interest.save(update_fields=["settled_at"])


@effect
def settled(interest, entry):
    interest.settled_at = clock.now()
    interest.save(update_fields=["settled_at"])


class Interest(Stateful):
    """Somebody without an account would like to take part.

    Nothing about health is asked. The programme office answers, invites or declines.
    """

    class State(States):
        NEW = "new", "blue", "New"
        ANSWERED = "answered", "grey", "Answered"
        INVITED = "invited", "grey", "Invited"
        DECLINED = "declined", "orange", "Declined"

    class Wish(models.TextChoices):
        PEER = "peer", "As a peer"
        SPONSOR = "sponsor", "As a member of staff who sponsors peers"
        UNSURE = "unsure", "I am not sure yet"

    moves = {
        "answer": Move(
            (State.NEW, State.ANSWERED),
            State.ANSWERED,
            "network.answer_interest",
            then=(still_open,),
            label="Write back",
        ),
        "invite": Move(
            (State.NEW, State.ANSWERED, State.DECLINED),
            State.INVITED,
            "network.answer_interest",
            needs=(there_is_a_network,),
            then=(settled,),
            label="Invite to the network",
            main=True,
        ),
        "decline": Move(
            (State.NEW, State.ANSWERED),
            State.DECLINED,
            "network.answer_interest",
            then=(settled,),
            label="Say kindly that it is not possible",
        ),
    }

    full_name = Line("name", max_length=120)
    email = models.EmailField("e-mail address", max_length=254)
    phone = Line("telephone", max_length=30, blank=True)
    wish = models.CharField("would like to take part", max_length=10, choices=Wish)
    words = models.TextField("in their own words", blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.NEW, db_index=True)
    created_at = models.DateTimeField(default=clock.now, db_index=True)
    settled_at = models.DateTimeField(null=True, editable=False)
    invitation = models.OneToOneField(
        Invitation, null=True, blank=True, on_delete=models.SET_NULL, related_name="interest"
    )

    objects = InterestQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        permissions = [("answer_interest", "Can answer, invite and decline enquirers")]

    def __str__(self):
        return f"Enquiry {self.pk}"

    def get_absolute_url(self):
        return reverse("interest", args=[self.pk])

    @classmethod
    @transaction.atomic
    def receive(cls, **fields):
        """Keep what was sent, and tell the enquirer and the programme office."""
        interest = cls.objects.create(**fields)
        if Letter.to_be_written(interest.email):
            interest.write(Letter.Kind.RECEIVED)
        record("receive", interest, by=None)
        events.interest_received(interest)
        return interest

    def write(self, kind, words="", by=None):
        """A letter to the enquirer, sent once this transaction is through."""
        letter = self.letters.create(kind=kind, words=words, by=by)
        events.letter_written(letter)
        return letter

    @transaction.atomic
    def answer(self, words, *, by):
        self.move("answer", by=by)
        return self.write(Letter.Kind.ANSWER, words, by)

    @transaction.atomic
    def decline(self, words, *, by):
        self.move("decline", by=by)
        return self.write(Letter.Kind.DECLINE, words, by)

    @transaction.atomic
    def invite(self, *, by, **person):
        """Invite to the network; somebody with an account is placed in it at once.

        Raises NotYet where there is no network, or Conflict where accounts refuse.
        """
        if not by.has_perm("accounts.invite_user"):
            raise PermissionDenied
        self.permit("invite", by=by)
        placing = {"group": the_network().slug, "role": Role.MEMBER.value}
        invited, _ = carry_out([Wanted(memberships=[placing], **person)], by=by)
        invitation = None
        if invited:
            invitation = Invitation.objects.waiting().get(email__iexact=person["email"])
        self.move("invite", by=by, invitation=invitation)
        return invitation


# --- letters to people without an account ---------------------------------------------------------
class Letter(models.Model):
    """What was written to an enquirer, kept as long as the enquiry."""

    class Kind(models.TextChoices):
        RECEIVED = "received", "We have had your message"
        ANSWER = "answer", "Our answer"
        DECLINE = "decline", "Not possible this time"

    interest = models.ForeignKey(Interest, on_delete=models.CASCADE, related_name="letters")
    kind = models.CharField(max_length=10, choices=Kind)
    words = models.TextField(blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="letters"
    )
    created_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True, editable=False)
    failed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.get_kind_display()}, to enquiry {self.interest_id}"

    @property
    def is_late(self):
        """Whether it should have left by now."""
        return self.sent_at is None and self.created_at < clock.now() - SOON

    @classmethod
    def to_be_written(cls, email):
        """Whether an address may get another word of thanks: anybody can type it in, often."""
        lately = cls.objects.filter(
            kind=cls.Kind.RECEIVED,
            interest__email__iexact=email,
            created_at__gt=clock.now() - timedelta(hours=1),
        )
        return lately.count() < AT_MOST


# --- the welcome ------------------------------------------------------------------------------
class Welcomed(models.Model):
    """Somebody has read what to expect in the network."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="welcomed"
    )
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name_plural = "welcomed"

    def __str__(self):
        return f"Person {self.user_id} has read the welcome"

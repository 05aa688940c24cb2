"""Invitations: the only door to an account."""

import hashlib
import secrets
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse

from apps.core import clock
from apps.core.exceptions import Conflict
from apps.core.lines import Line
from apps.core.models import Stateful, States
from apps.core.moves import Act, Move, effect

from ..group_placement import places
from ..sealed import seal, unseal
from .people import ERASED, Constituency, Department, User

LIFE = timedelta(days=14)
SOON = timedelta(minutes=5)  # what has not left by then is said to be late
PURPOSE = "apps.accounts.invitations"


class InvitationQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.has_perm("accounts.invite_user") else self.none()

    def waiting(self):
        return self.filter(state=Invitation.State.WAITING)

    def live(self):
        """Those whose link works now. It may be followed before we know that it was sent."""
        return self.waiting().filter(expires_at__gt=clock.now(), token_hash__isnull=False)

    def with_token(self, token):
        return self.filter(token_hash=digest(token))


@effect
def link_stops(invitation, entry):
    invitation.token_hash, invitation.sealed_token = None, ""
    invitation.save(update_fields=["token_hash", "sealed_token"])


@effect
def link_is_made(invitation, entry):
    """It lasts from now, and, once it is known to have left, from then."""
    token = secrets.token_urlsafe(32)
    invitation.token_hash, invitation.sealed_token = digest(token), seal(token, PURPOSE)
    invitation.posted_at, invitation.expires_at = clock.now(), clock.now() + LIFE
    invitation.sent_at = invitation.failed_at = None
    invitation.save()


GOES_OUT = "apps.notifications.events.invitation_goes_out"
STAYS = "apps.notifications.events.invitation_stays"
FORGOTTEN = "apps.notifications.events.invitation_forgotten"


class Invitation(Stateful):
    """An invitation to one person: who they are, and the groups they will belong to.

    It is accepted by whoever holds its link. The table has the hash of that alone, and, until the
    e-mail has left, the link itself, sealed.
    """

    class State(States):
        WAITING = "waiting", "grey", "Waiting"
        PARTLY = "partly", "yellow", "Accepted, but not in every group"
        ACCEPTED = "accepted", "green", "Accepted"
        REVOKED = "revoked", "orange", "Taken back"

    moves = {
        "send": Act((State.WAITING,), "accounts.invite_user", then=(link_is_made, GOES_OUT)),
        "forget": Act(tuple(State), then=(FORGOTTEN,)),
        "resend": Move(
            (State.WAITING,),
            State.WAITING,
            "accounts.invite_user",
            then=(link_is_made, GOES_OUT),
            label="Send the invitation again",
            explain="A new link goes out and works for 14 days. The old link stops working.",
        ),
        "revoke": Move(
            (State.WAITING,),
            State.REVOKED,
            "accounts.invite_user",
            then=(link_stops, STAYS),
            label="Take the invitation back",
            warn=True,
            explain="The link stops working at once. Nobody is told.",
        ),
        "settle": Move(
            (State.PARTLY,),
            State.ACCEPTED,
            "accounts.invite_user",
            label="Mark as dealt with",
            explain="Do this when the person is in the groups they should be in.",
        ),
        "accept": Move(
            (State.WAITING,),
            State.ACCEPTED,
            "accounts.invite_user",
            then=(link_stops, STAYS),
            label="Accept",
            internal=True,  # whoever holds the link
        ),
        "accept_partly": Move(
            (State.WAITING,),
            State.PARTLY,
            "accounts.invite_user",
            then=(link_stops, STAYS),
            label="Accept, but not in every group",
            internal=True,
        ),
        "lapse": Move(
            (State.WAITING,),
            State.REVOKED,
            "accounts.invite_user",
            then=(link_stops, STAYS),
            label="Who it was is forgotten",
            internal=True,
        ),
    }

    email = models.EmailField("e-mail address", max_length=254)
    full_name = Line(max_length=120)
    constituency = models.CharField(max_length=20, choices=Constituency, db_index=True)
    department = models.CharField(max_length=20, choices=Department, blank=True)
    memberships = models.JSONField(
        default=list, blank=True, help_text="The groups to be placed in, as slug and role."
    )
    state = models.CharField(max_length=10, choices=State, default=State.WAITING, db_index=True)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="invitations_made")
    created_at = models.DateTimeField(default=clock.now)
    token_hash = models.CharField(max_length=64, null=True, unique=True, editable=False)  # noqa: DJ001 - unique where there is one
    sealed_token = models.TextField(blank=True, editable=False)
    posted_at = models.DateTimeField(null=True, editable=False)
    sent_at = models.DateTimeField(null=True, editable=False)
    failed_at = models.DateTimeField(null=True, editable=False)
    expires_at = models.DateTimeField(null=True, editable=False)
    accepted_at = models.DateTimeField(null=True, editable=False)
    accepted_by = models.OneToOneField(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="invitation"
    )
    problems = models.TextField(
        blank=True, help_text="Groups that the person could not be placed in, and why."
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=Q(state="waiting"),
                name="accounts_invitation_waiting_once",
            )
        ]

    def __str__(self):
        return f"Invitation of {self.full_name}"

    def get_absolute_url(self):
        return reverse("invitation", args=[self.pk])

    @property
    def is_expired(self):
        return (
            self.state == self.State.WAITING
            and self.expires_at is not None
            and self.expires_at <= clock.now()
        )

    @property
    def is_live(self):
        return self.state == self.State.WAITING and bool(self.token_hash) and not self.is_expired

    @property
    def was_revoked(self):
        return self.state == self.State.REVOKED

    @property
    def placings(self):
        """The groups and roles it promises, in words."""
        return places.describer()(self.memberships)

    @property
    def problem_list(self):
        return self.problems.splitlines()

    @classmethod
    def forget(cls, invitations):
        """That somebody was invited stays; who it was goes, and the link with it."""
        for invitation in invitations:
            if invitation.open_to("lapse"):
                invitation.follow("lapse")
            invitation.followed("forget", None)
            invitation.full_name, invitation.problems = "Somebody", ""
            invitation.email = f"invitation-{invitation.pk}@{ERASED}"
            invitation.token_hash, invitation.sealed_token = None, ""
            invitation.save()

    # --- sending --------------------------------------------------------------------------------
    @property
    def path(self):
        """The path of its link. Raises InvalidToken once it has left, or is good no more."""
        return reverse("invitation_open", args=[unseal(self.sealed_token, PURPOSE)])

    @property
    def did_not_leave(self):
        """It waits, and its letter could not be sent."""
        return self.state == self.State.WAITING and self.failed_at is not None

    @property
    def is_late(self):
        """Whether it should have left by now."""
        return self.posted_at is None or self.posted_at < clock.now() - SOON

    def has_left(self):
        """The mail server took the letter with the link that this object has, and not another that
        was made since: from now that link counts its days."""
        now = clock.now()
        self._of_this_link(sent_at=now, expires_at=now + LIFE, failed_at=None, sealed_token="")

    def cannot_leave(self):
        """The address was refused, or it was tried for a day."""
        self._of_this_link(failed_at=clock.now())

    def _of_this_link(self, **changes):
        if self.token_hash:
            same = Invitation.objects.waiting().filter(pk=self.pk, token_hash=self.token_hash)
            same.update(**changes)

    # --- accepting ------------------------------------------------------------------------------
    @transaction.atomic
    def accept(self, *, full_name, known_as="", password=None):
        """Make the account that was promised and place the person in the groups.

        Raises Conflict where the link was used, taken back or replaced a moment ago.
        """
        live = Invitation.objects.live().filter(pk=self.pk, token_hash=self.token_hash)
        if live.select_for_update(of=("self",)).first() is None:
            raise Conflict("This invitation has just been used or taken back.")
        try:
            with transaction.atomic():
                user = User.objects.create_user(
                    self.email,
                    password,
                    full_name=full_name,
                    known_as=known_as,
                    constituency=self.constituency,
                    department=self.department,
                )
        except IntegrityError:
            raise Conflict("There is an account with this address. Sign in instead.") from None
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        problems = places.apply(user, self.memberships, by=self.invited_by)
        self.follow(
            "accept_partly" if problems else "accept",
            by=user,
            accepted_at=clock.now(),
            accepted_by=user,
            problems="\n".join(problems),
        )
        return user


def digest(token):
    """What is kept of a link: enough to know it again. The token is random and long, so a plain
    hash cannot be turned back."""
    return hashlib.sha256(token.encode()).hexdigest()

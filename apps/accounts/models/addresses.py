"""Another address to sign in with, for somebody who has lost theirs: it takes two others and a day.

Whoever has a person's address is that person to this site. So nobody gives one alone, the old
address is told twice before anything happens, and the person can say no.
"""

import logging
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.urls import reverse

from apps.core import clock
from apps.core.dates import moment
from apps.core.exceptions import Conflict, NotYet
from apps.core.models import AuditEntry, Stateful, States, record
from apps.core.moves import Act, Missing, Move, effect, requirement
from apps.core.says import says_something

from .. import second_factor
from ..account_closure import LEAVING
from ..roles import ADMIN, GIVE_ADDRESS, OFFICE, STOP_ADDRESS
from .people import ERASED, User, end_sessions

log = logging.getLogger(__name__)
WAIT = timedelta(days=1)  # long enough to read one's mail and say no


class AddressChangeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The person, and those who may ask for one."""
        if user.has_perm(GIVE_ADDRESS):
            return self
        return self.filter(user=user.pk)

    def unsettled(self):
        return self.filter(state__in=AddressChange.UNSETTLED)

    def asked(self):
        return self.filter(state=AddressChange.State.ASKED)

    def due(self):
        """Those whose day is over."""
        return self.filter(state=AddressChange.State.CONFIRMED, effective_at__lte=clock.now())


# --- what it needs ------------------------------------------------------------------------------
@requirement
def somebody_else_asked(change, by):
    if change.asked_by_id == by.pk:
        yield Missing(
            "You asked for it. Somebody else confirms it.",
            turn="another administrator, or another person in the programme office",
        )


@requirement
def whoever_asked_still_may(change, by):
    if not change.permits(change.asked_by, "ask"):
        yield Missing(
            "Whoever asked for it can no longer do so. Stop it, and begin anew.",
            change.get_absolute_url(),
        )


@requirement
def whoever_confirmed_still_may(change, by):
    if not change.permits(change.confirmed_by, "confirm"):
        yield Missing("Whoever confirmed it can no longer do so.")


@requirement
def an_administrator_is_one_of_two(change, by):
    """The office alone does not become an administrator, nor whoever reads what is confidential.

    Asked again when it takes effect: a role, or a seat on a panel, may have come in between.
    """
    second = by or change.confirmed_by
    if change.asked_by.administers or second.administers:
        return
    user = change.user
    if user.administers or user.programme_roles or second_factor.is_required_of(user):
        yield Missing(
            "This person holds a role in the whole programme, or handles applications. One of the "
            "two who do this must be an administrator.",
            turn="an administrator",
        )


@requirement
def the_account_is_open(change, by):
    if not change.user.is_active:
        yield Missing("This account is closed.", change.user.get_absolute_url())


@requirement
def it_is_another_address(change, by):
    """Not the one that they have, nor one that marks an account as erased."""
    if change.address == change.user.email:
        yield Missing("This is their e-mail address already. Enter another.")
    elif change.address.endswith(f"@{ERASED}"):
        yield Missing("This e-mail address cannot be used. Choose another.")


@requirement
def nobody_else_has_it(change, by):
    others = User.objects.exclude(pk=change.user_id).filter(email__iexact=change.address)
    rows = EmailAddress.objects.exclude(user=change.user_id).filter(email__iexact=change.address)
    if others.exists() or rows.filter(verified=True).exists():
        yield Missing("This e-mail address cannot be used. Choose another.")


@requirement
def its_day_is_over(change, by):
    if change.effective_at is None or change.effective_at > clock.now():
        yield Missing("The person still has time to say no.")


# --- what follows -------------------------------------------------------------------------------
@effect
def its_day_begins(change, entry):
    change.confirmed_by, change.effective_at = entry.by, entry.at + WAIT
    change.save(update_fields=["confirmed_by", "effective_at"])


@effect
def settled(change, entry):
    change.settled_at = entry.at
    change.save(update_fields=["settled_at"])


@effect
def the_address_changes(change, entry):
    """The new one is confirmed by a code when its owner signs in; nobody stays signed in."""
    user = change.user
    user.email = change.address
    user.save(update_fields=["email"])
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=user.email, primary=True)
    end_sessions(user)
    record("change_email_address", user, by=entry.by)


class AddressChange(Stateful):
    """Two people say that somebody lost their address; a day later it is another."""

    class State(States):
        ASKED = "asked", "yellow", "Waits for a second person"
        CONFIRMED = "confirmed", "blue", "Confirmed, and not yet in force"
        MADE = "made", "green", "Changed"
        STOPPED = "stopped", "orange", "Stopped"

    UNSETTLED = (State.ASKED, State.CONFIRMED)
    moves = {
        "ask": Act(
            (State.ASKED,),
            GIVE_ADDRESS,
            needs=(the_account_is_open, it_is_another_address, nobody_else_has_it),
            then=("apps.notifications.events.address_asked",),
        ),
        "confirm": Move(
            (State.ASKED,),
            State.CONFIRMED,
            GIVE_ADDRESS,
            needs=(
                somebody_else_asked,
                an_administrator_is_one_of_two,
                whoever_asked_still_may,
                the_account_is_open,
                it_is_another_address,
                nobody_else_has_it,
            ),
            then=(its_day_begins, "apps.notifications.events.address_confirmed"),
            label="Confirm the new address",
            main=True,
            explain="First make sure yourself that it is really them: call them on a number that "
            "you know, or meet them. The old address is told. The change takes effect a day from "
            "now, and signs the person out everywhere.",
            done="Confirmed. The change takes effect in a day, unless the person says no.",
        ),
        "stop": Move(
            UNSETTLED,
            State.STOPPED,
            STOP_ADDRESS,
            then=(settled, "apps.notifications.events.address_stopped"),
            label="Stop the change of address",
            done="It is stopped. The address stays as it was.",
            explain="The address stays as it is. Those who asked for the change are told.",
        ),
        "take_effect": Move(
            (State.CONFIRMED,),
            State.MADE,
            GIVE_ADDRESS,
            needs=(
                its_day_is_over,
                an_administrator_is_one_of_two,
                whoever_asked_still_may,
                whoever_confirmed_still_may,
                the_account_is_open,
                it_is_another_address,
                nobody_else_has_it,
            ),
            then=(settled, the_address_changes, "apps.notifications.events.address_changed"),
            label="Take effect",
            internal=True,  # the clock
        ),
        "lapse": Move(
            UNSETTLED,
            State.STOPPED,
            GIVE_ADDRESS,
            then=(settled, "apps.notifications.events.address_stopped"),
            label="Lapse",
            internal=True,
        ),
    }

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="address_changes"
    )
    before = models.EmailField("old address", max_length=254, editable=False)
    address = models.EmailField("new address", max_length=254)
    reason = models.TextField(max_length=500)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="address_changes_asked"
    )
    asked_at = models.DateTimeField(default=clock.now, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="address_changes_confirmed",
    )
    effective_at = models.DateTimeField("takes effect", null=True, blank=True, editable=False)
    settled_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = AddressChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "effective_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(state__in=["asked", "confirmed"]),
                name="accounts_addresschange_one",
            )
        ]

    def __str__(self):
        return "Another address to sign in with"  # no name: this reaches audit lists

    def get_absolute_url(self):
        return reverse("address_change", args=[self.pk])

    @property
    def scope(self):
        """The account: it withholds from its own person, and gives them the way to stop it."""
        return self.user

    @property
    def is_settled(self):
        return self.settled_at is not None

    @property
    def facts(self):
        yield "Person", self.user.full_name
        yield "Old address", self.before
        yield "New address", self.address
        yield "Reason", self.reason
        yield "Asked for by", f"{self.asked_by.name}, {moment(self.asked_at)}"
        if self.confirmed_by:
            yield "Confirmed by", self.confirmed_by.name
        if self.state == self.State.CONFIRMED:
            yield "Takes effect", moment(self.effective_at)
        elif self.state == self.State.MADE:
            yield "Changed on", moment(self.settled_at)
        elif self.state == self.State.STOPPED:
            entries = AuditEntry.objects.about(self).filter(action__in=("stop", "lapse"))
            by = entries.select_related("by").latest("pk").by
            who = by.name if by else "The site: it could no longer take effect"
            yield "Stopped by", f"{who}, {moment(self.settled_at)}"

    def confirmers(self):
        """Those whom it waits for."""
        people = User.objects.active().filter(groups__name__in=(ADMIN, OFFICE))
        return people.exclude(pk__in=(self.user_id, self.asked_by_id)).distinct()

    @classmethod
    def forget(cls, changes):
        """Who did it stays; which addresses they were, and why, is forgotten."""
        these = cls.objects.filter(pk__in=[change.pk for change in changes])
        these.update(before="", address="", reason="")

    @classmethod
    @transaction.atomic
    def ask(cls, user, address, reason, *, by):
        """Ask for another address of somebody. Raises PermissionDenied or NotYet."""
        user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        if cls.objects.filter(user=user).unsettled().exists():
            raise NotYet("Another address was asked for already. Confirm that one, or stop it.")
        if not says_something(reason):
            raise NotYet("Enter a reason.")
        change = cls.objects.create(
            user=user, before=user.email, address=address.lower(), reason=reason, asked_by=by
        )
        change.permit("ask", by=by)
        change.followed("ask", record("ask_for_address", change, by=by))
        return change


@LEAVING.add
def change_of_address_lapses(user, by):
    """Whoever is kept out could not say no; opened again, they are asked anew."""
    for change in AddressChange.objects.filter(user=user).unsettled():
        change.follow("lapse", by=by)


def settle_due():
    """Let every change take effect whose day is over; one that no longer can lapses.

    Asked by the clock, and by each sign-in, so that a worker that is away keeps nobody out.
    Returns how many addresses changed.
    """
    made = 0
    for change in AddressChange.objects.due().select_related("user", "asked_by", "confirmed_by"):
        try:
            with transaction.atomic():
                change.follow("take_effect")
            made += 1
        except Conflict:
            continue  # somebody stopped it, or another worker was first
        except NotYet as refusal:
            change.follow("lapse", note=str(refusal))
        except IntegrityError:
            log.warning("Change of address %s: another account took it just now", change.pk)
    return made

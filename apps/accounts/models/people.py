"""People: who they are and which side of co-production they sit on."""

import secrets
from functools import cache

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import load_backend
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models.functions import Lower
from django.urls import reverse

from apps.core import chance, clock
from apps.core.exceptions import Already, NotYet
from apps.core.lines import Line
from apps.core.models import AuditEntry, record
from apps.core.moves import Missing
from apps.core.says import says_something
from apps.core.withheld import is_withheld

from .. import mail
from ..account_closure import LEAVING
from ..group_placement import places
from ..roles import ADMIN, CLOSE, GIVE_ROLE, REMOVE_FACTOR, STOP_ADDRESS, TO_AN_ACCOUNT
from .unreachable import Unreachable


@cache
def _backends(paths):
    return [load_backend(path) for path in paths]


def _backends_say(user, perm, obj):
    """As Django asks them, without making each anew for each question: they hold nothing."""
    for backend in _backends(tuple(settings.AUTHENTICATION_BACKENDS)):
        try:
            if backend.has_perm(user, perm, obj):
                return True
        except PermissionDenied:
            return False
    return False


ERASED = "erased.invalid"  # where no mail goes, ever (RFC 2606)


def begin_anew(user):
    """What was begun to sign in before this moment, a code or a reset, comes to nothing."""
    user.sign_ins_from = clock.now()
    User.objects.filter(pk=user.pk).update(sign_ins_from=user.sign_ins_from)


def end_all_sessions(reason):
    """Everybody is signed out, in an incident. Returns how many sessions ended."""
    User.objects.update(sign_ins_from=clock.now())
    sessions = UserSession.objects.all()
    count = sessions.count()
    sessions.delete()
    Session.objects.all().delete()
    record("sign_out_everybody", ContentType.objects.get_for_model(User), by=None, note=reason)
    return count


def end_sessions(user, besides=None):
    """Sign somebody out everywhere, save where ``besides`` is the key of the session.

    Nor does a sign-in that was begun before come to its end.
    """
    begin_anew(user)
    with transaction.atomic():
        theirs = UserSession.objects.select_for_update().filter(user=user)
        for session in theirs.exclude(session_key=besides):
            session.end()


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


class UserQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The programme office and administrators see accounts; everybody has their profile."""
        return self if user.has_perm("accounts.view_user") else self.none()


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    """Accounts are found by e-mail address, whatever its case."""

    def create_user(self, email, password=None, **fields):
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        """The first one, made on the server: whoever can do that has the database anyway."""
        user = self.create_user(email, password, is_staff=True, is_superuser=True, **fields)
        record("make_superuser", user, by=None, note="On the server")
        return user

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)

    def active(self):
        return self.filter(is_active=True)


LIMITS = 1  # raise it where templates/accounts/limits.html comes to say something else


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account. Signs in by e-mail; ``known_as`` is what others call them."""

    email = models.EmailField("e-mail address", max_length=254, unique=True)
    full_name = Line(max_length=120)
    known_as = Line(max_length=60, blank=True, help_text="What would you like to be called?")
    phone = Line("telephone", max_length=30, blank=True)
    constituency = models.CharField(max_length=20, choices=Constituency, db_index=True)
    department = models.CharField(max_length=20, choices=Department, blank=True)
    is_staff = models.BooleanField("may open Django admin", default=False)
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(
        "demonstration account",
        default=False,
        editable=False,
        help_text="Made by load_demo; skips the required second factor while DEBUG is on.",
    )
    second_factor_put_off = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When an extra step was put off last."
    )
    date_joined = models.DateTimeField(default=clock.now)
    sign_ins_from = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="Sign-ins and new passwords that were begun before do not count.",
    )
    limits_read = models.PositiveSmallIntegerField(
        "limits of privacy, as last read",
        default=0,
        editable=False,
        help_text="The version of the page on what cannot be kept private that this person said "
        "they had read; 0: none.",
    )

    # Answered by the query that loads the person of a session (second_factor.person).
    lacks_second_factor = holds_programme_role = is_entrusted = None

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

    def get_absolute_url(self):
        return reverse("person", args=[self.pk])

    def has_perm(self, perm, obj=None):
        """What a thing withholds from a person it withholds from a superuser too."""
        if self.is_active and self.is_superuser:
            return not is_withheld(self, perm, obj)
        return _backends_say(self, perm, obj)

    # --- what others do to an account
    @property
    def administers(self):
        """Whether this person decides over the accounts of others."""
        return self.is_superuser or self.is_staff or ADMIN in self.programme_roles

    def withheld_perms(self, user):
        """What nobody does to their own account, and not the office to an administrator's."""
        if user.pk == self.pk or self.is_erased:
            return TO_AN_ACCOUNT.keys() - {STOP_ADDRESS}
        withheld = set()
        if self.is_superuser and not user.is_superuser:
            withheld.add(GIVE_ROLE)
        if self.administers and not user.administers:
            withheld.add(CLOSE)
        return withheld

    def own_perms(self, user):
        """Whoever can still sign in says no to another address."""
        return {STOP_ADDRESS} if user.pk == self.pk else set()

    def _asks(self, perm, by, reason):
        if not by.has_perm(perm, self):
            raise PermissionDenied
        if not says_something(reason):
            raise NotYet("Enter a reason.")

    @transaction.atomic
    def sign_out(self, *, by, reason):
        """Whoever is signed in to this account is out at once; its person signs in again.

        Raises PermissionDenied or NotYet.
        """
        self._asks(CLOSE, by, reason)
        end_sessions(self)
        record("sign_out_everywhere", self, by=by, note=reason)
        context = {"person": self, "timestamp": clock.now()}
        mail.send("account/email/signed_out", self.email, context)

    @transaction.atomic
    def close(self, *, by, reason):
        """Nobody can sign in any more, and whoever is signed in is out at once.

        One person is enough: in an incident every minute counts. Raises PermissionDenied or NotYet.
        """
        self._asks(CLOSE, by, reason)
        self.shut(by=by, reason=reason)

    @transaction.atomic
    def shut(self, *, by, reason):
        """As ``close``, for callers that have settled who may: an erasure."""
        if not User.objects.filter(pk=self.pk, is_active=True).update(is_active=False):
            raise Already("This account is closed already.", self, "close_account")
        self.is_active = False
        end_sessions(self)
        places.refresh(self)
        for step in LEAVING:
            step(self, by)
        record("close_account", self, by=by, note=reason)

    def reopening_waits_for(self, user):
        """What stands in the way of opening it again: of whom it sees much, another decides.

        A peer's account that was closed by mistake is opened again by whoever notices.
        """
        closed = AuditEntry.objects.about(self).filter(action="close_account").first()
        if closed and closed.by_id == user.pk and self.held_roles_at(closed.at):
            yield Missing(
                "You closed this account, and it held a role in the whole programme. Somebody "
                "else looks whether it may be opened again.",
                turn="another administrator, or the programme office",
            )

    def held_roles_at(self, moment):
        """Whether they hold a role in the whole programme, or lost one since."""
        if self.administers or self.programme_roles:
            return True
        return self.role_changes.filter(gives=False, settled_at__gte=moment).exists()

    @transaction.atomic
    def reopen(self, *, by, reason):
        self._asks(CLOSE, by, reason)
        if missing := list(self.reopening_waits_for(by)):
            raise NotYet(*missing)
        if not User.objects.filter(pk=self.pk, is_active=False).update(is_active=True):
            raise Already("This account is open already.", self, "reopen_account")
        self.is_active = True
        places.refresh(self)
        record("reopen_account", self, by=by, note=reason)

    @transaction.atomic
    def remove_second_factor(self, *, by, reason):
        """Take away apps, passkeys and recovery codes of somebody who lost them.

        They are told, and signed out everywhere. Raises PermissionDenied or NotYet.
        """
        self._asks(REMOVE_FACTOR, by, reason)
        Authenticator.objects.filter(user=self).delete()
        end_sessions(self)
        record("remove_second_factor", self, by=by, note=reason)
        context = {"person": self, "timestamp": clock.now()}
        mail.send("mfa/email/second_factor_removed", self.email, context)

    @property
    def mail_trouble(self):
        """Since when, and why, e-mail to them does not arrive; None where it does."""
        return Unreachable.objects.filter(address=self.email.lower()).first()

    @staticmethod
    def erase(rows, user):
        """What is left of an account whose person is erased: a name that says so, and the side."""
        code = chance.code("23456789ABCDEFGHJKMNPQRSTVWXYZ", 4)
        user.full_name, user.known_as, user.phone = f"Former member {code}", "", ""
        user.email = f"former-{secrets.token_hex(8)}@{ERASED}"
        user.department, user.last_login = "", None
        user.is_active = user.is_staff = user.is_superuser = False
        user.set_unusable_password()
        user.save()

    @property
    def is_erased(self):
        return self.email.endswith(f"@{ERASED}")

    def clean(self):
        super().clean()
        self.email = self.email.strip().lower()

    def save(self, *args, **kwargs):
        self.email = self.email.lower()
        super().save(*args, **kwargs)

    @property
    def knows_limits(self):
        """Whether they said that they had read what cannot be kept private, as it stands now."""
        return self.limits_read >= LIMITS

    @transaction.atomic
    def read_limits(self):
        """They say so themselves; nobody does it for them."""
        self.limits_read = LIMITS
        self.save(update_fields=["limits_read"])
        record("read_limits", self, by=self, note=f"version {LIMITS}")

    @property
    def programme_roles(self):
        """Names of the programme-wide roles held, remembered for this instance."""
        if not hasattr(self, "_programme_roles"):
            self._programme_roles = frozenset(self.groups.values_list("name", flat=True))
        return self._programme_roles

    @property
    def support_prefill(self):
        """What this person usually says helps, to begin a support request with; may be empty."""
        profile = getattr(self, "support_profile", None)
        return profile.as_text() if profile else ""

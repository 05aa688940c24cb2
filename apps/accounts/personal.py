"""What accounts, and the packages under them, hold about people."""

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import Q
from django.urls import reverse
from guardian.models import GroupObjectPermission, UserObjectPermission

from apps.core.labels import in_a_sentence
from apps.core.models import (
    AuditCheck,
    AuditEntry,
    AuditSeal,
    CacheEntry,
    CrisisContact,
    FirstPress,
)
from apps.core.personal import DELETE, KEEP, Consent, consents, nobodys, personal, retention

from .models.addresses import AddressChange
from .models.invitations import Invitation
from .models.letters import Letter
from .models.people import User
from .models.put_off import PutOff
from .models.role_changes import RoleChange
from .models.sides import SideChange
from .models.support import ShareWith, SupportProfile
from .models.unreachable import Unreachable

nobodys(
    "Lists that the site comes with, or that administrators keep.",
    ContentType,
    Permission,
    Group,
    Group.permissions.through,
    SocialApp,
    CrisisContact,
)
nobodys("Numbers and digests.", AuditSeal, AuditCheck)
nobodys("Counters under keyed digests, and lists that everybody sees.", CacheEntry)
nobodys("Sign-in sessions: encrypted, and ended by the list of sessions.", Session)
nobodys(
    "Belongs to a declared address or account, and goes with it.", EmailConfirmation, SocialToken
)
nobodys("Unused; the package brings the table.", GroupObjectPermission)

personal(
    User,
    "Your account",
    about=("pk",),
    hide=("password", "id", "is_demo", "sign_ins_from"),
    erase=User.erase,
    why="Name, address and telephone go. The row stays, as “Former member” and a code, with the "
    "side of co-production: quorums of past meetings are counted by it.",
)
personal(
    User.groups.through,
    "Roles in the whole programme",
    about=("user",),
    erase=DELETE,
)
personal(
    User.user_permissions.through,
    "Permissions of your own",
    about=("user",),
    erase=DELETE,
)
personal(
    UserObjectPermission,
    "Permissions on single things",
    about=("user",),
    erase=DELETE,
)
personal(EmailAddress, "E-mail addresses that you sign in with", about=("user",), erase=DELETE)
personal(SocialAccount, "Accounts elsewhere that you sign in with", about=("user",), erase=DELETE)
personal(
    Authenticator, "Ways of the extra sign-in step", about=("user",), hide=("data",), erase=DELETE
)
personal(
    UserSession,
    "Where you are signed in",
    about=("user",),
    hide=("session_key", "data"),
    erase=lambda rows, user: [session.end() for session in rows],
    why="Deleted, and signed out at once.",
)
personal(
    LogEntry,
    "What you did in Django admin",
    about=("user",),
    erase=KEEP,
    why="It says who changed what.",
    scrub=("object_repr", "change_message"),
)
personal(
    AuditEntry,
    "What you did, in the audit trail",
    about=("by",),
    hide=("salt", "note_digest", "digest"),
    erase=KEEP,
    why="Decisions can only be trusted if nobody can take out what was done. It points to "
    "“Former member”; notes that name you or are about your own things are removed.",
)
personal(
    SideChange,
    "Changes of your side of co-production",
    about=("user",),
    mentions=("asked_by",),
    why="On which side you counted decided whether meetings had their quorum.",
)
personal(
    AddressChange,
    "Other addresses that were asked for, for you to sign in with",
    about=("user",),
    mentions=("asked_by", "confirmed_by"),
    erase=lambda rows, user: AddressChange.forget(rows),
    why="The addresses and the reason go; who did it stays.",
    scrub=("reason",),
)
personal(
    RoleChange,
    "Programme-wide roles that were asked for, for you",
    about=("user",),
    mentions=("asked_by", "settled_by"),
    erase={"reason": ""},
    why="The reason goes; who gave what to whom stays.",
    scrub=("reason",),
)
personal(
    FirstPress,
    "What you asked for that waits for a second person",
    about=("by",),
    mentions=("refused_by",),
    erase=DELETE,
    scrub=("note", "refused_why"),
)
personal(
    Invitation,
    "Your invitation",
    about=("accepted_by",),
    by_email="email",
    mentions=("invited_by",),
    hide=("token_hash", "sealed_token"),
    erase=lambda rows, user: Invitation.forget(rows),
    why="Name and address go; that somebody was invited stays.",
)
personal(
    Letter,
    "Letters about your account that have not left yet",
    by_email="to",
    hide=("sealed",),
    erase=DELETE,
)
personal(
    Unreachable,
    "That e-mail to your address does not arrive",
    by_email="address",
    erase=DELETE,
)
retention(
    "unreachable",
    Unreachable,
    what="That e-mail to an address does not arrive",
    why="For as long as somebody may still have to be reached.",
    since="it was refused",
    days=365,
    rows=lambda cutoff: Unreachable.objects.filter(since__lt=cutoff),
)
retention(
    "account-letters",
    Letter,
    what="Letters about an account that could not leave",
    why="None of them is sent any more.",
    since="it lost its use: a code after ten minutes, a notice after a week",
    days=1,
    rows=lambda cutoff: Letter.objects.filter(good_until__lt=cutoff),
)
personal(
    SupportProfile,
    "What helps you take part",
    about=("user",),
    erase=DELETE,
)


@consents
def support_profile(user):
    """Whom one lets read what helps one take part."""
    mine = SupportProfile.objects.filter(user=user).exclude(share_with=ShareWith.NOBODY).first()
    if mine:
        yield Consent(
            "What helps you take part may be read by: "
            + in_a_sentence(mine.get_share_with_display()),
            mine.updated_at,
            reverse("support_profile"),
            "Change who can read it",
        )


personal(
    PutOff,
    "What you put off on your home page",
    about=("user",),
    hide=("key",),
    erase=DELETE,
)
retention(
    "put-off",
    PutOff,
    what="What people put off on their home pages",
    why="What nobody took back in a year is not asked again.",
    since="it was put off",
    days=365,
    rows=lambda cutoff: PutOff.objects.filter(at__lt=cutoff),
)
retention(
    "sessions",
    Session,
    what="Sign-in sessions",
    why="They are of no use once they ran out.",
    since="it ran out",
    days=1,
    rows=lambda cutoff: Session.objects.filter(expire_date__lt=cutoff),
)
retention(
    "invitations",
    Invitation,
    what="Name and address in an invitation that was never accepted",
    why="Long enough to ask once more, and to see who was asked.",
    since="its link ran out, or it was taken back",
    days="INVITATION_KEEP_DAYS",
    rows=lambda cutoff: Invitation.objects.filter(
        Q(expires_at__lt=cutoff)
        | Q(expires_at=None, state=Invitation.State.REVOKED, created_at__lt=cutoff),
        state__in=(Invitation.State.WAITING, Invitation.State.REVOKED),
        accepted_by=None,
    ).exclude(email__endswith="@erased.invalid"),
    act=Invitation.forget,
    does="Made nameless",
)
retention(
    "addresses",
    AddressChange,
    what="Old and new address, and the reason, of a change that others made",
    why="Long enough to look into it, should somebody say that it was not right.",
    since="it was made or stopped",
    days=365,
    rows=lambda cutoff: AddressChange.objects.filter(settled_at__lt=cutoff).exclude(address=""),
    act=AddressChange.forget,
    does="Made nameless",
)

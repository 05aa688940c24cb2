"""People in Django admin: roles are given here; passwords, secrets and support profiles are not
seen by anybody.
"""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group

from apps.core.admin import AuditedAdmin, ReadOnlyAdmin
from apps.core.models import record

from .models.invitations import Invitation
from .models.people import User
from .models.sides import SideChange
from .roles import ADMIN, JUDGES

# Of other packages: secrets, sessions and grants, which nobody edits by hand. A person's lost
# second factor is removed on their page; grants follow memberships; roles are code.
LEFT_OUT = (
    Authenticator,
    EmailAddress,
    Group,
    SocialAccount,
    SocialApp,
    SocialToken,
    UserSession,
)


def leave_out(site):
    """Take those models off an admin site. Called once every package has registered its own."""
    for model in LEFT_OUT:
        if site.is_registered(model):
            site.unregister(model)


class UserForm(forms.ModelForm):
    """Who judges something blind is given no role that reads the audit trail of everything."""

    def clean(self):
        data = super().clean()
        if not self.instance.pk:
            return data
        gains = {
            "is_superuser": data.get("is_superuser") and "is_superuser" in self.changed_data,
            "groups": any(group.name == ADMIN for group in data.get("groups") or ())
            and ADMIN not in self.instance.programme_roles,
        }
        judges = [words for source in JUDGES if (words := source(self.instance))]
        for field in [name for name, gained in gains.items() if gained and judges]:
            self.add_error(
                field,
                f"This person judges {'; '.join(judges)}. Administrators read the audit trail, "
                "which names people who applied. Somebody else must judge first, or the role "
                "waits until it is over.",
            )
        return data


@admin.register(User)
class UserAdmin(AuditedAdmin):
    """Who somebody is and which programme-wide roles they hold.

    Nobody sets another's password: people choose their own, or sign in by a code. Accounts are
    closed and opened on the person's page, which ends sessions; they are never deleted.
    """

    form = UserForm
    list_display = ("full_name", "email", "constituency", "department", "is_active", "is_staff")
    list_filter = ("is_active", "constituency", "department", "groups", "is_staff")
    search_fields = ("full_name", "known_as", "email")
    filter_horizontal = ("groups",)
    fieldsets = (
        (None, {"fields": ("full_name", "known_as", "email", "phone")}),
        ("Takes part as", {"fields": ("constituency", "department")}),
        ("Programme-wide roles", {"fields": ("groups", "is_staff", "is_superuser")}),
        ("Account", {"fields": ("is_active", "is_demo", "last_login", "date_joined")}),
    )
    readonly_fields = ("is_active", "is_demo", "last_login", "date_joined")

    def get_readonly_fields(self, request, obj=None):
        """Only a superuser makes another, and only the office's page changes sides."""
        fixed = list(self.readonly_fields)
        if not request.user.is_superuser:
            fixed.append("is_superuser")
        if obj:
            fixed += ["constituency", "department"]
        return fixed

    def has_change_permission(self, request, obj=None):
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data:
            # The new address is confirmed by a code when its owner next signs in.
            EmailAddress.objects.filter(user=obj).delete()
            EmailAddress.objects.create(user=obj, email=obj.email, primary=True)

    def save_related(self, request, form, formsets, change):
        before = set(form.instance.groups.values_list("name", flat=True))
        super().save_related(request, form, formsets, change)
        after = set(form.instance.groups.values_list("name", flat=True))
        notes = [f"gave {name}" for name in sorted(after - before)]
        notes += [f"took {name}" for name in sorted(before - after)]
        if notes:
            record("change_roles", form.instance, by=request.user, note=", ".join(notes))


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """Invitations are made, sent again and taken back on the site."""

    list_display = ("full_name", "email", "state", "invited_by", "created_at", "sent_at")
    list_filter = ("state", "constituency", "created_at")
    search_fields = ("full_name", "email")
    list_select_related = ("invited_by",)
    exclude = ("token_hash", "claimed_at")


@admin.register(SideChange)
class SideChangeAdmin(ReadOnlyAdmin):
    """The office asks on a person's page, and the person answers."""

    list_display = ("user", "before", "after", "state", "asked_by", "asked_at", "answered_at")
    list_filter = ("state", "before", "after")
    search_fields = ("user__full_name", "user__email")
    list_select_related = ("user", "asked_by")

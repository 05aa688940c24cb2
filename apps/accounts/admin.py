"""People in Django admin: roles are given here; passwords, secrets and support profiles are not
seen by anybody.
"""

from allauth.account.decorators import reauthentication_required
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.shortcuts import redirect
from django.utils.decorators import method_decorator

from apps.core.admin import AuditedAdmin, ReadOnlyAdmin
from apps.core.says import says_something

from .models.addresses import AddressChange
from .models.invitations import Invitation
from .models.people import ERASED, User
from .models.put_off import PutOff
from .models.role_changes import RoleChange, roles_of
from .models.sides import SideChange
from .models.unreachable import Unreachable
from .roles import CONFIDENTIAL, GIVE_ROLE, SUPERUSER

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


OF_ROLES = frozenset({"groups", "is_superuser", "reason", "roles_shown"})


class UserForm(forms.ModelForm):
    """Roles go through ``RoleChange``, as anywhere: this form asks for them and sets none."""

    reason = forms.CharField(
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Why somebody gets a role, or loses one. Whoever confirms it, and the person, "
        "read it.",
    )
    roles_shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["roles_shown"] = as_shown(roles_of(self.instance))

    def clean(self):
        data = super().clean()
        self.role_changes = []
        if self.instance.pk is None:
            return data
        held = roles_of(self.instance)
        if "groups" in data and data.get("roles_shown", "") != as_shown(held):
            raise forms.ValidationError(
                "The roles of this person were changed while this page was open, by somebody else "
                "or by you in another window. Nothing is saved. Open the page again, and look at "
                "what they hold now."
            )
        for role, gives, field in self._asked(data, held):
            self.role_changes.append((role, gives))
            change = RoleChange(
                user=User.objects.get(pk=self.instance.pk),
                role=role,
                gives=gives,
                asked_by=self.by,
            )
            for missing in change.missing("ask", self.by):
                self.add_error(field, str(missing))
            if role in CONFIDENTIAL and not says_something(data.get("reason", "")):
                self.add_error("reason", f"Enter the reason for the role {role}.")
        if "groups" in data:
            data["groups"] = self.instance.groups.all()
        if "is_superuser" in data:
            data["is_superuser"] = SUPERUSER in held
        return data

    def _asked(self, data, held):
        """(role, whether it is given, field) for each that was ticked or cleared."""
        if "groups" in data:
            wanted = {group.name for group in data["groups"]}
            for role in sorted(wanted ^ (held - {SUPERUSER})):
                yield role, role in wanted, "groups"
        if "is_superuser" in data and data["is_superuser"] != (SUPERUSER in held):
            yield SUPERUSER, data["is_superuser"], "is_superuser"

    def clean_email(self):
        email = self.cleaned_data["email"]
        if email.lower().endswith(f"@{ERASED}"):
            raise forms.ValidationError("This e-mail address cannot be used. Choose another.")
        return email


def as_shown(roles):
    """What the page showed, to be compared with what is held when it comes back."""
    return ", ".join(sorted(roles))


@admin.register(User)
class UserAdmin(AuditedAdmin):
    """Who somebody is and which programme-wide roles they hold.

    Nobody sets another's password or address: people choose their own, or sign in by a code, and
    for a lost address there is a page that takes two people. A confidential role waits for a second
    person, who confirms it on the site; nobody changes their own. Accounts are closed and opened on
    the person's page, which ends sessions; they are never deleted.
    """

    form = UserForm
    list_display = ("full_name", "email", "constituency", "department", "is_active", "is_staff")
    list_filter = ("is_active", "constituency", "department", "groups", "is_staff")
    search_fields = ("full_name", "known_as", "email")
    filter_horizontal = ("groups",)
    fieldsets = (
        (None, {"fields": ("full_name", "known_as", "email", "phone")}),
        ("Takes part as", {"fields": ("constituency", "department")}),
        (
            "Programme-wide roles",
            {"fields": ("groups", "is_superuser", "reason", "roles_shown", "is_staff")},
        ),
        ("Account", {"fields": ("is_active", "is_demo", "last_login", "date_joined")}),
    )
    readonly_fields = ("is_staff", "is_active", "is_demo", "last_login", "date_joined")

    def get_fieldsets(self, request, obj=None):
        """A new account has no roles: they are given once it is there."""
        roles = "Programme-wide roles"
        return [one for one in super().get_fieldsets(request, obj) if obj or one[0] != roles]

    def get_readonly_fields(self, request, obj=None):
        """Only a superuser makes another, and only the office's page changes sides."""
        fixed = list(self.readonly_fields)
        if not request.user.is_superuser:
            fixed.append("is_superuser")
        if obj:
            # By these people show that they are who they are.
            fixed += ["email", "phone", "constituency", "department"]
            if not request.user.has_perm(GIVE_ROLE, obj):
                fixed += ["groups", "is_superuser"]
        return fixed

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        form.by = request.user
        return form

    def has_change_permission(self, request, obj=None):
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return False

    @method_decorator(reauthentication_required(allow_get=True))
    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Whoever changes something shows once more who they are.

        What comes back then stands at the address of that page, and belongs to this one.
        """
        form_url = form_url or request.get_full_path()
        return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)

    def construct_change_message(self, request, form, formsets, add=False):
        """Roles leave their own entries, by what was asked for and given."""
        form.changed_data = [name for name in form.changed_data if name not in OF_ROLES]
        return super().construct_change_message(request, form, formsets, add)

    def log_change(self, request, obj, message):
        return super().log_change(request, obj, message) if message else None

    def response_change(self, request, obj):
        """Where a role was only asked for, nothing was changed successfully."""
        if getattr(obj, "waits", False):
            return redirect(request.get_full_path())
        return super().response_change(request, obj)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        for role, gives in form.role_changes:
            reason = form.cleaned_data.get("reason", "")
            asked = RoleChange.ask(form.instance, role, gives, reason, by=request.user)
            if asked.takes_two:
                form.instance.waits = True
                self.message_user(
                    request,
                    f"{role} waits for a second person: another administrator, or the programme "
                    "office, confirms it on the person's page.",
                    messages.WARNING,
                )


@admin.register(AddressChange)
class AddressChangeAdmin(ReadOnlyAdmin):
    """Asked for and confirmed on the site, by two people."""

    list_display = ("user", "state", "asked_by", "asked_at", "confirmed_by", "effective_at")
    list_filter = ("state",)
    search_fields = ("user__full_name", "user__email")
    list_select_related = ("user", "asked_by", "confirmed_by")


@admin.register(PutOff)
class PutOffAdmin(ReadOnlyAdmin):
    """What people put off on their own home pages."""

    for_all = "it says no more than that something waits for somebody"
    list_display = ("user", "until", "at")
    fields = ("user", "until", "at")
    list_select_related = ("user",)


@admin.register(RoleChange)
class RoleChangeAdmin(ReadOnlyAdmin):
    """Asked for on the person's page here, and confirmed on the site."""

    list_display = ("user", "role", "gives", "state", "asked_by", "asked_at", "settled_by")
    list_filter = ("state", "role", "gives")
    search_fields = ("user__full_name", "user__email")
    list_select_related = ("user", "asked_by", "settled_by")


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """Invitations are made, sent again and taken back on the site."""

    for_all = "administrators see every account"
    list_display = ("full_name", "email", "state", "invited_by", "created_at", "sent_at")
    list_filter = ("state", "constituency", "created_at")
    search_fields = ("full_name", "email")
    list_select_related = ("invited_by",)
    exclude = ("token_hash", "sealed_token")


@admin.register(Unreachable)
class UnreachableAdmin(ReadOnlyAdmin):
    """Noted and taken away by the sender of e-mail."""

    for_all = "administrators see every address"
    list_display = ("pk", "address", "why", "since")
    list_filter = ("why", "since")
    search_fields = ("address",)


@admin.register(SideChange)
class SideChangeAdmin(ReadOnlyAdmin):
    """The office asks on a person's page, and the person answers."""

    for_all = "administrators see every account"
    list_display = ("user", "before", "after", "state", "asked_by", "asked_at", "answered_at")
    list_filter = ("state", "before", "after")
    search_fields = ("user__full_name", "user__email")
    list_select_related = ("user", "asked_by")

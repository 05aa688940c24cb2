"""The programme office's pages about people."""

import secrets

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse, reverse_lazy
from django.views.generic import DetailView, FormView, ListView, UpdateView, View

from apps.core.exceptions import Conflict
from apps.core.models import record
from apps.core.views import (
    AsksAgain,
    PageFormMixin,
    PageFormView,
    PermissionMixin,
    VisibleMixin,
    history,
)

from .. import people_csv, sign_in_log
from ..forms import (
    AccountReasonForm,
    AddressForm,
    InviteForm,
    PeopleFileForm,
    PeopleFilterForm,
    PersonChangeForm,
)
from ..group_placement import places
from ..inviting import Wanted, as_data, carry_out, plan
from ..models.addresses import AddressChange
from ..models.invitations import Invitation
from ..models.people import Constituency, Department, User
from ..models.sides import SideChange
from ..models.unreachable import is_unreachable
from ..roles import CLOSE, GIVE_ADDRESS, GIVE_ROLE, REMOVE_FACTOR

IMPORT_KEY = "people_import"


class AccountOffice(PermissionMixin):
    """For those who may invite people: the programme office."""

    perm = "accounts.invite_user"


# --- people ---------------------------------------------------------------------------------
class People(PermissionMixin, ListView):
    """Everybody with an account, with search and filters."""

    perm = "accounts.view_user"
    template_name = "accounts/people.html"
    paginate_by = 25

    def get_queryset(self):
        people = User.objects.visible_to(self.request.user).prefetch_related("groups")
        people = people.annotate(unreachable=is_unreachable())
        self.filters = PeopleFilterForm(self.request.GET)
        self.filters.is_valid()
        wanted = {key: value for key, value in self.filters.cleaned_data.items() if value}
        if text := wanted.pop("q", ""):
            people = people.filter(
                Q(full_name__icontains=text)
                | Q(known_as__icontains=text)
                | Q(email__icontains=text)
            )
        state = wanted.pop("state", "")
        if state == "unreachable":
            people = people.filter(is_unreachable(), is_active=True)
        elif state:
            people = people.filter(is_active=state == "open")
        return people.filter(**wanted)

    def get_context_data(self, **kwargs):
        return super().get_context_data(filters=self.filters, **kwargs)


class PersonPage(VisibleMixin, DetailView):
    """One person: details, roles, groups, and what happened to the account."""

    queryset = User.objects.all()
    context_object_name = "person"
    template_name = "accounts/person.html"

    def get_context_data(self, **kwargs):
        person, me = self.object, self.request.user
        return super().get_context_data(
            roles=sorted(person.programme_roles),
            places=places.of(person),
            history=history(person).exclude(action__in=sign_in_log.WORDS)[:10],
            side_change=person.side_changes.waiting().first(),
            address_change=person.address_changes.unsettled().first(),
            unreachable=person.mail_trouble,
            role_changes=person.role_changes.waiting(),
            may_manage=may_manage(me, person),
            may_close=me.has_perm(CLOSE, person),
            may_reset=me.has_perm(REMOVE_FACTOR, person),
            may_give_address=me.has_perm(GIVE_ADDRESS, person),
            may_give_roles=me.is_staff and me.has_perm(GIVE_ROLE, person),
            has_second_factor=person.authenticator_set.exists(),
            **kwargs,
        )


def may_manage(user, person):
    """The office asks about a side, except its own and those of administrators."""
    if person == user or person.is_erased or not user.has_perm("accounts.invite_user"):
        return False
    return not person.administers


class AboutPerson:
    """Finds the person of the address among those that may be seen."""

    def get_scope(self):
        if not hasattr(self, "person"):
            visible = User.objects.visible_to(self.request.user)
            self.person = get_object_or_404(visible, pk=self.kwargs["pk"])
        return self.person

    def get_success_url(self):
        return reverse("person", args=[self.get_scope().pk])


class Managed(AboutPerson, AccountOffice):
    """A change to somebody's account by the office."""

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and not may_manage(request.user, self.get_scope()):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class PersonChange(Managed, PageFormMixin, UpdateView):
    """Which side of co-production the person sits on, and their department."""

    form_class = PersonChangeForm
    context_object_name = "person"
    done_message = "The change is saved."
    intro = (
        "Where you change their side of co-production, the person is asked and says yes or no. "
        "Until then nothing changes."
    )

    def get_object(self, queryset=None):
        return self.get_scope()

    def get_page_title(self):
        return f"Change how {User.objects.get(pk=self.person.pk)} takes part"

    def save(self, form):
        before = User.objects.get(pk=self.person.pk)
        if form.changes_side:
            data = form.cleaned_data
            SideChange.ask(before, data["constituency"], data["department"], by=self.request.user)
            self.done_message = f"{before} is asked. Nothing changes until they say yes."
            return
        person = form.save()
        note = ", ".join(
            f"{name}: {getattr(before, name) or 'none'} to {getattr(person, name) or 'none'}"
            for name in form.changed_data
        )
        if note:
            record("change_person", person, by=self.request.user, note=note)


class SignOutPerson(AboutPerson, PermissionMixin, AsksAgain, PageFormView):
    """End the sessions of an account that somebody else may be using, and leave it open."""

    perm = CLOSE
    form_class = AccountReasonForm
    intro = (
        "Everybody who is signed in to this account is signed out at once. The person can sign in "
        "again. We tell them by e-mail."
    )
    button = "Sign them out everywhere"
    done_message = "They are signed out everywhere, and have been told by e-mail."

    def get_page_title(self):
        return f"Sign {self.person} out everywhere"

    def save(self, form):
        self.person.sign_out(by=self.request.user, reason=form.cleaned_data["reason"])


class ClosePerson(AboutPerson, PermissionMixin, AsksAgain, PageFormView):
    """Close an account: its sessions end and nobody can sign in to it."""

    perm = CLOSE
    form_class = AccountReasonForm
    template_name = "accounts/person_close.html"
    button = "Close the account"
    done_message = "The account is closed."

    def get_page_title(self):
        return f"Close the account of {self.person}"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            places=places.of(self.person), roles=sorted(self.person.programme_roles), **kwargs
        )

    def save(self, form):
        self.person.close(by=self.request.user, reason=form.cleaned_data["reason"])


class ReopenPerson(AboutPerson, PermissionMixin, AsksAgain, PageFormView):
    """Open a closed account again; the person can sign in as before."""

    perm = CLOSE
    form_class = AccountReasonForm
    template_name = "accounts/person_reopen.html"
    button = "Open the account again"
    done_message = "The account is open again."

    def get_page_title(self):
        return f"Open the account of {self.person} again"

    def get_context_data(self, **kwargs):
        missing = list(self.person.reopening_waits_for(self.request.user))
        return super().get_context_data(missing=missing, **kwargs)

    def save(self, form):
        self.person.reopen(by=self.request.user, reason=form.cleaned_data["reason"])


class RemoveSecondFactor(AboutPerson, PermissionMixin, AsksAgain, PageFormView):
    """For somebody who lost their phone and their recovery codes. Administrators only."""

    perm = REMOVE_FACTOR
    form_class = AccountReasonForm
    template_name = "accounts/person_second_factor.html"
    button = "Remove the extra sign-in step"
    done_message = "The extra sign-in step is removed. The person has been told by e-mail."

    def get_page_title(self):
        return f"Remove the extra sign-in step of {self.person}"

    def save(self, form):
        self.person.remove_second_factor(by=self.request.user, reason=form.cleaned_data["reason"])


# --- another address, a role: each takes two people ----------------------------------------------
class AskForAddress(AboutPerson, PermissionMixin, AsksAgain, PageFormView):
    """Somebody lost their address: ask for another one, which a second person confirms."""

    perm = GIVE_ADDRESS
    form_class = AddressForm
    template_name = "accounts/address_ask.html"
    button = "Ask for the new address"
    done_message = "It waits for a second person. The old address is told."

    def get_page_title(self):
        return f"Another sign-in address for {self.person}"

    def save(self, form):
        change = AddressChange.ask(self.person, by=self.request.user, **form.cleaned_data)
        messages.success(self.request, self.done_message)
        return redirect(change)


# --- inviting one person --------------------------------------------------------------------
class InvitePerson(AccountOffice, PageFormView):
    """Invite one person. Somebody with an account can be added to the groups instead."""

    form_class = InviteForm
    template_name = "accounts/invite.html"
    page_title = "Invite a person"
    button = "Send the invitation"
    success_url = reverse_lazy("invitations")

    def save(self, form):
        cleaned = form.cleaned_data
        wanted = Wanted(
            email=cleaned["email"],
            full_name=cleaned["full_name"],
            constituency=cleaned["constituency"],
            department=cleaned["department"],
            memberships=form.memberships,
        )
        (outcome,) = plan([wanted])
        for error in outcome.errors:
            form.add_error(None, error)
        if outcome.errors:
            context = self.get_context_data(form=form, existing=outcome.user)
            return render(self.request, self.template_name, context, status=422)
        if outcome.user and "add" not in self.request.POST:
            context = self.get_context_data(form=form, outcome=outcome)
            return render(self.request, "accounts/invite_existing.html", context)
        invited, _ = carry_out([wanted], by=self.request.user)
        if invited:
            messages.success(self.request, f"{wanted.full_name} is invited.")
            return redirect(self.success_url)
        messages.success(self.request, f"{outcome.user} is added.")
        return redirect("person", pk=outcome.user.pk)


# --- inviting many ----------------------------------------------------------------------------
class ImportPeople(AccountOffice, FormView):
    """Upload a list and see, row by row, what would happen. Nothing happens yet."""

    form_class = PeopleFileForm
    template_name = "accounts/import.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            page_title="Invite people from a file",
            columns_help=render_to_string(
                "accounts/import_columns.html",
                {
                    "sides": Constituency.choices,
                    "departments": Department.choices,
                    "roles": places.choices()[1],
                },
            ),
            **kwargs,
        )

    def form_invalid(self, form):
        return render(
            self.request, self.template_name, self.get_context_data(form=form), status=422
        )

    def form_valid(self, form):
        self.request.session.pop(IMPORT_KEY, None)
        try:
            people = people_csv.read(form.cleaned_data["file"])
        except ValidationError as error:
            form.add_error("file", error)
            return self.form_invalid(form)
        outcomes = plan(people)
        bad = [outcome for outcome in outcomes if outcome.errors]
        context = {
            "page_title": "Check the list",
            "outcomes": outcomes,
            "bad": bad,
            "invited": sum(not outcome.user for outcome in outcomes) if not bad else 0,
            "added": sum(bool(outcome.user) for outcome in outcomes) if not bad else 0,
        }
        if not bad:
            context["key"] = secrets.token_hex(8)
            self.request.session[IMPORT_KEY] = {"key": context["key"], "people": as_data(people)}
        return render(
            self.request, "accounts/import_check.html", context, status=422 if bad else 200
        )


class ConfirmImport(AccountOffice, View):
    """Invite exactly the people that were shown."""

    def post(self, request):
        kept = request.session.pop(IMPORT_KEY, None)
        if kept is None or kept["key"] != request.POST.get("key"):
            raise Conflict(
                "This list was used already, or another one was uploaded after it. "
                "Look at the invitations before you upload it again."
            )
        invited, added = carry_out([Wanted(**one) for one in kept["people"]], by=request.user)
        messages.success(request, f"{invited} invited, {added} added to groups.")
        return redirect("invitations")


class ImportTemplate(AccountOffice, View):
    """A file to start from."""

    def get(self, request):
        headers = {"Content-Disposition": 'attachment; filename="people.csv"'}
        return HttpResponse(
            people_csv.template(), content_type="text/csv; charset=utf-8", headers=headers
        )


# --- invitations --------------------------------------------------------------------------------
class Invitations(AccountOffice, ListView):
    """Every invitation and how it stands, newest first."""

    template_name = "accounts/invitations.html"
    paginate_by = 25

    def get_queryset(self):
        invitations = Invitation.objects.visible_to(self.request.user)
        state = self.request.GET.get("state", "")
        return invitations.filter(state=state) if state in Invitation.State else invitations

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            states=Invitation.State.choices, chosen=self.request.GET.get("state", ""), **kwargs
        )


class InvitationDetail(VisibleMixin, DetailView):
    """One invitation: to whom, to what, by whom, and what can be done with it."""

    queryset = Invitation.objects.select_related("invited_by", "accepted_by")
    template_name = "accounts/invitation.html"

    def get_context_data(self, **kwargs):
        invitation = self.object
        return super().get_context_data(
            moves=invitation.moves_for(self.request.user),
            history=history(invitation),
            **kwargs,
        )

"""Pages of the groups: who is in them, what they are for, and their terms."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Max
from django.forms.models import model_to_dict
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.views.generic import DetailView, ListView

from apps.accounts.models.people import Constituency, User
from apps.core import clock
from apps.core.differences import differences
from apps.core.exceptions import Already, Conflict
from apps.core.late import TakesAway
from apps.core.models import record
from apps.core.sections import sections_of
from apps.core.views import PageFormView, PermissionMixin, VisibleMixin, history

from .counting import asked_of, question, say, silent, words_of
from .forms import (
    AppointForm,
    ChoosePersonForm,
    EndForm,
    FindPersonForm,
    GroupForm,
    GroupTermsForm,
    SideForm,
)
from .models import Membership, TermsOfReference, WorkingGroup, neither_leads
from .roles import CO_LEAD, Role

PAGE = 25
LISTED = 200  # people on a group's page


class GroupList(VisibleMixin, ListView):
    """The groups that the person may see, active ones first."""

    queryset = WorkingGroup.objects.order_by("kind", "name")
    paginate_by = PAGE
    template_name = "groups/list.html"

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        groups = list(context["object_list"])
        leads = {}
        for membership in (
            Membership.objects.current()
            .filter(group__in=groups, role=Role.CO_LEAD)
            .select_related("user")
        ):
            leads.setdefault(membership.group_id, []).append(membership.user)
        for group in groups:
            group.co_leads = leads.get(group.pk, [])
        may_add = self.request.user.has_perm("groups.form_workinggroup")
        return context | {"object_list": groups, "may_add": may_add}


class GroupDetail(VisibleMixin, DetailView):
    """Purpose, people by side of co-production, terms, and what other apps add."""

    queryset = WorkingGroup.objects.prefetch_related("terms_of_reference")
    template_name = "groups/detail.html"

    def get_context_data(self, **kwargs):
        user, group = self.request.user, self.object
        people = list(group.people()[: LISTED + 1])
        more = len(people) > LISTED  # the whole network would be a page of thousands
        if not more:
            group.people_shown = people  # the parts that other apps add need them as well
        people = people[:LISTED]
        terms = group.terms_shown = group.terms
        sides = [
            (side.label, [m for m in people if m.user.constituency == side])
            for side in Constituency
        ]
        leads = [m.user for m in people if m.role == Role.CO_LEAD]
        seated = [(side, [one for one in leads if one.constituency == side]) for side in CO_LEAD]
        return super().get_context_data(
            sides=[(label, members) for label, members in sides if members],
            count=group.memberships.current().count() if more else len(people),
            listed=LISTED if more else None,
            empty_seats=[side.label for side, leads in seated if not leads],
            doubled_seats=[neither_leads(leads) for _, leads in seated if len(leads) > 1],
            terms=terms,
            question=(asked := question(group, user)),
            question_words=words_of(asked) if asked else "",
            silent=silent(group) if group.permits(user, "write_terms") else [],
            proposed_terms=group.proposed_terms,
            coming_terms=group.coming_terms,
            sections=sections_of("group", user, group),
            moves=group.moves_for(user),
            may_appoint=group.may(user, "appoint"),
            may_end=group.may(user, "end_term"),
            may_write_terms=group.may(user, "write_terms"),
            may_read_history=group.permits(user, "write_terms"),
            may_change=group.may(user, "change"),
            **kwargs,
        )


class GroupMixin(PermissionMixin):
    """A page about one group, found by its slug among those the person may see."""

    @cached_property
    def group(self):
        groups = WorkingGroup.objects.visible_to(self.request.user)
        return get_object_or_404(groups, slug=self.kwargs["slug"])

    def get_scope(self):
        return self.group

    def get_success_url(self):
        return self.group.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(group=self.group, **kwargs)


class GroupAdd(PermissionMixin, PageFormView):
    """The programme office forms a group."""

    perm = "groups.form_workinggroup"
    form_class = GroupForm
    page_title = "Form a group"
    button = "Form the group"
    done_message = "The group is formed. Next: write its terms and appoint two co-leads."

    def get_success_url(self):
        return self.object.get_absolute_url()

    @transaction.atomic
    def save(self, form):
        self.object = form.save()
        record("form", self.object, by=self.request.user)


class GroupChange(GroupMixin, PageFormView):
    """Change a group's name, kind or purpose. Its address stays the same."""

    perm = "groups.form_workinggroup"
    form_class = GroupForm
    page_title = "Change the group"
    done_message = "Saved."

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"instance": self.group}

    @transaction.atomic
    def save(self, form):
        # The form has its values on ``group`` already, which reading the row would undo.
        WorkingGroup.objects.get(pk=self.group.pk).permit("change", by=self.request.user)
        form.save()
        record("change", self.group, by=self.request.user, note=", ".join(form.changed_data))


class FindPersonMixin:
    """A form page that begins with looking somebody up; the form gets ``found`` to choose from."""

    form_class = ChoosePersonForm
    search_form = FindPersonForm
    template_name = "groups/find_person.html"

    def among(self):
        """Those who can be found."""
        return User.objects.active()

    @cached_property
    def search(self):
        return self.search_form(self.request.GET if "q" in self.request.GET else None)

    @cached_property
    def found(self):
        people = self.search.found(self.among()) if self.search.is_bound else []
        return User.objects.filter(pk__in=[user.pk for user in people])

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"found": self.found}

    def get_context_data(self, **kwargs):
        return super().get_context_data(search=self.search, found=len(self.found), **kwargs)


class Appoint(GroupMixin, FindPersonMixin, PageFormView):
    """Find somebody, then give them a role."""

    perm = "groups.manage_members"
    form_class = AppointForm
    page_title = "Add somebody to the group"
    button = "Add to the group"

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"group": self.group}

    def get_context_data(self, **kwargs):
        return super().get_context_data(caption=self.group.name, **kwargs)

    def save(self, form):
        data = form.cleaned_data
        membership = self.group.appoint(
            data["user"],
            data["role"],
            by=self.request.user,
            starts=data["starts"],
            ends=data["ends"],
            represents=data["represents"],
        )
        self.done_message = f"{membership.user} is now {membership.get_role_display().lower()}."


class EndMembership(TakesAway, GroupMixin, PageFormView):
    """End somebody's term."""

    perm = "groups.manage_members"
    form_class = EndForm
    button = "End the term now"
    intro = "They are told, and the meetings to come leave their calendar."

    @cached_property
    def membership(self):
        rows = self.group.memberships.filter(pk=self.kwargs["pk"])
        ended = self.request.method == "POST" and rows.filter(ended_at__isnull=False).exists()
        if ended and not rows.current().exists():
            raise Already("This term has already been ended.", self.group)
        return get_object_or_404(rows.current().select_related("user"))

    def get_page_title(self):
        return (
            f"End the term of {self.membership.user} as "
            f"{self.membership.get_role_display().lower()}"
        )

    def save(self, form):
        self.membership.end(by=self.request.user, reason=form.cleaned_data["reason"])
        self.done_message = f"{self.membership.user}'s term has ended."


class Side(GroupMixin, PageFormView):
    """A peer worker says on which side they count here: the page of that person alone."""

    perm = "groups.view_workinggroup"
    form_class = SideForm
    template_name = "groups/side.html"
    page_title = "On which side do you count here?"
    button = "Save my answer"
    done_message = "Saved. The co-leads are told."

    @cached_property
    def question(self):
        """By the terms that the address names, or what is open first."""
        asked, version = self.asked, self.request.GET.get("terms")
        found = [one for one in asked if version in (None, str(one.terms.version))]
        if not found:
            raise Http404
        return found[0]

    @cached_property
    def asked(self):
        return asked_of(self.group, self.request.user)

    def get_initial(self):
        return {} if self.question.is_open else {"side": self.question.answer.side}

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"sides": self.question.sides}

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            question=self.question,
            words=words_of(self.question),
            others=[one for one in self.asked if one is not self.question],
            missing=self.group.missing("say_side", self.request.user),
            caption=self.group.name,
            **kwargs,
        )

    def save(self, form):
        version = self.question.terms.version
        say(self.group, form.cleaned_data["side"], by=self.request.user, version=version)


class TermsAdd(GroupMixin, PageFormView):
    """Propose a new version of the terms of reference, begun from the last one."""

    perm = "groups.write_terms"
    form_class = GroupTermsForm
    page_title = "Propose terms of reference"
    intro = (
        "Both co-leads sign what you propose. Then the group decides about it at a meeting, under "
        "the terms that are in force. The first terms of a group are confirmed by the programme "
        "office."
    )
    template_name = "groups/terms_add.html"
    button = "Propose them"

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"group": self.group}

    def get_context_data(self, **kwargs):
        missing = self.group.missing("write_terms", self.request.user)
        return super().get_context_data(missing=missing, **kwargs)

    def get_initial(self):
        """The words that hold now, and not those that were taken back."""
        versions = self.group.terms_of_reference.order_by("-version")
        latest = versions.aggregate(latest=Max("version"))["latest"] or 0
        holding = versions.adopted().first()
        begins = model_to_dict(holding, GroupTermsForm.Meta.fields) if holding else {}
        return begins | {"in_force_from": clock.today(), "seen": latest}

    def save(self, form):
        fields = {name: form.cleaned_data[name] for name in form.fields if name != "seen"}
        signs = self.group.is_led_by(self.request.user)
        try:
            terms = TermsOfReference.propose(
                self.group, by=self.request.user, seen=form.cleaned_data["seen"], **fields
            )
        except Conflict as late:  # what they typed stays in the boxes
            form.add_error(None, f"{late} Your words are still here.")
            form.data = form.data.copy()
            form.data["seen"] = self.get_initial()["seen"]
            answer = self.form_invalid(form)
            answer.status_code = 409
            return answer
        messages.success(
            self.request,
            "Proposed, and signed by you. The other co-lead signs next."
            if signs
            else "Proposed. Both co-leads sign next.",
        )
        return redirect(terms)


class TermsDetail(DetailView):
    """One version of a group's terms of reference."""

    template_name = "groups/terms.html"
    context_object_name = "terms"

    def get_object(self):
        group = get_object_or_404(
            WorkingGroup.objects.visible_to(self.request.user).prefetch_related(
                "terms_of_reference"
            ),
            slug=self.kwargs["slug"],
        )
        for terms in group.terms_of_reference.all():
            if terms.version == self.kwargs["version"]:
                return terms
        raise Http404

    def get_context_data(self, **kwargs):
        terms, user = self.object, self.request.user
        versions = terms.group.terms_of_reference.all()
        open_now = terms.open_to("drop")
        before = terms.before if open_now else None
        pieces = differences(before.text, terms.text) if before else []
        return super().get_context_data(
            versions=versions,
            now=terms.group.terms,
            moves=terms.moves_for(user),
            is_proposal=open_now,
            before=before,
            changes=list(terms.changes) if before else [],
            pieces=[p for p in pieces if len(pieces) > 1],
            sections=sections_of("terms", user, terms),
            **kwargs,
        )


class GroupHistory(GroupMixin, ListView):
    """What happened to the group, for those who lead it or manage its members."""

    perm = "groups.write_terms"
    template_name = "groups/history.html"

    def get_queryset(self):
        return history(self.group)

    def get_context_data(self, **kwargs):
        page = Paginator(self.get_queryset(), PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(page_obj=page, **kwargs)


class NetworkMixin(PermissionMixin):
    """A page of the network, for those who may see its group; 404 for everybody else.

    ``perm`` is asked of the network's group.
    """

    perm = "groups.view_workinggroup"

    @cached_property
    def network(self):
        seen = WorkingGroup.objects.visible_to(self.request.user)
        network = seen.filter(kind=WorkingGroup.Kind.NETWORK).order_by("pk")
        return get_object_or_404(network[:1])

    def get_scope(self):
        return self.network

    def get_context_data(self, **kwargs):
        return super().get_context_data(network=self.network, **kwargs)

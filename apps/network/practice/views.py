"""The practice register: inside the programme, and what of it everybody may read."""

from collections import defaultdict

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Prefetch, Q
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.generic import DetailView, ListView, View

from apps.accounts.models.people import User
from apps.core.exceptions import SAVED_AGAIN
from apps.core.exports import csv_response
from apps.core.models import record
from apps.core.nhs import Form
from apps.core.views import (
    AsksAgain,
    FilteredMixin,
    PageFormView,
    PermissionMixin,
    VisibleMixin,
    history,
)
from apps.groups.models import WorkingGroup
from apps.groups.programme import is_in_programme
from apps.groups.views import FindPersonMixin, NetworkMixin

from ..pairs.forms import FindPartnerForm
from .forms import (
    FiveQuestionsForm,
    InsideFilterForm,
    PaperNameForm,
    PracticeConsentForm,
    PracticeFilterForm,
    PracticeForm,
    PracticeNameForm,
    PublicPracticeForm,
)
from .models import Practice, PracticeName


class RegisterMixin(FilteredMixin):
    """Entries narrowed by words, borough and kind."""

    filter_class = PracticeFilterForm
    fields = ("title", "service", "what_happens")

    def narrow(self, entries, q="", borough="", kind="", sort="title"):
        if q:
            found = Q()
            for field in self.fields:
                found |= Q(**{f"{field}__icontains": q})
            entries = entries.filter(found)
        if borough:
            entries = entries.filter(borough=borough)
        if kind:
            entries = entries.filter(kind=kind)
        return entries.order_by(*PracticeFilterForm.SORTS[sort])


# --- for everybody --------------------------------------------------------------------------------
class PublicNames:
    """The public version of entries, with the names of those who agreed to that."""

    @staticmethod
    def entries():
        shown = PracticeName.objects.shown_publicly().select_related("user")
        return Practice.objects.public().prefetch_related(
            Prefetch("names", shown, to_attr="public_names")
        )


@method_decorator(login_not_required, name="dispatch")
class PublicPractices(RegisterMixin, ListView):
    """What peers do across the boroughs, as Communications wrote it."""

    template_name = "network/practice/public_list.html"
    fields = ("public_title", "public_text")

    def get_queryset(self):
        return self.narrow(Practice.objects.public(), **self.wanted)


@method_decorator(login_not_required, name="dispatch")
class PublicPracticesExport(RegisterMixin, View):
    """The same list as a file: nothing that is not on the public pages."""

    fields = PublicPractices.fields

    def get(self, request):
        rows = (
            (
                one.public_title,
                one.get_kind_display(),
                one.borough_name,
                one.since_year,
                one.public_text,
                one.public_join,
                settings.SITE_URL + reverse("public_practice", args=[one.slug]),
            )
            for one in self.narrow(Practice.objects.public(), **self.wanted).iterator()
        )
        header = ("Name", "Kind", "Where", "Since", "What happens", "How to join", "Page")
        return csv_response("practice.csv", header, rows)


@method_decorator(login_not_required, name="dispatch")
class PublicPractice(PublicNames, DetailView):
    template_name = "network/practice/public.html"
    context_object_name = "practice"

    def get_queryset(self):
        return self.entries()


# --- the register inside the programme ----------------------------------------------------------
class InsideMixin:
    """For everybody in the programme; somebody who is in no group has no register."""

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and not is_in_programme(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


def may_publish_anything(user):
    """Who may download the register: the office, co-leads of the network, Communications."""
    return (
        user.has_perm("network.publish_practice")
        or user.has_perm("network.edit_public_practice")
        or WorkingGroup.objects.where(user, "lead_workinggroup")
        .filter(kind=WorkingGroup.Kind.NETWORK)
        .exists()
    )


class InsideList(InsideMixin, RegisterMixin):
    filter_class = InsideFilterForm

    def narrow(self, entries, state=Practice.State.PUBLISHED, **wanted):
        return super().narrow(entries.filter(state=state), **wanted)

    def entries(self):
        return self.narrow(Practice.objects.visible_to(self.request.user), **self.wanted)


class Practices(InsideList, ListView):
    """Every entry that I may see, published ones unless asked otherwise."""

    template_name = "network/practice/list.html"

    def get_queryset(self):
        return self.entries()

    def get_context_data(self, **kwargs):
        user = self.request.user
        network = WorkingGroup.objects.filter(kind=WorkingGroup.Kind.NETWORK)
        member = WorkingGroup.objects.where(user, "propose_agenda") & network
        mine = Practice.objects.filter(owner=user).exclude(state=Practice.State.PUBLISHED)
        return super().get_context_data(
            may_write=member.exists(),
            may_export=may_publish_anything(user),
            mine=mine.order_by("-pk")[:10],
            **kwargs,
        )


class PracticesExport(InsideList, AsksAgain, View):
    """The same list as a file, with the names that may be shown inside the programme."""

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and not may_publish_anything(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request):
        # All names in one question: fetched beside each piece of the list they would be many.
        names = defaultdict(list)
        shown = PracticeName.objects.shown_inside().filter(practice__in=self.entries().order_by())
        for one in shown.select_related("user").order_by("pk").iterator():
            names[one.practice_id].append(f"{one.shown} ({one.get_part_display().lower()})")
        record("export_practice", request.user, by=request.user)
        rows = (
            (
                entry.title,
                entry.get_kind_display(),
                entry.borough_name,
                entry.service,
                entry.since_year,
                entry.what_happens,
                entry.how_to_join,
                entry.learnt,
                "; ".join(names[entry.pk]),
                entry.get_state_display(),
                "yes" if entry.is_public else "no",
            )
            for entry in self.entries().iterator()
        )
        return csv_response(
            "practice-register.csv",
            (
                "Name",
                "Kind",
                "Where",
                "Service",
                "Since",
                "What happens",
                "How people join",
                "What was learnt",
                "People named",
                "State",
                "Public",
            ),
            rows,
        )


class PracticeDetail(VisibleMixin, DetailView):
    """One entry: what it is, who is named, and what this person may do with it."""

    queryset = Practice.objects.select_related("owner", "network")
    template_name = "network/practice/detail.html"
    context_object_name = "practice"

    def get_context_data(self, **kwargs):
        user, practice = self.request.user, self.object
        shown = practice.names.shown_inside().select_related("user")
        may_edit, may_name = practice.may(user, "edit"), practice.may(user, "ask_to_name")
        keeps = may_name or user.has_perm("network.edit_practice", practice)
        shares = practice.is_in_register and practice.permits(user, "share")
        return super().get_context_data(
            names=shown,
            mine=practice.names.filter(user=user).first(),
            waiting=practice.names.filter(state=PracticeName.State.ASKED).count() if keeps else 0,
            shares=practice.shares.select_related("item__meeting__group", "by"),
            moves=practice.moves_for(user),
            may_edit=may_edit,
            may_name=may_name,
            shares_it=shares,
            before_sharing=practice.missing("share", user) if shares else [],
            may_make_public=practice.may(user, "edit_public"),
            entries=history(practice)[:20] if keeps else None,
            **kwargs,
        )


# --- writing --------------------------------------------------------------------------------------
class PracticeWriteMixin(NetworkMixin):
    """A new entry by a member of the network."""

    perm = "groups.propose_agenda"
    free_writing = True

    def get_success_url(self):
        return self.practice.get_absolute_url()

    @transaction.atomic
    def save(self, form):
        fields = form.values() if hasattr(form, "values") else form.cleaned_data
        self.practice = Practice.objects.create(
            network=self.network, owner=self.request.user, **fields
        )
        record("write", self.practice, by=self.request.user)


class PracticeAdd(PracticeWriteMixin, PageFormView):
    form_class = PracticeForm
    template_name = "network/practice/form.html"
    page_title = "Add to the practice register"
    button = "Save as a draft"
    done_message = "Saved as a draft. Add who may be named, then send it in."


class FiveQuestions(PracticeWriteMixin, PageFormView):
    """For somebody who would rather answer than write."""

    form_class = FiveQuestionsForm
    page_title = "Five short questions"
    intro = "Your answers become a draft. You or somebody you trust can add to it."
    button = "Make my draft"
    done_message = "Here is your draft. You can send it in as it is, or add to it."


class PracticeMixin(PermissionMixin):
    """A page about one entry that I may see; permission is asked of it."""

    @cached_property
    def practice(self):
        entries = Practice.objects.visible_to(self.request.user).select_related("network", "owner")
        return get_object_or_404(entries, pk=self.kwargs["pk"])

    def get_scope(self):
        return self.practice

    def get_success_url(self):
        return self.practice.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            practice=self.practice, caption=self.practice.title, **kwargs
        )


class EditMixin(PracticeMixin):
    """Two people may edit at once: whoever saves second sees both texts and loses nothing."""

    done_message = "Saved."
    stale_words = (
        f"{SAVED_AGAIN} Your words are still here: look at the entry in another window, put both "
        "together, and save again."
    )

    def get_form_kwargs(self):
        # The form writes onto its instance; what is stored must stay as it is until it is saved.
        return super().get_form_kwargs() | {"instance": Practice.objects.get(pk=self.practice.pk)}


class PracticeChange(EditMixin, PageFormView):
    perm = "network.edit_practice"
    form_class = PracticeForm
    template_name = "network/practice/form.html"
    page_title = "Change the entry"
    free_writing = True

    def save(self, form):
        self.practice.edit(form.cleaned_data["seen"], by=self.request.user, **form.values())


class PracticePublic(EditMixin, PageFormView):
    """Communications writes what everybody reads."""

    perm = "network.edit_public_practice"
    form_class = PublicPracticeForm
    page_title = "The public version"

    def save(self, form):
        self.practice.edit_public(
            form.cleaned_data["seen"],
            by=self.request.user,
            show=form.cleaned_data["show"],
            **form.values(),
        )


class PracticeShareView(PracticeMixin, PageFormView):
    """Put it on the agenda of the next steering meeting."""

    perm = "network.share_practice"
    form_class = Form
    page_title = "Share with the steering group"
    intro = (
        "It is put forward for the agenda of the next meeting of the steering group. Its co-leads "
        "then say whether it is taken up."
    )
    button = "Share it"
    done_message = "It is on its way to the steering group."

    def save(self, form):
        self.practice.share(by=self.request.user)


# --- names --------------------------------------------------------------------------------------
class PracticeNames(PracticeMixin, ListView):
    """Everybody who was asked, and what they said; for those who look after the entry."""

    perm = "network.name_people"
    template_name = "network/practice/names.html"
    paginate_by = 25

    def get_queryset(self):
        return self.practice.names.select_related("user").order_by("pk")


class NameAdd(PracticeMixin, FindPersonMixin, PageFormView):
    """Ask somebody who has an account."""

    perm = "network.name_people"
    search_form = FindPartnerForm
    form_class = PracticeNameForm
    template_name = "network/practice/name_add.html"
    page_title = "Ask somebody whether they may be named"
    button = "Ask them"
    done_message = "They have been asked. Nothing is shown unless they agree."

    def among(self):
        """People who belong to the network, and oneself."""
        members = self.practice.network.memberships.current().values("user")
        return User.objects.active().filter(pk__in=members)

    def get_success_url(self):
        return reverse("practice_names", args=[self.practice.pk])

    def save(self, form):
        PracticeName.ask(self.practice, by=self.request.user, **form.cleaned_data)


class PaperNameAdd(PracticeMixin, PageFormView):
    """Record what somebody without an account agreed to on paper."""

    perm = "network.name_people"
    form_class = PaperNameForm
    page_title = "Consent given on paper"
    intro = "For somebody who has no account here. Whoever has one is asked on the site."
    done_message = "Recorded."

    def get_success_url(self):
        return reverse("practice_names", args=[self.practice.pk])

    def save(self, form):
        PracticeName.on_paper(self.practice, by=self.request.user, **form.cleaned_data)


class PracticeConsent(PageFormView):
    """May I be named? For the person alone; the answer can be changed at any time."""

    form_class = PracticeConsentForm
    template_name = "network/practice/consent.html"
    page_title = "May we name you?"
    button = "Save my answer"
    done_message = "Your answer is saved. You can change it here at any time."

    @cached_property
    def name(self):
        mine = PracticeName.objects.filter(user=self.request.user).select_related(
            "practice__network", "practice__owner", "asked_by", "user"
        )
        return get_object_or_404(mine, pk=self.kwargs["pk"])

    def dispatch(self, request, *args, **kwargs):
        self.name  # noqa: B018 - 404 before anything else
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self):
        said = PracticeConsentForm.NO if self.name.said_no else ""
        return {"choice": self.name.level or said}

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            name=self.name, practice=self.name.practice, caption=self.name.practice.title, **kwargs
        )

    def get_success_url(self):
        return self.name.practice.get_absolute_url()

    def save(self, form):
        self.name.answer(form.cleaned_data["choice"], by=self.request.user)

"""Writing a consultation: text, questions, what it is about, who is asked; giving longer."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView, View

from apps.accounts.models.people import User
from apps.core.converters import number_of
from apps.core.exceptions import SAVED_AGAIN
from apps.core.late import TakesAway
from apps.core.models import record
from apps.core.views import PageFormView, PermissionMixin
from apps.groups.models import WorkingGroup

from ..consulted import CONSULTED
from ..forms.drafting import (
    ConsultationAboutForm,
    ConsultationForm,
    ConsultationNameForm,
    ConsultationQuestionForm,
    ConsultationWordsForm,
    ExtendConsultationForm,
    PeopleForm,
    SectionForm,
)
from ..models.consultation import Consultation, Question, Section, everybody
from .responding import ConsultationMixin

AT_MOST = 20


class ConsultationRunMixin(ConsultationMixin, PermissionMixin):
    """For those who run the consultation."""

    perm = "groups.run_consultation"

    def get_context_data(self, **kwargs):
        return super().get_context_data(caption=self.consultation.title, **kwargs)


# --- its text -------------------------------------------------------------------------------------
class New(PermissionMixin, PageFormView):
    form_class = ConsultationForm
    template_name = "governance/consultations/form.html"
    page_title = "Write a consultation"
    button = "Save as a draft"
    done_message = "Saved as a draft. Now add the questions."

    def dispatch(self, request, *args, **kwargs):
        groups = WorkingGroup.objects.where(request.user, "run_consultation")
        if request.user.is_authenticated and not groups.exists():
            raise PermissionDenied
        return View.dispatch(self, request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_success_url(self):
        return reverse("consultation_questions", args=[self.consultation.pk])

    @transaction.atomic
    def save(self, form):
        self.consultation = Consultation.objects.create(
            created_by=self.request.user, **form.values(), **self.about()
        )
        self.consultation.groups.set(form.cleaned_data["groups"])
        record("write", self.consultation, by=self.request.user)

    def about(self):
        """What the page that led here is about, where this person may see it."""
        key, _, number = self.request.GET.get("about", "").partition(":")
        source = CONSULTED.get(key)
        if source is None or number_of(number) is None:
            return {}
        thing = source.rows(self.request.user).filter(pk=number_of(number)).first()
        return {"about": thing} if thing else {}


class EditConsultation(ConsultationRunMixin, PageFormView):
    """Two people may write at once: whoever saves second sees both texts and loses nothing."""

    form_class = ConsultationForm
    template_name = "governance/consultations/form.html"
    page_title = "Change the text"
    done_message = "Saved."
    stale_words = (
        f"{SAVED_AGAIN} Your words are still here: look at the consultation in another window, put "
        "both together, and save again."
    )

    def get_form_kwargs(self):
        # The form writes onto its instance; what is stored must stay as it is until it is saved.
        stored = Consultation.objects.get(pk=self.consultation.pk)
        return super().get_form_kwargs() | {"instance": stored, "user": self.request.user}

    def save(self, form):
        with self.consultation.being_written(self.request.user) as consultation:
            groups = set(form.cleaned_data["groups"])
            whole = groups == set(consultation.groups.all())
            consultation.save_revision(form.cleaned_data["seen"], whole=whole, **form.values())
            consultation.groups.set(groups)


# --- its questions --------------------------------------------------------------------------------
class Questions(ConsultationRunMixin, TemplateView):
    """All questions under their headings, with what can be done to each."""

    template_name = "governance/consultations/questions.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            outline=self.consultation.outline(),
            may_change=self.consultation.may(self.request.user, "write"),
            **kwargs,
        )


class PartMixin(ConsultationRunMixin):
    """A form for one question or section, new where the address has no number."""

    model = None
    related = ""

    def get_success_url(self):
        return reverse("consultation_questions", args=[self.consultation.pk])

    @cached_property
    def part(self):
        if "part" not in self.kwargs:
            return self.model(consultation=self.consultation)
        parts = getattr(self.consultation, self.related)
        return get_object_or_404(parts, pk=self.kwargs["part"])

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"instance": self.part}

    def save(self, form):
        with self.consultation.being_written(self.request.user) as consultation:
            # Read again under the lock: somebody may have moved or deleted it meanwhile.
            part = self.model(consultation=consultation)
            if self.part.pk:
                part = get_object_or_404(getattr(consultation, self.related), pk=self.part.pk)
            for name, value in self.values(form).items():
                setattr(part, name, value)
            part.save()

    def values(self, form):
        return form.cleaned_data


class QuestionPage(PartMixin, PageFormView):
    model = Question
    related = "questions"
    form_class = ConsultationQuestionForm
    button = "Save the question"

    def get_page_title(self):
        return "Change the question" if self.part.pk else "Add a question"

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"sections": self.consultation.sections.all()}

    def values(self, form):
        return form.values()


class SectionPage(PartMixin, PageFormView):
    model = Section
    related = "sections"
    form_class = SectionForm
    button = "Save the heading"

    def get_page_title(self):
        return "Change the heading" if self.part.pk else "Add a heading"


class PartAct(TakesAway, PartMixin, View):
    """Up, down, or away: one press each."""

    def post(self, request, pk, part, act):
        with self.consultation.being_written(request.user):
            if act == "delete":
                self.part.delete()
                messages.success(request, f"Deleted: {self.part}")
            else:
                self.part.shift(-1 if act == "up" else 1)
        return redirect(self.get_success_url())


# --- what it is about -----------------------------------------------------------------------------
class About(ConsultationRunMixin, PageFormView):
    """Look for a document, an output, and choose it."""

    form_class = ConsultationAboutForm
    template_name = "governance/consultations/search.html"
    page_title = "What it is about"
    button = "Choose it"
    done_message = "Saved."

    @cached_property
    def search(self):
        return ConsultationWordsForm(self.request.GET if "q" in self.request.GET else None)

    @cached_property
    def found(self):
        if not (self.search.is_bound and self.search.is_valid()):
            return []
        user, words = self.request.user, self.search.cleaned_data["q"]
        return [
            (source, thing) for source in CONSULTED for thing in source.find(user, words)[:AT_MOST]
        ]

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"found": self.found}

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            search=self.search,
            found=self.found,
            ready=True,
            now=self.consultation.about_shown(self.request.user),
            **kwargs,
        )

    def save(self, form):
        chosen = form.cleaned_data["thing"]
        thing = None
        if chosen != "nothing":
            thing = next(
                thing for source, thing in self.found if chosen == f"{source.key}:{thing.pk}"
            )
        with self.consultation.being_written(self.request.user) as consultation:
            consultation.about = thing
            consultation.save(update_fields=["about_type", "about_id"])


# --- who is asked by name -------------------------------------------------------------------------
class ConsultationPeople(ConsultationRunMixin, PageFormView):
    """People found by name are added; those who are asked can be taken off."""

    form_class = PeopleForm
    template_name = "governance/consultations/search.html"
    page_title = "People who are asked"
    button = "Ask them"

    @cached_property
    def search(self):
        return ConsultationNameForm(self.request.GET if "q" in self.request.GET else None)

    @cached_property
    def found(self):
        if not (self.search.is_bound and self.search.is_valid()):
            return User.objects.none()
        q = self.search.cleaned_data["q"]
        people = everybody().filter(Q(full_name__icontains=q) | Q(known_as__icontains=q))
        chosen = self.consultation.people.values("pk")
        first = people.exclude(pk__in=chosen).values_list("pk", flat=True)[:AT_MOST]
        return User.objects.filter(pk__in=list(first))

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"found": self.found}

    def get_success_url(self):
        return reverse("consultation_people", args=[self.consultation.pk])

    def get_context_data(self, **kwargs):
        people = self.consultation.people.order_by("full_name", "pk")
        return super().get_context_data(
            search=self.search,
            found=self.found,
            ready=self.found.exists(),
            people=people[:200],
            many=people.count(),
            may_change=self.consultation.may(self.request.user, "write"),
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        if "off" in request.POST:
            key = number_of(request.POST["off"])
            person = self.consultation.people.filter(pk=key).first()
            with self.consultation.being_written(request.user) as consultation:
                if person:
                    consultation.people.remove(person)
            # The same for everybody who is not on the list: no key tells who there is.
            who = person.full_name if person else "This person"
            messages.success(request, f"{who} is not asked.")
            return redirect(self.get_success_url())
        return super().post(request, *args, **kwargs)

    def save(self, form):
        with self.consultation.being_written(self.request.user) as consultation:
            consultation.people.add(*form.cleaned_data["people"])
        self.done_message = "Added."


# --- longer ---------------------------------------------------------------------------------------
class ExtendConsultation(ConsultationRunMixin, PageFormView):
    form_class = ExtendConsultationForm
    page_title = "Give people longer"
    button = "Tell everybody and extend it"
    intro = "Everybody with an account who is asked is told of the new end and the reason."
    done_message = "Everybody is told of the new end."

    def save(self, form):
        self.consultation.extend(
            form.cleaned_data["until"], reason=form.cleaned_data["reason"], by=self.request.user
        )

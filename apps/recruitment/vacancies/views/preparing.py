"""Writing a vacancy, getting ready, approving it, naming its people."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView, View

from apps.core.differences import differences
from apps.core.exceptions import SAVED_AGAIN, Conflict
from apps.core.late import TakesAway
from apps.core.models import record
from apps.core.views import PageFormView, PermissionMixin
from apps.groups.views import FindPersonMixin

from ..forms import (
    AdviceAnswerForm,
    AdviceForm,
    ApproveVacancyForm,
    CriterionForm,
    DeputyForm,
    ExtendVacancyForm,
    PanelForm,
    TemplateForm,
    TextsForm,
    TrainingForm,
    VacancyReasonForm,
    VacancyTermsForm,
    VisitForm,
)
from ..models.advice import Advice, Edit
from ..models.approval import Approval, Deputy, chain_of, shown
from ..models.panel import PanelMember
from ..models.readiness import Readiness
from ..models.template import VacancyTemplate
from ..models.vacancy import Criterion, Vacancy
from .vacancies import VacancyMixin


class PrepareMixin(VacancyMixin, PermissionMixin):
    """For those who prepare the vacancy."""

    perm = "recruitment.prepare_vacancy"


class VacancyRunMixin(VacancyMixin, PermissionMixin):
    """For Human Resources."""

    perm = "recruitment.run_vacancy"


class DraftMixin(PrepareMixin):
    """Only while it is a draft: what was signed and approved no longer changes."""

    def lock_draft(self):
        self.vacancy.permit("write", by=self.request.user)


# --- its texts ----------------------------------------------------------------------------------
class Texts(DraftMixin, PageFormView):
    """What candidates read. Two may write at once: who saves second loses nothing."""

    form_class = TextsForm
    page_title = "Write the vacancy"
    done_message = "Saved."
    stale_words = (
        f"{SAVED_AGAIN} Your words are still here: look at the vacancy in another window, put both "
        "together, and save again."
    )

    def get_form_kwargs(self):
        # The form writes onto its instance; what is stored must stay as it is until it is saved.
        return super().get_form_kwargs() | {"instance": Vacancy.objects.get(pk=self.vacancy.pk)}

    @transaction.atomic
    def save(self, form):
        values = {name: form.cleaned_data[name] for name in form.Meta.fields}
        Edit.write(self.vacancy, form.cleaned_data["seen"], by=self.request.user, **values)


class Terms(PrepareMixin, PageFormView):
    """Money, supervisors and dates."""

    form_class = VacancyTermsForm
    page_title = "Money, supervisors and dates"
    done_message = "Saved."

    def get_initial(self):
        return VacancyTermsForm.of(self.vacancy)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"vacancy": self.vacancy}

    @transaction.atomic
    def save(self, form):
        self.vacancy.permit("set_terms", by=self.request.user)
        form.full_clean()  # approval may have begun meanwhile
        if not form.is_valid():
            return self.form_invalid(form)
        values = form.values()
        changed = [name for name, value in values.items() if getattr(self.vacancy, name) != value]
        for name in changed:
            setattr(self.vacancy, name, values[name])
        if changed:
            self.vacancy.save(update_fields=changed)
            record("set_terms", self.vacancy, by=self.request.user, note=", ".join(changed))
            self.vacancy.followed("set_terms", changed)
        return None


class ExtendVacancy(VacancyRunMixin, PageFormView):
    form_class = ExtendVacancyForm
    page_title = "Give people longer"
    intro = "Everybody who has applied or begun to is told."
    button = "Set the new closing date"
    done_message = "The closing date is later now. Everybody is told."

    def get_initial(self):
        return {"interviews_on": self.vacancy.interviews_on}

    def save(self, form):
        self.vacancy.extend(
            form.until,
            by=self.request.user,
            reason=form.cleaned_data["reason"],
            interviews_on=form.cleaned_data["interviews_on"],
        )


class KeepTemplate(VacancyRunMixin, PageFormView):
    form_class = TemplateForm
    page_title = "Keep it as a template"
    intro = "Words and criteria are kept, to begin other vacancies from."
    done_message = "Kept as a template."

    def get_initial(self):
        return {"name": f"{self.vacancy.title}, {self.vacancy.get_band_display().lower()}"}

    def save(self, form):
        VacancyTemplate.keep(form.cleaned_data["name"], self.vacancy, by=self.request.user)


# --- criteria -----------------------------------------------------------------------------------
class Criteria(VacancyMixin, TemplateView):
    """The person specification, with what can be done to each line."""

    template_name = "recruitment/vacancies/criteria.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            page_title="Criteria",
            criteria=list(self.vacancy.criteria.all()),
            may_change=self.vacancy.may(self.request.user, "write"),
            **kwargs,
        )


class CriterionMixin(DraftMixin):
    @cached_property
    def criterion(self):
        if "pk" not in self.kwargs:
            return Criterion(vacancy=self.vacancy)
        return get_object_or_404(self.vacancy.criteria, pk=self.kwargs["pk"])

    def get_success_url(self):
        return reverse("criteria", args=[self.vacancy.reference])

    def specification(self):
        """The whole list as text, for the co-production record."""
        return "\n".join(
            f"{one.get_weight_display()}, {one.get_stage_display().lower()}: {one.text}"
            for one in self.vacancy.criteria.all()
        )

    def changed(self, before):
        Edit.objects.create(
            vacancy=self.vacancy,
            field="criteria",
            before=before,
            after=self.specification(),
            by=self.request.user,
        )
        record("write", self.vacancy, by=self.request.user, note="criteria")


class CriterionPage(CriterionMixin, PageFormView):
    form_class = CriterionForm
    button = "Save the criterion"

    def get_page_title(self):
        return "Change the criterion" if self.criterion.pk else "Add a criterion"

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"instance": self.criterion}

    @transaction.atomic
    def save(self, form):
        self.lock_draft()
        before = self.specification()
        criterion = form.save(commit=False)
        if criterion.pk is None:
            last = self.vacancy.criteria.order_by("-order").values_list("order", flat=True).first()
            criterion.order = (last or 0) + 1
        criterion.save()
        self.changed(before)


class CriterionAct(TakesAway, CriterionMixin, View):
    """Up, down, or away: one press each."""

    @transaction.atomic
    def post(self, request, reference, pk, act):
        self.lock_draft()
        before = self.specification()
        rows = list(self.vacancy.criteria.all())
        here = rows.index(self.criterion)
        if act == "delete":
            self.criterion.delete()
            messages.success(request, f"Deleted: {self.criterion}")
        else:
            there = here + (-1 if act == "up" else 1)
            if 0 <= there < len(rows):
                rows[here], rows[there] = rows[there], rows[here]
            for place, row in enumerate(rows, start=1):
                row.order = place
            Criterion.objects.bulk_update(rows, ["order"])
        self.changed(before)
        return redirect(self.get_success_url())


# --- readiness and approval ---------------------------------------------------------------------
class ReadinessPage(VacancyMixin, TemplateView):
    """The list that manager and peer lead each sign; everybody on the inside reads it."""

    template_name = "recruitment/vacancies/readiness.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        sides = self.vacancy.sides_of(user)
        may_sign = bool(sides) and self.vacancy.may(user, "sign_readiness")
        side = sides[0] if sides else "manager"
        lines = [
            {"line": line, "mine": getattr(line, f"{side}_at") is not None}
            for line in self.vacancy.readiness.select_related("manager", "peer_lead")
        ]
        return super().get_context_data(
            page_title="Getting ready", lines=lines, may_sign=may_sign, side=side, **kwargs
        )

    def post(self, request, *args, **kwargs):
        Readiness.sign(self.vacancy, set(request.POST.getlist("signed")), by=request.user)
        messages.success(request, "Saved.")
        return redirect("readiness", self.vacancy.reference)


class ApproveVacancy(VacancyMixin, PermissionMixin, PageFormView):
    perm = "recruitment.authorise_vacancy"
    form_class = ApproveVacancyForm
    template_name = "recruitment/vacancies/approve.html"
    page_title = "Approve, or send back"
    button = "Record my answer"

    def get_initial(self):
        return {"seen": shown(self.vacancy)}

    def get_context_data(self, **kwargs):
        user, waits = self.request.user, self.vacancy.open_to("answer_approval")
        step = Approval.next_of(self.vacancy) if waits else None
        is_mine = step is not None and step.is_of(user)
        return super().get_context_data(
            criteria=list(self.vacancy.criteria.all()),
            step=step,
            is_mine=self.vacancy.may(user, "answer_approval"),
            missing=self.vacancy.missing("answer_approval", user) if is_mine else [],
            chain=chain_of(self.vacancy).lines(),
            **kwargs,
        )

    def save(self, form):
        approve = form.cleaned_data["answer"] == Approval.Answer.APPROVED
        Approval.give(
            self.vacancy,
            by=self.request.user,
            approve=approve,
            reason=form.cleaned_data["reason"],
            seen=form.cleaned_data["seen"],
        )
        self.done_message = "Approved." if approve else "Sent back, with your reason."


# --- its people ---------------------------------------------------------------------------------
PARTS = {
    "manager": "Who is the manager?",
    "peer_lead": "Who is the peer lead?",
    "organiser": "Who arranges adjustments?",
    **{office.value: f"Who approves for: {office.label}?" for office in Approval.Office},
}


class VacancyPerson(VacancyRunMixin, FindPersonMixin, PageFormView):
    """Name the manager, the peer lead, who arranges adjustments, or who approves."""

    button = "Name this person"

    def get_page_title(self):
        if self.kwargs["part"] not in PARTS:
            raise Http404
        return PARTS[self.kwargs["part"]]

    def save(self, form):
        part, user, by = self.kwargs["part"], form.cleaned_data["user"], self.request.user
        if part in Approval.Office.values:
            Approval.name(self.vacancy, part, user, by=by)
        else:
            self.vacancy.name_people(by=by, **{part: user})
        self.done_message = f"Named: {user}."


class DeputyMixin(VacancyMixin):
    """For who holds the office, and for Human Resources."""

    @cached_property
    def step(self):
        steps = self.vacancy.approvals.select_related("authoriser")
        return get_object_or_404(steps, office=self.kwargs["office"])

    def dispatch(self, request, *args, **kwargs):
        if not (
            self.step.authoriser_id == request.user.pk
            or request.user.has_perm("recruitment.run_vacancy", self.vacancy)
        ):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class DeputyName(DeputyMixin, FindPersonMixin, PageFormView):
    """Name who stands in for the holder of an office, for some days."""

    form_class = DeputyForm
    button = "Name as deputy"

    def get_page_title(self):
        office = self.step.get_office_display()
        return f"Who stands in for {self.step.authoriser.name}, {office}?"

    def save(self, form):
        Deputy.name(
            self.step,
            form.cleaned_data["user"],
            from_on=form.cleaned_data["from_on"],
            until_on=form.cleaned_data["until_on"],
            by=self.request.user,
        )
        self.done_message = f"Named: {form.cleaned_data['user']}. They have been told."


class DeputyEnd(DeputyMixin, View):
    """One press."""

    def post(self, request, reference, office):
        deputies = self.step.deputies.select_related("user", "step")
        # Nobody stands in any more: whoever did last was ended, or there never was anybody.
        deputy = deputies.named().first() or get_object_or_404(deputies.order_by("-ended_at")[:1])
        deputy.step.vacancy = self.vacancy
        deputy.end(by=request.user)
        messages.success(request, f"{deputy.user} stands in no longer.")
        return redirect(self.get_success_url())


class PanelAdd(VacancyRunMixin, FindPersonMixin, PageFormView):
    form_class = PanelForm
    page_title = "Add somebody to the panel"
    button = "Add to the panel"

    def save(self, form):
        data = form.cleaned_data
        try:
            member = PanelMember.add(
                self.vacancy,
                data["user"],
                data["role"],
                by=self.request.user,
                trained_on=data["trained_on"],
            )
        except Conflict as refusal:  # not another's doing: a choice that does not fit
            form.add_error("user", str(refusal))
            return self.form_invalid(form)
        self.done_message = f"{member.user} is on the panel now."
        return None


class MemberMixin(VacancyRunMixin):
    def members(self):
        return self.vacancy.panel.serving()

    @cached_property
    def member(self):
        rows = self.members().select_related("user", "vacancy")
        return get_object_or_404(rows, pk=self.kwargs["pk"])


class PanelRemove(TakesAway, MemberMixin, PageFormView):
    form_class = VacancyReasonForm
    button = "Take off the panel"
    intro = (
        "They can no longer read the applications. What they have scored so far no longer counts."
    )

    def get_page_title(self):
        return f"Take {self.member.user} off the panel"

    def members(self):
        # Of who has left already, whoever presses is told that.
        return self.vacancy.panel if self.request.method == "POST" else super().members()

    def save(self, form):
        self.member.remove(by=self.request.user, reason=form.cleaned_data["reason"])
        self.done_message = f"{self.member.user} has left the panel."


class PanelTraining(MemberMixin, PageFormView):
    form_class = TrainingForm

    def get_page_title(self):
        return f"Training of {self.member.user}"

    def get_initial(self):
        return {"trained_on": self.member.trained_on}

    def save(self, form):
        self.member.record_training(form.cleaned_data["trained_on"], by=self.request.user)
        self.done_message = "Saved."


# --- the co-production record -------------------------------------------------------------------
class Coproduction(VacancyMixin, TemplateView):
    """Who changed what, and which advice was taken or declined, and why."""

    template_name = "recruitment/vacancies/coproduction.html"
    SHOWN = 50

    def get_context_data(self, **kwargs):
        edits = list(self.vacancy.edits.select_related("by")[: self.SHOWN])
        for edit in edits:
            edit.pieces = differences(edit.before, edit.after)
        advice = list(self.vacancy.advice.select_related("recorded_by", "answered_by", "edit"))
        return super().get_context_data(
            page_title="Co-production record",
            edits=edits,
            advice=advice,
            may_answer=self.vacancy.may(self.request.user, "answer_advice"),
            **kwargs,
        )


class AdviceMixin(VacancyMixin):
    def get_success_url(self):
        return reverse("coproduction", args=[self.vacancy.reference])


class AdviceAdd(AdviceMixin, PageFormView):
    form_class = AdviceForm
    page_title = "Record advice"
    intro = "Also what was declined: the record shows why."
    done_message = "Recorded."
    free_writing = True

    def get_initial(self):
        return {"side": self.request.user.constituency}

    def save(self, form):
        Advice.give(self.vacancy, by=self.request.user, **form.cleaned_data)


class AdviceAnswer(AdviceMixin, PermissionMixin, PageFormView):
    perm = "recruitment.prepare_vacancy"
    form_class = AdviceAnswerForm
    template_name = "recruitment/vacancies/advice_answer.html"
    page_title = "Answer the advice"
    done_message = "Answered."

    @cached_property
    def advice(self):
        return get_object_or_404(self.vacancy.advice, pk=self.kwargs["pk"])

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"edits": self.advice.changes()}

    def get_context_data(self, **kwargs):
        return super().get_context_data(advice=self.advice, **kwargs)

    def save(self, form):
        self.advice.settle(**form.cleaned_data, by=self.request.user)


# --- visits -------------------------------------------------------------------------------------
class VisitAdd(PrepareMixin, PageFormView):
    form_class = VisitForm
    page_title = "Offer a visit"
    intro = "People who think of applying can come and look. Nobody on the panel learns who came."
    button = "Offer this visit"
    done_message = "The visit stands in the advert now."

    @transaction.atomic
    def save(self, form):
        self.vacancy.permit("offer_visit", by=self.request.user)
        visit = self.vacancy.visits.create(**form.values())
        record("offer_visit", self.vacancy, by=self.request.user, note=f"visit {visit.pk}")


class VisitCancel(TakesAway, PrepareMixin, View):
    def post(self, request, reference, pk):
        get_object_or_404(self.vacancy.visits, pk=pk).cancel(by=request.user)
        messages.success(request, "The visit is cancelled. Whoever booked it is told.")
        return redirect(self.vacancy.get_absolute_url())

"""Responding: as oneself, for somebody who wrote or rang, and again with the receipt code.

Nothing here writes to the session, to the audit trail or to a log, sends a message, or puts a
code into an address: the answer to the request shows the code, once (docs/adr/0012).
"""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.generic import View

from apps.core import limits
from apps.core.anonymous import without_a_line
from apps.core.models import record
from apps.core.sections import sections_of
from apps.core.views import PermissionMixin

from ..forms.responding import AnswersForm, EntryForm, ReceiptForm, unsigned
from ..models.consultation import Consultation
from ..models.response import Response, TooLate, Twice, as_written, new_code, receive


def kept(request, consultation, form, reason):
    """It cannot be taken, and nothing that was typed is lost."""
    context = {"consultation": consultation, "typed": list(form.typed()), "reason": reason}
    return render(request, "governance/consultations/kept.html", context, status=409)


def show_form(request, consultation, form, *, status=None, **context):
    status = status or (422 if form.is_bound and form.errors else 200)
    context |= {
        "consultation": consultation,
        "form": form,
        "parts": list(form.parts()),
        "response": form.response,
    }
    return render(request, "governance/consultations/respond.html", context, status=status)


def of_whom(request, response):
    """The account under whose name a form is filled in. What was sent under a code stays apart
    from the account of whoever changes it."""
    apart = response is not None and response.sent and response.user_id is None
    return None if apart or not request.user.is_authenticated else request.user


def leads_to_signing_in(request, pk):
    """Whether somebody who is not signed in follows a link (from an e-mail, say) to what is not
    public. What is not there at all looks the same.
    """
    if request.user.is_authenticated:
        return False
    return not Consultation.objects.visible_to(request.user).filter(pk=pk).exists()


class ConsultationMixin:
    """A page about one consultation that this person may see."""

    @cached_property
    def consultation(self):
        seen = Consultation.objects.visible_to(self.request.user)
        return get_object_or_404(seen.select_related("group", "about_type"), pk=self.kwargs["pk"])

    def get_scope(self):
        return self.consultation.group

    @cached_property
    def outline(self):
        return self.consultation.outline()

    def get_success_url(self):
        return self.consultation.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(consultation=self.consultation, **kwargs)


@method_decorator([login_not_required, never_cache], name="dispatch")
class Respond(ConsultationMixin, View):
    """The questions, and the receipt in the answer to sending them."""

    def dispatch(self, request, *args, **kwargs):
        return without_a_line(super().dispatch(request, *args, **kwargs))

    @cached_property
    def person(self):
        return self.request.user if self.request.user.is_authenticated else None

    @property
    def named(self):
        """What this person sent or saved under their own name, if anything."""
        if self.person is None:
            return None
        return Response.objects.filter(consultation=self.consultation, user=self.person).first()

    def may(self):
        if self.person is None:
            return self.consultation.is_public
        return self.person.has_perm("governance.respond", self.consultation)

    def took_part(self):
        people = self.consultation.participations
        return self.person is not None and people.filter(user=self.person).exists()

    def form(self, data=None, *, code, response, **more):
        return AnswersForm(
            data,
            consultation=self.consultation,
            outline=self.outline,
            code=code,
            person=of_whom(self.request, response),
            response=response,
            guarded=self.person is None,
            **more,
        )

    def get(self, request, pk):
        if leads_to_signing_in(request, pk):
            return redirect_to_login(request.get_full_path())
        if not self.consultation.open_to("respond"):
            return redirect(self.consultation)
        if not self.may():
            raise PermissionDenied
        mine = self.named
        if not (mine and mine.sent) and self.took_part():
            context = {"consultation": self.consultation}
            return render(request, "governance/consultations/already.html", context)
        return show_form(request, self.consultation, self.form(code=new_code(), response=mine))

    def post(self, request, pk):
        # Whoever holds the code of a response may change it, signed in or not.
        by_code = Consultation.objects.filter(pk=pk).first()
        if by_code is None:
            raise Http404
        carried = unsigned(by_code, request.POST.get("code"))
        code = carried or new_code()
        under_code = by_code.responses.with_code(code).first()
        if under_code is not None:
            self.consultation = by_code
        elif carried and self.person is None and not by_code.is_public:
            # Our own page sent this, and the session ended meanwhile: nothing is lost by that.
            self.consultation = by_code
            return kept(request, by_code, self.form(request.POST, code=code, response=None), "out")
        elif not self.may():
            raise PermissionDenied
        saving = "save" in request.POST
        form = self.form(request.POST, code=code, response=under_code or self.named, saving=saving)
        if not self.consultation.open_to("respond"):
            return kept(request, self.consultation, form, "late")
        if not form.is_valid():
            return show_form(request, self.consultation, form)
        if self.person is None:
            try:
                limits.count(request, "respond", at_most=settings.RESPONSES_AT_MOST_AN_HOUR)
            except limits.TooOften:
                form.add_error(None, limits.WAIT)
                return show_form(request, self.consultation, form, status=429)
        if form.guarded and form.is_trapped:
            return self.done(code, form, saving)
        try:
            receive(
                self.consultation,
                form.answers(),
                code=code,
                whose=self.person,
                user=form.person if form.is_named else None,
                given_name=form.given_name,
                send=not saving,
            )
        except (TooLate, Twice) as refusal:
            if self.person is None:
                limits.give_back(request, "respond")
            return kept(
                request,
                self.consultation,
                form,
                "late" if isinstance(refusal, TooLate) else "twice",
            )
        return self.done(code, form, saving)

    def done(self, code, form, saving):
        by_name = form.is_named and form.person is not None
        context = {
            "consultation": self.consultation,
            "code": "" if by_name else code,
            "saved": saving,
        }
        return render(self.request, "governance/consultations/sent.html", context)


@method_decorator(never_cache, name="dispatch")
class Preview(ConsultationMixin, PermissionMixin, View):
    """The questions as those who respond will see them; nothing can be sent."""

    perm = "groups.run_consultation"

    def get(self, request, pk):
        form = AnswersForm(
            consultation=self.consultation, outline=self.outline, code="", person=request.user
        )
        return show_form(request, self.consultation, form, preview=True)


@method_decorator(never_cache, name="dispatch")
class Enter(ConsultationMixin, PermissionMixin, View):
    """A response that came on paper or by telephone."""

    perm = "groups.run_consultation"

    def form(self, data=None, *, code):
        return EntryForm(data, consultation=self.consultation, outline=self.outline, code=code)

    def get(self, request, pk):
        if not self.consultation.open_to("enter_response"):
            return redirect(self.consultation)
        return show_form(request, self.consultation, self.form(code=new_code()), entering=True)

    def post(self, request, pk):
        code = unsigned(self.consultation, request.POST.get("code")) or new_code()
        form = self.form(request.POST, code=code)
        if not self.consultation.open_to("enter_response"):
            return kept(request, self.consultation, form, "late")
        if not form.is_valid():
            return show_form(request, self.consultation, form, entering=True)
        whose = form.cleaned_data["whose"]
        user = whose if form.is_named else None
        is_new = not self.consultation.responses.with_code(code).exists()
        try:
            receive(
                self.consultation,
                form.answers(),
                code=code,
                whose=whose,
                user=user,
                given_name="" if user else form.given_name,
                channel=form.cleaned_data["channel"],
                entered=True,
            )
        except (TooLate, Twice) as refusal:
            return kept(
                request,
                self.consultation,
                form,
                "late" if isinstance(refusal, TooLate) else "entered_twice",
            )
        if self.consultation.is_named and is_new:  # of one without names, no trace is kept
            record("enter_response", self.consultation, by=request.user)
        context = {
            "consultation": self.consultation,
            "code": "" if user else code,
            "entered": True,
        }
        return render(request, "governance/consultations/sent.html", context)


@method_decorator([login_not_required, never_cache], name="dispatch")
class ConsultationReceipt(View):
    """Shows that a response was received, lets one change it, and later what came of it.

    The code is in the body of the request, never in an address.
    """

    def show(self, form, **context):
        status = 422 if form.is_bound and form.errors else 200
        template = "governance/consultations/receipt.html"
        return render(self.request, template, {"form": form, **context}, status=status)

    def get(self, request):
        return self.show(ReceiptForm())

    def post(self, request):
        form = ReceiptForm(request.POST)
        if not form.is_valid():
            return self.show(form)
        code = form.cleaned_data["code"]
        responses = Response.objects.with_code(code)
        response = responses.select_related("consultation__group").first()
        if response is None:
            form.add_error("code", "We have no response with this code. Check each letter of it.")
            return self.show(form)
        code, consultation = as_written(code), response.consultation
        outline = consultation.outline()
        if form.cleaned_data["change"] and consultation.open_to("respond"):
            answers = AnswersForm(
                consultation=consultation,
                outline=outline,
                code=code,
                response=response,
                person=of_whom(request, response),
                guarded=not request.user.is_authenticated,
            )
            return show_form(request, consultation, answers)
        said = [
            (question, question.words(response.answers.get(question.key)))
            for _, questions in outline
            for question in questions
        ]
        sections = sections_of("receipt", request.user, consultation)
        return self.show(
            form,
            response=response,
            consultation=consultation,
            said=said,
            sections=sections,
            code=code,
        )

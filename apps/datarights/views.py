"""One's own data, requests about it, and how long things are kept."""

from collections import defaultdict

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import storages
from django.db.models import Case, Value, When
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.generic import DetailView, ListView, TemplateView, View

from apps.accounts.models.people import User
from apps.core.models import record
from apps.core.personal import HELD, RULES, consents_of
from apps.core.views import AsksAgain, PageFormView, PermissionMixin, VisibleMixin, history
from apps.core.waking import wake

from .erasure import preview
from .forms import DataRequestForm, EraseForm
from .models import DataExport, DataRequest, Hold, RetentionRun


# --- one's own --------------------------------------------------------------------------------
class MyData(TemplateView):
    """Everything that a person can do about their data, in one place."""

    template_name = "datarights/mine.html"

    def get_context_data(self, **kwargs):
        me = self.request.user
        return super().get_context_data(
            export=DataExport.objects.visible_to(me).first(),
            requests=DataRequest.objects.filter(person=me).order_by("-pk")[:10],
            **kwargs,
        )


class MyConsents(TemplateView):
    """What one agreed to, since when, and where to take it back."""

    template_name = "datarights/consents.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(consents=consents_of(self.request.user), **kwargs)


class AskForCopy(AsksAgain, TemplateView):
    """Ask for a copy; who asks has to show once more who they are."""

    template_name = "datarights/ask_copy.html"

    def post(self, request, *args, **kwargs):
        DataExport.ask(request.user)
        wake("apps.datarights.tasks.data_rights")
        messages.success(request, "We are making the copy. It takes a few minutes.")
        return redirect("data_rights")


class CopyFile(View):
    """The file: for its owner alone, while it lasts."""

    def get(self, request, pk):
        export = get_object_or_404(DataExport.objects.visible_to(request.user), pk=pk)
        storage = storages["default"]
        if not export.is_open or not storage.exists(export.file):
            raise Http404
        record("download_copy", request.user, by=request.user)
        response = FileResponse(
            storage.open(export.file),
            as_attachment=True,
            filename="my-data.zip",
            content_type="application/zip",
        )
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "private, no-store"
        return response


class AskRequest(PageFormView):
    """Ask to correct, object, restrict or erase."""

    form_class = DataRequestForm
    page_title = "Ask us to change or erase your data"
    intro = "We answer within one month. Some records have to stay: we tell you which, and why."
    button = "Send the request"
    free_writing = True

    def get_success_url(self):
        return reverse("data_rights")

    def save(self, form):
        data = form.cleaned_data
        made = DataRequest.ask(self.request.user, data["kind"], data["words"])
        messages.success(self.request, f"We have your request. Its reference is {made.reference}.")
        return redirect(made)


# --- requests ---------------------------------------------------------------------------------
class OneRequest:
    """Finds the request of the address among those that may be seen."""

    slug_field = slug_url_kwarg = "reference"

    def get_scope(self):
        if not hasattr(self, "asked"):
            visible = DataRequest.objects.visible_to(self.request.user).select_related("person")
            self.asked = get_object_or_404(visible, reference=self.kwargs["reference"])
        return self.asked


class RequestDetail(VisibleMixin, DetailView):
    """One request: for whom made it, and for those who answer."""

    queryset = DataRequest.objects.select_related("person", "settled_by")
    slug_field = slug_url_kwarg = "reference"
    context_object_name = "asked"
    template_name = "datarights/request.html"

    def get_context_data(self, **kwargs):
        asked, me = self.object, self.request.user
        answers = me.has_perm(DataRequest.ANSWER)
        return super().get_context_data(
            answers=answers,
            moves=asked.moves_for(me),
            may_hold=answers
            and asked.is_open
            and me.is_staff
            and me.has_perm("datarights.add_hold"),
            held=Hold.objects.in_force().filter(person=asked.person).exists() if answers else False,
            history=history(asked) if answers else None,
            **kwargs,
        )


class Requests(PermissionMixin, ListView):
    """All requests, what is open and due first first."""

    perm = DataRequest.ANSWER
    template_name = "datarights/requests.html"
    paginate_by = 25

    def get_queryset(self):
        requests = DataRequest.objects.visible_to(self.request.user).select_related("person")
        closed = Case(When(state__in=DataRequest.OPEN, then=Value(0)), default=Value(1))
        return requests.order_by(closed, "due", "pk")


class RecordRequest(PermissionMixin, PageFormView):
    """For somebody who wrote a letter or telephoned."""

    perm = DataRequest.ANSWER
    form_class = DataRequestForm
    button = "Record the request"

    def dispatch(self, request, *args, **kwargs):
        self.person = get_object_or_404(User.objects.visible_to(request.user), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self):
        return f"What {self.person} asks about their data"

    def get_success_url(self):
        return reverse("person", args=[self.person.pk])

    def save(self, form):
        data = form.cleaned_data
        return redirect(
            DataRequest.ask(self.person, data["kind"], data["words"], by=self.request.user)
        )


class Erase(OneRequest, PermissionMixin, AsksAgain, PageFormView):
    """What goes, what changes, what stays and why; then, with the reference typed, it is done."""

    perm = DataRequest.ANSWER
    form_class = EraseForm
    template_name = "datarights/erase.html"
    button = "Erase now"
    done_message = "The data is being erased. This takes a minute or two."

    def dispatch(self, request, *args, **kwargs):
        if request.user.has_perm(self.perm) and not self.get_scope().is_erasure:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self):
        return f"Erase the data of {self.asked.person}"

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"reference": self.asked.reference}

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            asked=self.asked,
            preview=preview(self.asked.person),
            missing=self.asked.missing("erase", self.request.user, beforehand=True),
            **kwargs,
        )

    def get_success_url(self):
        return self.asked.get_absolute_url()

    def save(self, form):
        self.asked.move("erase", by=self.request.user)


# --- how long ---------------------------------------------------------------------------------
@method_decorator(login_not_required, name="dispatch")
class RetentionRules(TemplateView):
    """How long things are kept: made from the rules that the nightly task carries out."""

    template_name = "datarights/retention.html"

    def get_context_data(self, **kwargs):
        me = self.request.user
        runs = RetentionRun.objects.all()[:10] if me.has_perm(DataRequest.ANSWER) else None
        kept = defaultdict(list)
        for held in HELD.values():
            if held.outcome == "keep":
                kept[held.why].append(held.says)
        return super().get_context_data(
            rules=list(RULES.values()), runs=runs, kept=dict(kept), **kwargs
        )

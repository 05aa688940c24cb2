"""A person's own pages."""

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.account.models import EmailAddress
from allauth.usersessions.views import ListUserSessionsView
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe
from django.views.generic import DetailView, ListView, TemplateView, UpdateView

from apps.core import clock
from apps.core.models import record
from apps.core.views import AsksAgain, Confidential, PageFormMixin, VisibleMixin

from .. import sign_in_log
from ..confidence import LimitsFirstMixin, LimitsFirstToReadMixin
from ..forms import ProfileForm, SupportProfileForm
from ..middleware import lacks_second_factor
from ..models.people import User, end_sessions
from ..models.support import SupportProfile
from ..recovery_codes import HashedCodes
from ..second_factor import KINDS, SHEET


class Profile(TemplateView):
    """Everything a person can see and change about themselves."""

    template_name = "accounts/profile.html"


class SecondFactor(TemplateView):
    """Why a second factor is required or offered, the ways to set one up, and to put it off."""

    template_name = "accounts/second_factor.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(required=lacks_second_factor(self.request.user), **kwargs)

    def post(self, request, *args, **kwargs):
        User.objects.filter(pk=request.user.pk).update(second_factor_put_off=clock.now())
        record("put_off_second_factor", request.user, by=request.user)
        messages.success(request, "We ask you again in six weeks.")
        return redirect("home")


class SecondFactorSheet(AsksAgain, TemplateView):
    """For somebody without a phone: a printed sheet of codes, each good for one sign-in."""

    template_name = "accounts/second_factor_sheet.html"

    def dispatch(self, request, *args, **kwargs):
        if request.user.authenticator_set.filter(type__in=KINDS).exists():
            return redirect("mfa_generate_recovery_codes")  # theirs stand in for what they have
        if EmailAddress.objects.filter(user=request.user, verified=False).exists():
            return redirect("account_email")  # as allauth does for the other ways
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        mine = self.request.user.authenticator_set.filter(type=SHEET)
        return super().get_context_data(has_one=mine.exists(), **kwargs)

    @transaction.atomic
    def post(self, request, *args, **kwargs):
        """The old sheet ends, and so do sessions elsewhere: they had shown less."""
        request.user.authenticator_set.filter(type=SHEET).delete()
        HashedCodes.activate(request.user)
        end_sessions(request.user, besides=request.session.session_key)
        get_adapter(request).send_notification_mail(
            "mfa/email/recovery_codes_generated", request.user
        )
        return redirect("mfa_view_recovery_codes")


@method_decorator(login_not_required, name="dispatch")
class Limits(TemplateView):
    """What cannot be kept private, for everybody; whoever is signed in says that they read it."""

    template_name = "accounts/limits.html"

    @property
    def back(self):
        """Where they came from, on this site."""
        asked = self.request.GET.get("next", "")
        is_ours = url_has_allowed_host_and_scheme(asked, None, self.request.is_secure())
        return asked if is_ours else reverse("profile")

    def post(self, request):
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        request.user.read_limits()
        messages.success(request, "Thank you. We do not ask you again, unless it changes.")
        return HttpResponseRedirect(self.back)


class SignIns(ListView):
    """When and where one's account was signed in to, or somebody tried."""

    template_name = "accounts/sign_ins.html"
    paginate_by = 25

    def get_queryset(self):
        return sign_in_log.mine(self.request.user)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        page = context["page_obj"]
        return context | {"rows": [(sign_in_log.WORDS[one.action], one) for one in page]}


class Sessions(ListUserSessionsView):
    """Where one is signed in; to sign out everywhere else asks again who it is."""

    def post(self, request, *args, **kwargs):
        return reauthentication_required(super().post)(request, *args, **kwargs)


@require_safe
def still_here(request):
    """Somebody wants to stay signed in: that they asked is a use of the session."""
    return JsonResponse({"signed_in": True, "person": request.user.pk})


class ProfileEdit(PageFormMixin, UpdateView):
    form_class = ProfileForm
    context_object_name = "person"  # "user" is whoever is signed in, in every template
    success_url = reverse_lazy("profile")
    page_title = "Change your details"
    done_message = "Your details are saved."

    def get_object(self):
        # A copy: a refused form must not change the name in the page's header.
        return User.objects.get(pk=self.request.user.pk)

    def save(self, form):
        form.save()
        if form.changed_data:
            record(
                "change_details",
                form.instance,
                by=self.request.user,
                note=", ".join(form.changed_data),
            )


class SupportEdit(LimitsFirstMixin, PageFormMixin, UpdateView):
    form_class = SupportProfileForm
    template_name = "accounts/support_edit.html"
    success_url = reverse_lazy("profile")
    page_title = "What helps you take part"
    free_writing = True
    done_message = "What helps you take part is saved."

    def get_object(self):
        mine = SupportProfile.objects.filter(user=self.request.user).first()
        return mine or SupportProfile(user=self.request.user)


class SupportShared(ListView):
    """Whose support profiles a person may read, and why that is so. Names only."""

    template_name = "accounts/support_shared.html"
    paginate_by = 25

    def get_queryset(self):
        shared = SupportProfile.objects.visible_to(self.request.user).select_related("user")
        return shared.exclude(user=self.request.user).order_by("user__full_name", "pk")


class SupportRead(Confidential, VisibleMixin, LimitsFirstToReadMixin, DetailView):
    """Somebody's support profile, for those with whom they share it. Each reading is recorded."""

    queryset = SupportProfile.objects.select_related("user")
    slug_field = slug_url_kwarg = "user"
    template_name = "accounts/support_read.html"

    def is_of_others(self):
        """What somebody may not see is not there, with a second step or without."""
        return self.get_queryset().exclude(user=self.request.user).filter(**self.kwargs).exists()

    def get_object(self, queryset=None):
        profile = super().get_object(queryset)
        if profile.user != self.request.user:
            record("read_support_profile", profile, by=self.request.user)
        return profile

"""Asked once more who they are: for those who sign in by a code, a code by e-mail."""

import time

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.views import BaseReauthenticateView
from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from .. import sign_in_log
from ..sign_in import ConfirmLoginCode

SENT = "reauthentication_code"
MISTAKES = 3  # as at the sign-in


@method_decorator(never_cache, name="dispatch")
class ReauthenticateByCode(BaseReauthenticateView):
    """Sends a code when the page opens, and takes it; then what was asked for goes on."""

    form_class = ConfirmLoginCode
    template_name = "account/reauthenticate_by_code.html"

    def get(self, request, *args, **kwargs):
        if not self._live() and not self._send():
            return ratelimit.respond_429(request)
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        if request.POST.get("action") == "resend" or not self._live():
            request.session.pop(SENT, None)
            return redirect(request.get_full_path())
        return super().post(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"code": self.request.session[SENT]["code"]}

    def get_context_data(self, **kwargs):
        return super().get_context_data(email=self.request.user.email, **kwargs)

    def form_valid(self, form):
        del self.request.session[SENT]
        user = self.request.user
        record_authentication(
            self.request, user, method="code", email=user.email, reauthenticated=True
        )
        return super().form_valid(form)

    def form_invalid(self, form):
        sign_in_log.failed(self.request, "wrong_code", self.request.user.pk)
        sent = self.request.session[SENT]
        sent["mistakes"] += 1
        self.request.session.modified = True
        if sent["mistakes"] < MISTAKES:
            return super().form_invalid(form)
        del self.request.session[SENT]
        messages.error(self.request, "The code was wrong three times. We send you a new one.")
        return redirect(self.request.get_full_path())

    def _live(self):
        sent = self.request.session.get(SENT)
        lasts = settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT
        return sent is not None and time.time() - sent["at"] < lasts

    def _send(self):
        """False where too many were asked for."""
        user, adapter = self.request.user, get_adapter(self.request)
        if not ratelimit.consume(self.request, action="request_login_code", key=user.email):
            return False
        code = adapter.generate_login_code()
        self.request.session[SENT] = {"code": code, "at": time.time(), "mistakes": 0}
        adapter.send_mail("account/email/login_code", user.email, {"code": code})
        return True

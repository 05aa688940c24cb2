"""From the link in an invitation to an account."""

from allauth.account.utils import complete_signup
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import TemplateView

from apps.core.exceptions import Conflict
from apps.core.views import PageFormView

from ..forms import AcceptForm
from ..joining import SESSION_KEY, remembered
from ..models.invitations import Invitation, digest


def dead_link(request, status):
    """One page for every link that does not work: it tells nothing but what to do."""
    return render(request, "accounts/invitation_dead.html", status=status)


@login_not_required
@never_cache
def open_invitation(request, token):
    """Follow the link: remember it in the session and go on without the token in the address."""
    if Invitation.objects.live().with_token(token).exists():
        request.session[SESSION_KEY] = digest(token)
        return redirect("invitation_accept")
    known = Invitation.objects.with_token(token).exists()
    return dead_link(request, 410 if known else 404)


@method_decorator(
    [login_not_required, never_cache, sensitive_post_parameters("password1", "password2")],
    name="dispatch",
)
class AcceptInvitation(PageFormView):
    """Who invites to what; name and password; then signed in, with the address verified."""

    form_class = AcceptForm
    template_name = "accounts/invitation_accept.html"
    page_title = "You are invited"
    button = "Make my account"
    success_url = reverse_lazy("welcome")

    def dispatch(self, request, *args, **kwargs):
        self.invitation = remembered(request)
        if self.invitation is None:
            return dead_link(request, 410)
        if request.user.is_authenticated:
            return render(request, "accounts/invitation_signed_in.html", status=409)
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self):
        return {"full_name": self.invitation.full_name}

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"email": self.invitation.email}

    def get_context_data(self, **kwargs):
        return super().get_context_data(invitation=self.invitation, **kwargs)

    def save(self, form):
        try:
            user = self.invitation.accept(
                full_name=form.cleaned_data["full_name"],
                known_as=form.cleaned_data["known_as"],
                password=form.cleaned_data["password1"] or None,
            )
        except Conflict:
            return dead_link(self.request, 409)
        del self.request.session[SESSION_KEY]
        return complete_signup(self.request, user, None, reverse("welcome"))


class AccountWelcome(TemplateView):
    """The first page of a new account."""

    template_name = "accounts/welcome.html"

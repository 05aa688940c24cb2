"""Where having one's say begins."""

from django.contrib.auth.decorators import login_not_required
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView

from apps.core.places import pages_under


@method_decorator(login_not_required, name="dispatch")
class Home(TemplateView):
    """What there is, in plain words, with links; without signing in, what is public."""

    template_name = "governance/home.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(parts=pages_under("say", self.request.user), **kwargs)

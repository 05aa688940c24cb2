"""Where governance begins."""

from django.contrib.auth.decorators import login_not_required
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView

# The parts, in order: title, what it is, the name of its address, whether everybody may open it.
PARTS = [
    (
        "Consultations",
        "What people are asked, and what came of it. Respond, with or without your name.",
        "consultations",
        True,
    ),
    (
        "Decisions",
        "Every decision, how it was taken, and whether it still holds.",
        "decision_register",
        True,
    ),
    (
        "Your interests",
        "What might sway you, said openly: at joining, and once a year.",
        "my_interests",
        False,
    ),
    (
        "Register of interests",
        "What people who decide have declared for everybody to read.",
        "interest_register",
        True,
    ),
    (
        "Documents",
        "Policies, procedures, terms of reference and guides: what is in force, since "
        "when, and what is being written.",
        "documents",
        True,
    ),
]


@method_decorator(login_not_required, name="dispatch")
class Home(TemplateView):
    """What there is, in plain words, with links; without signing in, what is public."""

    template_name = "governance/home.html"

    def get_context_data(self, **kwargs):
        signed_in = self.request.user.is_authenticated
        parts = [
            {"title": title, "text": text, "href": reverse(name)}
            for title, text, name, is_public in PARTS
            if signed_in or is_public
        ]
        return super().get_context_data(parts=parts, **kwargs)

"""A person's own pages."""

from django.urls import reverse_lazy
from django.views.generic import DetailView, ListView, TemplateView, UpdateView

from apps.core.models import record
from apps.core.views import PageFormMixin, VisibleMixin

from ..forms import ProfileForm, SupportProfileForm
from ..models.people import User
from ..models.sides import SideChange
from ..models.support import SupportProfile


class Profile(TemplateView):
    """Everything a person can see and change about themselves."""

    template_name = "accounts/profile.html"


class SideChangePage(VisibleMixin, DetailView):
    """A change of somebody's side of co-production: what is asked, and the answer."""

    queryset = SideChange.objects.select_related("user", "asked_by")
    context_object_name = "change"
    template_name = "accounts/side_change.html"

    def get_context_data(self, **kwargs):
        user, change = self.request.user, self.object
        mine = change.user_id == user.pk
        return super().get_context_data(mine=mine, moves=change.moves_for(user), **kwargs)


class SecondFactor(TemplateView):
    """Why a second factor is required, and the ways to set one up."""

    template_name = "accounts/second_factor.html"


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


class SupportEdit(PageFormMixin, UpdateView):
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


class SupportRead(VisibleMixin, DetailView):
    """Somebody's support profile, for those with whom they share it. Each reading is recorded."""

    queryset = SupportProfile.objects.select_related("user")
    slug_field = slug_url_kwarg = "user"
    template_name = "accounts/support_read.html"

    def get_object(self, queryset=None):
        profile = super().get_object(queryset)
        if profile.user != self.request.user:
            record("read_support_profile", profile, by=self.request.user)
        return profile

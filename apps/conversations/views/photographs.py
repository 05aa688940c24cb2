"""Photographs of a Conversation, and who agreed to be seen."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import ListView

from apps.core.late import TakesAway
from apps.core.nhs import Form
from apps.core.views import PageFormView, PermissionMixin

from ..forms import ConversationConsentForm, PhotographForm
from ..models.photograph import PhotoConsent, Photograph
from .running import ConversationWriteMixin


class Photographs(ConversationWriteMixin, ListView):
    """The pictures of a Conversation, and who agreed to which."""

    template_name = "conversations/photographs.html"
    paginate_by = 25

    def get_queryset(self):
        photos = self.conversation.photographs.with_consents().order_by("pk")
        return photos.prefetch_related("consents__user")

    def get_context_data(self, **kwargs):
        may_add = self.conversation.may(self.request.user, "add_photograph")
        return super().get_context_data(may_add=may_add, **kwargs)


class PhotographAdd(ConversationWriteMixin, PageFormView):
    """Add a picture."""

    form_class = PhotographForm
    page_title = "Add a photograph"
    button = "Add the photograph"
    done_message = "Added. It is not public until everybody in it has agreed."

    def get_success_url(self):
        return reverse("photographs", args=[self.conversation.pk])

    def save(self, form):
        Photograph.add(self.conversation, by=self.request.user, **form.cleaned_data)


class OnePhotograph(PermissionMixin):
    """A page about one picture, for those who write up."""

    perm = "conversations.write_up_conversation"

    @cached_property
    def photograph(self):
        seen = Photograph.objects.visible_to(self.request.user)
        found = seen.select_related("conversation__network")
        return get_object_or_404(found, pk=self.kwargs["pk"])

    def get_scope(self):
        return self.photograph.conversation

    def get_success_url(self):
        return reverse("photographs", args=[self.photograph.conversation_id])

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            photograph=self.photograph, caption=self.photograph.description, **kwargs
        )


class ConsentAdd(OnePhotograph, PageFormView):
    """Ask somebody pictured, or record what they agreed to."""

    form_class = ConversationConsentForm
    page_title = "Whose consent?"
    button = "Save"
    done_message = "Saved."

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"conversation": self.photograph.conversation}

    def save(self, form):
        PhotoConsent.note(self.photograph, by=self.request.user, **form.cleaned_data)


class PhotographRemove(TakesAway, OnePhotograph, PageFormView):
    """Delete a picture for good."""

    form_class = Form
    template_name = "conversations/remove.html"
    page_title = "Remove this photograph"
    button = "Remove it"
    done_message = "The photograph is deleted."

    def get_context_data(self, **kwargs):
        return super().get_context_data(thing=self.photograph.description, **kwargs)

    def save(self, form):
        self.photograph.remove(by=self.request.user)


class PhotographConsents(ListView):
    """Pictures of me, and whether I agree to each."""

    template_name = "conversations/consents.html"
    paginate_by = 25

    def get_queryset(self):
        mine = PhotoConsent.objects.filter(user=self.request.user)
        return mine.select_related("photograph__conversation").order_by("-pk")

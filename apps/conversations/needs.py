"""What Conversations bring to *What needs you*."""

from django.db.models import Q
from django.urls import reverse

from apps.core import clock
from apps.core.needs import Need, either, holding, needs_you, permitted
from apps.groups.models import WorkingGroup

from .models.booking import BookingSupport
from .models.conversation import Conversation
from .models.photograph import PhotoConsent


def _to_arrange(user):
    return BookingSupport.objects.to_arrange(user).select_related("booking__conversation")


@needs_you(_to_arrange, kind="Support")
def support_to_arrange(waiting, user):
    """What people need at a Conversation to come, for its named organiser."""
    for support in waiting:
        conversation = support.booking.conversation
        yield Need(
            "Arrange support for somebody",
            support.arrange_url,
            due=conversation.starts_at,
            detail=conversation.title,
        )


def _pictured(user):
    return PhotoConsent.objects.filter(user=user, state=PhotoConsent.State.ASKED)


@needs_you(_pictured, kind="Photograph")
def photographs(consents, user):
    """Pictures of me that somebody would like to use."""
    yield Need("Say whether we may use a photograph of you", reverse("photo_consents"))


def _over(user):
    planned = (
        WorkingGroup.objects.where(user, "plan_meeting")
        .filter(kind=WorkingGroup.Kind.NETWORK)
        .values("pk")
    )
    runs = Q() if user.has_perm("conversations.run_conversation") else Q(network__in=planned)
    writes = Q() if user.has_perm("conversations.write_up_conversation") else Q(network__in=planned)
    over = runs & Q(state=Conversation.State.PUBLISHED, ends_at__lt=clock.now())
    unwritten = writes & Q(state=Conversation.State.HELD)
    return Conversation.objects.filter(over | unwritten).order_by("ends_at")


@needs_you(
    _over,
    may=either(
        permitted("conversations.run_conversation", "conversations.write_up_conversation"),
        holding(WorkingGroup, "plan_meeting"),
    ),
    kind="Conversation",
)
def after_conversations(waiting, user):
    """Conversations that are over: who came, and the write-up."""
    for one in waiting:
        if one.state == Conversation.State.HELD:
            url = reverse("conversation_write_up", args=[one.pk])
            yield Need("Write up", url, thing=one.title, since=one.ends_at, detail=one.when)
        else:
            url = reverse("conversation_sign_in", args=[one.pk])
            yield Need("Record who came", url, thing=one.title, since=one.ends_at, detail=one.when)

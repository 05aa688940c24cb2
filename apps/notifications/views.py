"""The Messages page, how a person wants to be told, and what a signed link may do."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import ListView, TemplateView
from django.views.generic.edit import UpdateView

from apps.accounts.models.people import User
from apps.core import clock
from apps.core.views import PageFormMixin, PermissionMixin, VisibleMixin, number_in

from . import diary
from .calendar import feed
from .forms import CalendarFilterForm, PreferenceForm
from .inbound.postbox import PERSON
from .inbound.reading import lag
from .kinds import ALWAYS, Topic
from .mail import absolute, read_unsubscribe_token
from .models import Delivery, Frequency, Postbox, Preference, calendar_token
from .unread import MANY


# --- messages -----------------------------------------------------------------------------------
class MessageList(VisibleMixin, ListView):
    """A person's messages by what they are about, of each the latest: unread first, then newest."""

    model = Delivery
    paginate_by = 25
    template_name = "notifications/list.html"

    def get_queryset(self):
        return super().get_queryset().latest_of_each()

    def get_context_data(self, **kwargs):
        unread = Delivery.objects.visible_to(self.request.user).unread()
        about = unread.values("occurrence__subject_type", "occurrence__subject_id").distinct()
        things = about.order_by().count()
        return super().get_context_data(unread=unread.count(), things=things, **kwargs)


EARLIER = 10  # messages about the same thing that are shown below one


def message(request, pk):
    """One message in full, and what was said of the same thing before. Having seen them, the person
    has read them."""
    mine = Delivery.objects.visible_to(request.user)
    delivery = get_object_or_404(mine.select_related("occurrence"), pk=pk)
    before = mine.of_the_same(delivery).filter(sent_at__lte=delivery.sent_at)
    earlier = list(before.exclude(pk=pk).order_by("-sent_at", "-pk")[: EARLIER + 1])
    more = earlier.pop() if len(earlier) > EARLIER else None  # its page shows those before it
    if mine.filter(pk__in=[pk, *(one.pk for one in earlier)]).read():
        request.user.unread = mine.unread()[:MANY].count()  # as the page says beside *Messages*
    context = {"message": delivery, "earlier": earlier, "more": more}
    return render(request, "notifications/message.html", context)


@require_POST
def read_all(request):
    """Mark every message as read."""
    Delivery.objects.visible_to(request.user).read()
    messages.success(request, "All your messages are marked as read.")
    return redirect("messages")


class InboundMail(PermissionMixin, TemplateView):
    """How the mailbox stands where answers come. What is in it is read there, not on the site."""

    perm = "accounts.invite_user"
    template_name = "notifications/inbound.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            address=settings.INBOUND.get("address"),
            folder=PERSON,
            box=Postbox.objects.first(),
            late=lag() is not None,
            days=settings.INBOUND_KEEP_DAYS,
            **kwargs,
        )


# --- preferences --------------------------------------------------------------------------------
class Preferences(PageFormMixin, UpdateView):
    """What a person wants by e-mail, and when."""

    form_class = PreferenceForm
    template_name = "notifications/preferences.html"
    page_title = "E-mails and reminders"
    success_url = reverse_lazy("notification_preferences")
    done_message = "Your choices are saved."

    def get_object(self, queryset=None):
        return Preference.of(self.request.user)


# --- calendar -----------------------------------------------------------------------------------
class CalendarPage(TemplateView):
    """What concerns me by its day: what comes, or a month; and my calendar's private address."""

    template_name = "notifications/calendar.html"

    def get_context_data(self, **kwargs):
        request, user = self.request, self.request.user
        filters = CalendarFilterForm(request.GET, groups=diary.groups_of(user))
        filters.is_valid()  # what is not understood is left out
        said = {key: value for key, value in filters.cleaned_data.items() if value}
        first, wanted = said.pop("month", None), said
        address = absolute(reverse("calendar_feed", args=[Preference.of(user).calendar_token]))
        shown = self._month(first, wanted) if first else self._list(wanted)
        return super().get_context_data(
            filters=filters,
            narrowed=bool(wanted),
            feed=address,
            subscribe=f"webcal:{address.partition(':')[2]}",
            this_month=_month_in_an_address(clock.today()),
            **shown,
            **kwargs,
        )

    def _month(self, first, wanted):
        weeks = diary.weeks_of(self.request.user, first, **wanted)
        before, after = diary.month_before(first), diary.next_month(first)
        beside = {"before": before, "after": after}
        return {
            "month": first,
            "weeks": weeks,
            "is_empty": not any(day.entries for week in weeks for day in week.days),
            **{
                name: (_month_in_an_address(one), one)
                for name, one in beside.items()
                if diary.can_be_shown(one)
            },
        }

    def _list(self, wanted):
        number = number_in(self.request, "page", range(1, diary.PAGES + 1), 1)
        days, more = diary.days_from_today(self.request.user, number, **wanted)
        return {
            "days": days,
            "number": number,
            "earlier": number - 1,
            "later": number + 1 if more and number < diary.PAGES else 0,
        }


def _month_in_an_address(day):
    return f"{day:%Y-%m}"


@require_POST
def reset_calendar(request):
    """A new private address for the calendar; the old one is gone."""
    preference = Preference.of(request.user)
    preference.calendar_token = calendar_token()
    preference.save(update_fields=["calendar_token"])
    words = "Your calendar has a new address. The old one no longer works: add the new one again."
    messages.success(request, words)
    return redirect("calendar")


# --- what a signed link may do ------------------------------------------------------------------
@csrf_exempt  # mail programs post here by themselves (RFC 8058); the token is the authority
@login_not_required
@never_cache
def unsubscribe(request, token):
    """Stop e-mail about a topic: GET asks, POST does it, and POST with ``undo`` takes it back."""
    try:
        user_id, names = read_unsubscribe_token(token)
    except signing.BadSignature:
        raise Http404 from None
    user = get_object_or_404(User.objects.active(), pk=user_id)
    topics = [topic for topic in Topic if topic in names]
    done, before = "", []
    if request.method == "POST":
        done = "undone" if "undo" in request.POST else "stopped"
        preference = Preference.of(user)
        before = [(topic, preference.email.get(topic, "")) for topic in map(str, topics)]
        often = {topic: Frequency.NONE for topic, _ in before}
        if done == "undone":  # as it was before, which the page has kept
            known = {*Frequency.values, ""} - {Frequency.NONE}
            was = {topic: request.POST.get(f"was_{topic}", "") for topic in often}
            often = {topic: one if one in known else "" for topic, one in was.items()}
        preference.choose(**often)
    about = [(topic.label, ALWAYS.get(topic, "")) for topic in topics]
    context = {"topics": about, "done": done, "before": before}
    return render(request, "notifications/unsubscribe.html", context)


@login_not_required
@require_safe
@never_cache
def calendar(request, token):
    """A person's calendar for their own calendar program, behind a secret address."""
    preference = get_object_or_404(
        Preference.objects.select_related("user"), calendar_token=token, user__is_active=True
    )
    response = HttpResponse(feed(preference.user), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="oxleas-peer.ics"'
    response["X-Robots-Tag"] = "noindex"
    return response

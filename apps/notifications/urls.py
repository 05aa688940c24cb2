from django.urls import path, register_converter

from . import mailbox, views
from .gallery import views as gallery


class KindName:
    """The name of a kind of message: ``meetings.reminder``."""

    regex = r"[a-z_]+\.[a-z_]+"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


register_converter(KindName, "kind")

urlpatterns = [
    path("notifications/", views.MessageList.as_view(), name="messages"),
    path("notifications/read/", views.read_all, name="messages_read"),
    path("messages/", gallery.MessageKinds.as_view(), name="message_kinds"),
    path("messages/times/<int:pk>/", gallery.MessageRule.as_view(), name="message_rule"),
    path("messages/<kind:name>/", gallery.MessageKind.as_view(), name="message_kind"),
    path("messages/<kind:name>/mail/", gallery.MessageKindMail.as_view(), name="message_kind_mail"),
    path("messages/<kind:name>/try/", gallery.MessageKindTrial.as_view(), name="message_kind_try"),
    path(
        "messages/<kind:name>/words/", gallery.MessageKindWords.as_view(), name="message_kind_words"
    ),
    path(
        "messages/<kind:name>/as-it-came/",
        gallery.MessageKindOriginal.as_view(),
        name="message_kind_original",
    ),
    path("messages/<kind:name>/times/", gallery.MessageRuleAdd.as_view(), name="message_rule_add"),
    path("inbound-mail/", views.InboundMail.as_view(), name="inbound_mail"),
    path("notifications/<int:pk>/", views.message, name="message"),
    path("profile/notifications/", views.Preferences.as_view(), name="notification_preferences"),
    path("calendar/", views.CalendarPage.as_view(), name="calendar"),
    path("profile/notifications/calendar/", views.reset_calendar, name="calendar_reset"),
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("calendar/<str:token>.ics", views.calendar, name="calendar_feed"),
    # In development only.
    path("mailbox/", mailbox.mailbox, name="mailbox"),
    path("mailbox/<slug:key>/", mailbox.mail, name="mail"),
    path("mailbox/<slug:key>/html/", mailbox.mail_html, name="mail_html"),
]

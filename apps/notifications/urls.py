from django.urls import path

from . import mailbox, views

urlpatterns = [
    path("notifications/", views.MessageList.as_view(), name="messages"),
    path("notifications/read/", views.read_all, name="messages_read"),
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

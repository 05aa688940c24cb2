from django.urls import path

from apps.core.views import MoveView

from ..models.booking import Booking
from ..models.conversation import Conversation
from ..models.photograph import PhotoConsent
from ..views import conversations as views

AT = "network/conversations/"

urlpatterns = [
    path(AT, views.ConversationList.as_view(), name="conversations"),
    path(
        "network/conversations.csv", views.ConversationsExport.as_view(), name="conversations_csv"
    ),
    path(f"{AT}new/", views.Plan.as_view(), name="conversation_plan"),
    path(f"{AT}support/", views.SupportToArrange.as_view(), name="conversation_support_list"),
    path(f"{AT}support/<int:pk>/", views.Arrange.as_view(), name="conversation_arrange"),
    path(f"{AT}booking/<str:token>/", views.BookingByLink.as_view(), name="booking"),
    path(f"{AT}feedback/<str:token>/", views.Feedback.as_view(), name="conversation_feedback"),
    path(
        f"{AT}bookings/<int:pk>/move/<slug:name>/",
        MoveView.as_view(model=Booking),
        name="booking_move",
    ),
    path(f"{AT}photographs/", views.MyConsents.as_view(), name="photo_consents"),
    path(f"{AT}photographs/<int:pk>/", views.photograph, name="photograph"),
    path(
        f"{AT}photographs/<int:pk>/consent/", views.ConsentAdd.as_view(), name="photo_consent_add"
    ),
    path(
        f"{AT}photographs/<int:pk>/remove/",
        views.PhotographRemove.as_view(),
        name="photograph_remove",
    ),
    path(
        f"{AT}consents/<int:pk>/move/<slug:name>/",
        MoveView.as_view(model=PhotoConsent),
        name="photo_consent_move",
    ),
    path(f"{AT}<int:pk>/", views.ConversationDetail.as_view(), name="conversation"),
    path(f"{AT}<int:pk>/calendar.ics", views.conversation_calendar, name="conversation_calendar"),
    path(f"{AT}<int:pk>/change/", views.Change.as_view(), name="conversation_change"),
    path(
        f"{AT}<int:pk>/move/<slug:name>/",
        MoveView.as_view(model=Conversation, only=("publish", "cancel", "write_up", "take_down")),
        name="conversation_move",
    ),
    path(f"{AT}<int:pk>/programme/new/", views.SessionAdd.as_view(), name="session_add"),
    path(
        f"{AT}<int:pk>/programme/<int:session_pk>/",
        views.SessionChange.as_view(),
        name="session_change",
    ),
    path(
        f"{AT}<int:pk>/programme/<int:session_pk>/remove/",
        views.SessionRemove.as_view(),
        name="session_remove",
    ),
    path(f"{AT}<int:pk>/book/", views.book, name="conversation_book"),
    path(f"{AT}<int:pk>/places/", views.PublicBooking.as_view(), name="conversation_places"),
    path(
        f"{AT}<int:pk>/places/asked/",
        views.PublicBookingAsked.as_view(),
        name="conversation_asked",
    ),
    path(f"{AT}<int:pk>/support/", views.MySupport.as_view(), name="conversation_support"),
    path(f"{AT}<int:pk>/bookings/", views.Bookings.as_view(), name="bookings"),
    path(f"{AT}<int:pk>/bookings.csv", views.BookingsExport.as_view(), name="bookings_csv"),
    path(f"{AT}<int:pk>/sign-in/", views.SignIn.as_view(), name="conversation_sign_in"),
    path(f"{AT}<int:pk>/sign-in/print/", views.SignInSheet.as_view(), name="sign_in_sheet"),
    path(f"{AT}<int:pk>/report/", views.Report.as_view(), name="conversation_report"),
    path(f"{AT}<int:pk>/write-up/", views.WriteUp.as_view(), name="conversation_write_up"),
    path(f"{AT}<int:pk>/photographs/", views.Photographs.as_view(), name="photographs"),
    path(f"{AT}<int:pk>/photographs/new/", views.PhotographAdd.as_view(), name="photograph_add"),
]

from django.urls import path

from apps.core.views import MoveView

from .models.booking import Booking
from .models.conversation import Conversation
from .models.photograph import PhotoConsent
from .views import photographs as views_photographs
from .views import public as views_public
from .views import running as views_running

AT = "network/conversations/"

urlpatterns = [
    path(AT, views_public.ConversationList.as_view(), name="conversations"),
    path(
        "network/conversations.csv",
        views_public.ConversationsExport.as_view(),
        name="conversations_csv",
    ),
    path(f"{AT}new/", views_running.Plan.as_view(), name="conversation_plan"),
    path(
        f"{AT}support/", views_running.SupportToArrange.as_view(), name="conversation_support_list"
    ),
    path(f"{AT}support/<int:pk>/", views_running.Arrange.as_view(), name="conversation_arrange"),
    path(f"{AT}booking/<str:token>/", views_public.BookingByLink.as_view(), name="booking"),
    path(
        f"{AT}feedback/<str:token>/", views_public.Feedback.as_view(), name="conversation_feedback"
    ),
    path(
        f"{AT}bookings/<int:pk>/move/<slug:name>/",
        MoveView.as_view(model=Booking),
        name="booking_move",
    ),
    path(f"{AT}photographs/", views_photographs.MyConsents.as_view(), name="photo_consents"),
    path(f"{AT}photographs/<int:pk>/", views_public.photograph, name="photograph"),
    path(
        f"{AT}photographs/<int:pk>/consent/",
        views_photographs.ConsentAdd.as_view(),
        name="photo_consent_add",
    ),
    path(
        f"{AT}photographs/<int:pk>/remove/",
        views_photographs.PhotographRemove.as_view(),
        name="photograph_remove",
    ),
    path(
        f"{AT}consents/<int:pk>/move/<slug:name>/",
        MoveView.as_view(model=PhotoConsent),
        name="photo_consent_move",
    ),
    path(f"{AT}<int:pk>/", views_public.ConversationDetail.as_view(), name="conversation"),
    path(
        f"{AT}<int:pk>/calendar.ics",
        views_public.conversation_calendar,
        name="conversation_calendar",
    ),
    path(f"{AT}<int:pk>/change/", views_running.Change.as_view(), name="conversation_change"),
    path(
        f"{AT}<int:pk>/move/<slug:name>/",
        MoveView.as_view(model=Conversation, only=("publish", "cancel", "write_up", "take_down")),
        name="conversation_move",
    ),
    path(f"{AT}<int:pk>/programme/new/", views_running.SessionAdd.as_view(), name="session_add"),
    path(
        f"{AT}<int:pk>/programme/<int:session_pk>/",
        views_running.SessionChange.as_view(),
        name="session_change",
    ),
    path(
        f"{AT}<int:pk>/programme/<int:session_pk>/remove/",
        views_running.SessionRemove.as_view(),
        name="session_remove",
    ),
    path(f"{AT}<int:pk>/book/", views_public.book, name="conversation_book"),
    path(f"{AT}<int:pk>/places/", views_public.PublicBooking.as_view(), name="conversation_places"),
    path(
        f"{AT}<int:pk>/places/asked/",
        views_public.PublicBookingAsked.as_view(),
        name="conversation_asked",
    ),
    path(f"{AT}<int:pk>/support/", views_public.MySupport.as_view(), name="conversation_support"),
    path(f"{AT}<int:pk>/bookings/", views_running.Bookings.as_view(), name="bookings"),
    path(f"{AT}<int:pk>/bookings.csv", views_running.BookingsExport.as_view(), name="bookings_csv"),
    path(f"{AT}<int:pk>/sign-in/", views_running.SignIn.as_view(), name="conversation_sign_in"),
    path(f"{AT}<int:pk>/sign-in/print/", views_running.SignInSheet.as_view(), name="sign_in_sheet"),
    path(f"{AT}<int:pk>/report/", views_running.Report.as_view(), name="conversation_report"),
    path(f"{AT}<int:pk>/write-up/", views_running.WriteUp.as_view(), name="conversation_write_up"),
    path(f"{AT}<int:pk>/photographs/", views_photographs.Photographs.as_view(), name="photographs"),
    path(
        f"{AT}<int:pk>/photographs/new/",
        views_photographs.PhotographAdd.as_view(),
        name="photograph_add",
    ),
]

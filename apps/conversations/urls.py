from django.urls import path

from apps.core.views import MoveView

from .models.booking import Booking
from .models.conversation import Conversation
from .models.photograph import PhotoConsent
from .views import photographs, public, running

AT = "network/conversations/"

urlpatterns = [
    path(AT, public.ConversationList.as_view(), name="conversations"),
    path(
        "network/conversations.csv",
        public.ConversationsExport.as_view(),
        name="conversations_csv",
    ),
    path(f"{AT}new/", running.PlanConversation.as_view(), name="conversation_plan"),
    path(
        f"{AT}support/",
        running.ConversationSupportToArrange.as_view(),
        name="conversation_support_list",
    ),
    path(
        f"{AT}support/<int:pk>/",
        running.ArrangeConversationSupport.as_view(),
        name="conversation_arrange",
    ),
    path(f"{AT}booking/<str:token>/", public.BookingByLink.as_view(), name="booking"),
    path(f"{AT}feedback/<str:token>/", public.Feedback.as_view(), name="conversation_feedback"),
    path(
        f"{AT}bookings/<int:pk>/move/<slug:name>/",
        MoveView.as_view(model=Booking),
        name="booking_move",
    ),
    path(f"{AT}photographs/", photographs.PhotographConsents.as_view(), name="photo_consents"),
    path(f"{AT}photographs/<int:pk>/", public.photograph, name="photograph"),
    path(
        f"{AT}photographs/<int:pk>/consent/",
        photographs.ConsentAdd.as_view(),
        name="photo_consent_add",
    ),
    path(
        f"{AT}photographs/<int:pk>/remove/",
        photographs.PhotographRemove.as_view(),
        name="photograph_remove",
    ),
    path(
        f"{AT}consents/<int:pk>/move/<slug:name>/",
        MoveView.as_view(model=PhotoConsent),
        name="photo_consent_move",
    ),
    path(f"{AT}<int:pk>/", public.ConversationDetail.as_view(), name="conversation"),
    path(
        f"{AT}<int:pk>/calendar.ics",
        public.conversation_calendar,
        name="conversation_calendar",
    ),
    path(f"{AT}<int:pk>/change/", running.ChangeConversation.as_view(), name="conversation_change"),
    path(
        f"{AT}<int:pk>/move/<slug:name>/",
        MoveView.as_view(model=Conversation, only=("publish", "cancel", "write_up", "take_down")),
        name="conversation_move",
    ),
    path(f"{AT}<int:pk>/programme/new/", running.SessionAdd.as_view(), name="session_add"),
    path(
        f"{AT}<int:pk>/programme/<int:session_pk>/",
        running.SessionChange.as_view(),
        name="session_change",
    ),
    path(
        f"{AT}<int:pk>/programme/<int:session_pk>/remove/",
        running.SessionRemove.as_view(),
        name="session_remove",
    ),
    path(f"{AT}<int:pk>/book/", public.book, name="conversation_book"),
    path(f"{AT}<int:pk>/places/", public.PublicBooking.as_view(), name="conversation_places"),
    path(
        f"{AT}<int:pk>/places/asked/",
        public.PublicBookingAsked.as_view(),
        name="conversation_asked",
    ),
    path(f"{AT}<int:pk>/support/", public.MySupport.as_view(), name="conversation_support"),
    path(f"{AT}<int:pk>/bookings/", running.Bookings.as_view(), name="bookings"),
    path(f"{AT}<int:pk>/bookings.csv", running.BookingsExport.as_view(), name="bookings_csv"),
    path(
        f"{AT}<int:pk>/sign-in/", running.ConversationSignIn.as_view(), name="conversation_sign_in"
    ),
    path(f"{AT}<int:pk>/sign-in/print/", running.SignInSheet.as_view(), name="sign_in_sheet"),
    path(f"{AT}<int:pk>/report/", running.ConversationReport.as_view(), name="conversation_report"),
    path(f"{AT}<int:pk>/write-up/", running.WriteUp.as_view(), name="conversation_write_up"),
    path(f"{AT}<int:pk>/photographs/", photographs.Photographs.as_view(), name="photographs"),
    path(
        f"{AT}<int:pk>/photographs/new/",
        photographs.PhotographAdd.as_view(),
        name="photograph_add",
    ),
]

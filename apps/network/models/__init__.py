"""The Peers and Sponsors Network: joining, pairs, practice, seats, events, payments."""

from .base import is_in_programme, the_network
from .board import Post, PostReport
from .booking import Booking, BookingLetter, BookingSupport
from .claim import ClaimLine, EarningsLimit, Expense, InvolvementClaim, Rate, Receipt
from .conversation import Conversation, ConversationFeedback, Session
from .interest import Interest, Letter, Welcomed
from .pair import CheckIn, HelpContact, HelpRequest, Pair
from .photograph import PhotoConsent, Photograph
from .practice import Practice, PracticeName, PracticeShare, boroughs
from .seat import Nomination, SeatRequest

__all__ = [
    "Booking",
    "BookingLetter",
    "BookingSupport",
    "CheckIn",
    "ClaimLine",
    "Conversation",
    "ConversationFeedback",
    "EarningsLimit",
    "Expense",
    "HelpContact",
    "HelpRequest",
    "Interest",
    "InvolvementClaim",
    "Letter",
    "Nomination",
    "Pair",
    "PhotoConsent",
    "Photograph",
    "Post",
    "PostReport",
    "Practice",
    "PracticeName",
    "PracticeShare",
    "Rate",
    "Receipt",
    "SeatRequest",
    "Session",
    "Welcomed",
    "boroughs",
    "is_in_programme",
    "the_network",
]

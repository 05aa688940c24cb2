"""Recruitment: vacancies, those who fill them, and those who apply."""

from .advice import Advice, Edit
from .application import Answer, Application, Job, Referee
from .appointment import Appointment, ReviewPoint
from .blind import BlindAnswer, BlindApplication, Redaction, Redactor
from .interview import (
    Arrangement,
    Interview,
    InterviewPlan,
    PanelAttendance,
    PanelMeeting,
    Question,
    Release,
    ReleaseRecipient,
    Slot,
)
from .monitoring import Count, Envelope, Ticket
from .offer import Check, Offer
from .outcome import Outcome
from .panel import Approval, PanelMember
from .pay import PayScale
from .readiness import Readiness
from .scoring import Round
from .sheet import Moderation, PanelDeclaration, Recusal, Score, Sheet
from .survey import SurveyCount
from .template import VacancyTemplate
from .training import Enrolment, SessionAttendance, TrainingCohort, TrainingSession
from .vacancy import Band, Criterion, DBSLevel, Vacancy
from .visit import Visit, VisitBooking

__all__ = [
    "Advice",
    "Answer",
    "Application",
    "Appointment",
    "Approval",
    "Arrangement",
    "Band",
    "BlindAnswer",
    "BlindApplication",
    "Check",
    "Count",
    "Criterion",
    "DBSLevel",
    "Edit",
    "Enrolment",
    "Envelope",
    "Interview",
    "InterviewPlan",
    "Job",
    "Moderation",
    "Offer",
    "Outcome",
    "PanelAttendance",
    "PanelDeclaration",
    "PanelMeeting",
    "PanelMember",
    "PayScale",
    "Question",
    "Readiness",
    "Recusal",
    "Redaction",
    "Redactor",
    "Referee",
    "Release",
    "ReleaseRecipient",
    "ReviewPoint",
    "Round",
    "Score",
    "SessionAttendance",
    "Sheet",
    "Slot",
    "SurveyCount",
    "Ticket",
    "TrainingCohort",
    "TrainingSession",
    "Vacancy",
    "VacancyTemplate",
    "Visit",
    "VisitBooking",
]

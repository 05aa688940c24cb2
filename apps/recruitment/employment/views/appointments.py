"""People in post: reviews, leaving, and the record of who stays."""

from collections import defaultdict

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.views.generic import ListView, TemplateView

from apps.core import clock
from apps.core.exports import csv_response
from apps.core.views import MoveView, PageFormView, PermissionMixin

from ..forms import AppointmentFilterForm, ConfirmForm, LeftForm, ReviewForm, SeenForm
from ..models.appointment import COUNTED, Appointment, ReviewPoint
from ..models.check import Check

PAGE = 25


class Appointments(ListView):
    """Everybody in post whom this person looks after."""

    template_name = "recruitment/employment/appointments.html"
    paginate_by = PAGE

    @cached_property
    def form(self):
        return AppointmentFilterForm(self.request.GET)

    def get_queryset(self):
        which = self.form.wanted()
        due = ReviewPoint.objects.filter(
            appointment=OuterRef("pk"),
            held_on=None,
            in_post=None,
            due_on__lte=clock.today(),
        )
        rows = Appointment.objects.visible_to(self.request.user).annotate(review_due=Exists(due))
        left = Q(state=Appointment.State.LEFT)
        if which == "left":
            rows = rows.filter(left)
        elif which == "due":
            rows = rows.filter(review_due=True)
        elif which != "all":
            rows = rows.exclude(left)
        return rows.select_related("user", "vacancy")

    def get_context_data(self, **kwargs):
        user = self.request.user
        return super().get_context_data(
            filters=self.form, may_report=user.has_perm("recruitment.look_after"), **kwargs
        )


class AppointmentMixin:
    @cached_property
    def appointment(self):
        rows = Appointment.objects.visible_to(self.request.user)
        return get_object_or_404(rows.select_related("user", "vacancy"), pk=self.kwargs["pk"])

    def get_scope(self):
        return self.appointment

    def get_success_url(self):
        return self.appointment.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            appointment=self.appointment, caption=self.appointment.name, **kwargs
        )


class AppointmentPage(AppointmentMixin, TemplateView):
    template_name = "recruitment/employment/appointment.html"

    def get_context_data(self, **kwargs):
        appointment, user = self.appointment, self.request.user
        return super().get_context_data(
            reviews=list(appointment.reviews.all()),
            moves=appointment.moves_for(user),
            looks_after=user.has_perm("recruitment.look_after", appointment),
            is_mine=appointment.user_id == user.pk,
            reads_work=user.has_perm("recruitment.handle_application", appointment),
            may_see_work=appointment.may(user, "see_work_again"),
            may_confirm_work=appointment.may(user, "confirm_work"),
            **kwargs,
        )


class AppointmentMove(AppointmentMixin, MoveView):
    model = Appointment


class AppointmentReview(AppointmentMixin, PermissionMixin, PageFormView):
    perm = "recruitment.look_after"
    form_class = ReviewForm
    done_message = "Recorded: they are in post."
    button = "Record the review"

    @cached_property
    def review(self):
        return get_object_or_404(self.appointment.reviews, pk=self.kwargs["review"])

    def get_page_title(self):
        return f"Review: {self.review.words.lower()}"

    def save(self, form):
        self.review.hold(
            form.cleaned_data["held_on"],
            by=self.request.user,
            agreed=form.cleaned_data["agreed"],
        )


class Left(AppointmentMixin, PermissionMixin, PageFormView):
    perm = "recruitment.look_after"
    form_class = LeftForm
    page_title = "They have left"
    button = "Record that they left"
    done_message = "Recorded."

    def save(self, form):
        self.appointment.left(
            form.cleaned_data["left_on"], by=self.request.user, words=form.cleaned_data["words"]
        )


class WorkMixin(AppointmentMixin, PermissionMixin):
    """For Human Resources: a right to work that ends is looked at again, by two of them."""

    perm = "recruitment.handle_application"


class WorkAgain(WorkMixin, PageFormView):
    form_class = SeenForm
    page_title = "Record a new right to work"
    intro = "Say what kind of thing you saw, and until when it holds. Nothing else is kept."
    done_message = "Recorded. Somebody else in Human Resources confirms it."

    def get(self, request, *args, **kwargs):
        self.appointment.check_open("see_work_again")
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"check": Check(kind=Check.Kind.WORK)}

    def save(self, form):
        self.appointment.see_work_again(by=self.request.user, **form.facts())


class WorkConfirm(WorkMixin, PageFormView):
    form_class = ConfirmForm
    template_name = "recruitment/employment/work_confirm.html"
    page_title = "Confirm the new right to work"
    button = "Confirm it"
    done_message = "Confirmed."

    def get_initial(self):
        return {"proposal": self.appointment.proposal}

    def get_context_data(self, **kwargs):
        missing = self.appointment.missing("confirm_work", self.request.user, beforehand=True)
        return super().get_context_data(missing=missing, **kwargs)

    def save(self, form):
        self.appointment.confirm_work(form.cleaned_data["proposal"], by=self.request.user)


def retention_csv(request):
    """Every appointment without a name: when it began, and whether it lasted."""
    if not request.user.has_perm("recruitment.look_after"):
        raise PermissionDenied
    points = defaultdict(dict)  # all in one question: fetched beside each piece they would be many
    for point in ReviewPoint.objects.filter(key__in=COUNTED).iterator():
        points[point.appointment_id][point.key] = point

    def lines():
        for one in Appointment.objects.select_related("vacancy").order_by("pk").iterator():
            yield [
                one.pk,
                one.vacancy.reference if one.vacancy else "",
                one.started_on.isoformat(),
                one.get_state_display(),
                one.left_on.isoformat() if one.left_on else "",
                *(in_post_at(one, points[one.pk].get(key)) for key in COUNTED),
            ]

    header = ["Number", "Vacancy", "Started", "State", "Left", "6 months", "12 months", "24 months"]
    return csv_response("retention.csv", header, lines())


def in_post_at(appointment, point):
    """``yes``, ``no``, or nothing where the day has not come."""
    if point is None or point.due_on > clock.today():
        return ""
    gone = point.in_post is False or (
        appointment.left_on is not None and appointment.left_on <= point.due_on
    )
    return "no" if gone else "yes"

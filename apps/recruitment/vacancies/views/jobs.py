"""The public pages of jobs: what there is, what each is, when to come and look."""

import json
import re
from datetime import UTC

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import feedgenerator
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET
from django.views.generic import DetailView, ListView, View

from apps.core import clock, markdown
from apps.core.nhs import Form

from ..forms import boroughs
from ..models.panel import SHORTLISTERS
from ..models.pay import PayScale, weekly_hours
from ..models.vacancy import Band, Criterion, Vacancy
from ..models.visit import VisitBooking
from ..promises import RULES, Promises

PAGE = 25
PUBLIC = method_decorator(login_not_required, name="dispatch")


# --- finding a job --------------------------------------------------------------------------------
class JobFilterForm(Form):
    """Which jobs the list shows. What does not fit is left out of account."""

    q = forms.CharField(label="Words", required=False, max_length=100)
    borough = forms.ChoiceField(label="Borough", required=False)
    band = forms.ChoiceField(
        label="Pay band", required=False, choices=[("", "All bands"), *Band.choices]
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["borough"].choices = [("", "All boroughs"), *boroughs()[1:]]
        for field in self.fields.values():
            field.hide_optional = True


@PUBLIC
class Jobs(ListView):
    """Jobs that one can apply for now, those that close first first."""

    template_name = "recruitment/vacancies/jobs.html"
    paginate_by = PAGE

    @cached_property
    def form(self):
        return JobFilterForm(self.request.GET)

    def get_queryset(self):
        self.form.is_valid()
        wanted = self.form.cleaned_data
        rows = Vacancy.objects.advertised().order_by("closes_at", "pk")
        if words := wanted.get("q"):
            rows = rows.filter(
                Q(title__icontains=words) | Q(summary__icontains=words) | Q(team__icontains=words)
            )
        for name in ("borough", "band"):
            if value := wanted.get(name):
                rows = rows.filter(**{name: value})
        return rows

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        scales = {}
        for scale in PayScale.objects.filter(effective_from__lte=clock.today()):
            scales.setdefault(scale.band, scale)
        return context | {
            "jobs": [(job, pay(job, scales.get(job.band))) for job in context["object_list"]],
            "filters": self.form,
            "searched": any(self.form.cleaned_data.values()),
        }


def pay(vacancy, scale):
    """The salary for a vacancy's hours, in pounds: {lowest, highest, is_part, hours, scale}."""
    if scale is None:
        return None
    return {
        "lowest": scale.part(scale.lowest, vacancy.wte),
        "highest": scale.part(scale.highest, vacancy.wte),
        "hours": weekly_hours(vacancy.wte),
        "is_part": vacancy.wte < 1,
        "scale": scale,
    }


# --- one job --------------------------------------------------------------------------------------
def posting(request, vacancy, salary):
    """The vacancy in schema.org's terms (JobPosting), for search engines."""
    said = {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "title": vacancy.title,
        "description": str(escape(vacancy.summary)) + str(markdown.render(vacancy.description)),
        "identifier": {
            "@type": "PropertyValue",
            "name": settings.TRUST_NAME,
            "value": vacancy.reference,
        },
        "datePosted": clock.date_of(vacancy.opened_at).isoformat(),
        "validThrough": vacancy.closes_at.astimezone(UTC).isoformat(),
        "employmentType": "PART_TIME" if vacancy.wte < 1 else "FULL_TIME",
        "hiringOrganization": {"@type": "Organization", "name": settings.TRUST_NAME},
        "jobLocation": {
            "@type": "Place",
            "address": {
                "@type": "PostalAddress",
                "addressLocality": vacancy.borough,
                "addressCountry": "GB",
            },
        },
        "totalJobOpenings": vacancy.posts,
        "url": request.build_absolute_uri(vacancy.get_job_url()),
        "directApply": True,
    }
    if salary:
        said["baseSalary"] = {
            "@type": "MonetaryAmount",
            "currency": "GBP",
            "value": {
                "@type": "QuantitativeValue",
                "minValue": salary["lowest"],
                "maxValue": salary["highest"],
                "unitText": "YEAR",
            },
        }
    # Nothing in it can end the element that it stands in.
    text = json.dumps(said).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return mark_safe(text)  # noqa: S308 - escaped for a script element, which holds data only


class JobMixin:
    slug_field = slug_url_kwarg = "reference"
    context_object_name = "job"

    def get_queryset(self):
        return Vacancy.objects.was_advertised()


@PUBLIC
class JobPage(JobMixin, DetailView):
    """One job: the plain summary first, then all that one needs to decide whether to apply."""

    template_name = "recruitment/vacancies/job.html"

    def get_context_data(self, **kwargs):
        job, user = self.object, self.request.user
        salary = pay(job, PayScale.of(job.band))
        visits = list(job.visits.to_come().with_taken()) if job.open_to("book_visit") else []
        mine = set()
        if visits and user.is_authenticated:
            booked = VisitBooking.objects.filter(user=user, visit__in=visits)
            mine = set(booked.values_list("visit_id", flat=True))
        criteria = list(job.criteria.all())
        return super().get_context_data(
            pay=salary,
            criteria=[
                (weight.label, [one for one in criteria if one.weight == weight])
                for weight in Criterion.Weight
            ],
            promises=Promises.of(job),
            rule=RULES,
            least=SHORTLISTERS,
            visits=[(visit, visit.pk in mine) for visit in visits],
            posting=posting(self.request, job, salary) if job.is_open else "",
            application=user.applications.filter(vacancy=job).first()
            if user.is_authenticated
            else None,
            **kwargs,
        )


@PUBLIC
class EasyRead(JobMixin, DetailView):
    """The same in easy read: short sentences, one thought in each."""

    template_name = "recruitment/vacancies/job_easy_read.html"

    def get_object(self, queryset=None):
        job = super().get_object(queryset)
        if not job.easy_read.strip():
            raise Http404
        return job


def _for_xml(text):
    """Without the characters that XML 1.0 does not have; pasting brings them."""
    return re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)


@require_GET
@login_not_required
def feed(request):
    """The open jobs as an Atom feed."""
    made = feedgenerator.Atom1Feed(
        title=f"Jobs in peer support: {settings.TRUST_NAME}",
        link=request.build_absolute_uri(reverse("jobs")),
        feed_url=request.build_absolute_uri(),
        description="Peer support jobs that you can apply for now.",
        language="en-GB",
    )
    for job in Vacancy.objects.advertised().order_by("-opened_at", "-pk")[:PAGE]:
        link = request.build_absolute_uri(job.get_job_url())
        made.add_item(
            title=_for_xml(f"{job.title}, {job.team}"),
            link=link,
            unique_id=link,
            description=_for_xml(job.summary),
            pubdate=job.opened_at,
            updateddate=job.opened_at,
        )
    response = HttpResponse(content_type=made.content_type)
    made.write(response, "utf-8")
    return response


# --- visits ---------------------------------------------------------------------------------------
class VisitBook(View):
    """Book a visit, or give the place back: one press each, for whoever is signed in."""

    def post(self, request, reference, pk, act):
        job = get_object_or_404(Vacancy.objects.was_advertised(), reference=reference)
        visit = get_object_or_404(job.visits, pk=pk)
        if act == "book":
            visit.book(request.user)
            messages.success(request, "Booked. We will remind you the day before.")
        else:
            visit.bookings.filter(user=request.user).delete()
            messages.success(request, "You are no longer booked for this visit.")
        return redirect(job.get_job_url())

"""Pages of figures: the overview, a topic of the programme, a group; and each table as a file."""

from io import BytesIO

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from openpyxl import Workbook

from apps.core.exports import cell, csv_response
from apps.core.pdf import pdf_response
from apps.core.places import pages_under
from apps.core.sections import sections_of
from apps.core.views import PAGE
from apps.groups.models import WorkingGroup

from . import tallies
from .figures import ALL_PAGES, DEFINITIONS, GROUP_TABLES, TABLES, TOPICS, Standard
from .forms import BESIDE_PROGRAMME, PeriodForm
from .periods import Period, shortcuts
from .roles import compares, groups_of, may_see_insight, sees_group, sees_programme
from .shown import THE_PROGRAMME, Figure, within_a_sentence
from .trends import trend, years

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class FiguresMixin:
    """Any page of figures: its period comes from the address, its numbers from the tallies.

    ``definitions`` are what it shows and ``place`` is the group it is about (None: the programme);
    ``beside`` what stands beside it: a group, BESIDE_PROGRAMME, or nothing. However much there is,
    the numbers take one query.
    """

    place = None
    others: tuple = ()  # groups that may stand beside it
    beside_programme = False  # whether the programme may

    @cached_property
    def form(self):
        return PeriodForm(
            self.request.GET,
            since=self.since,
            others=self.others,
            programme=self.beside_programme,
        )

    @cached_property
    def since(self):
        return tallies.since()

    @cached_property
    def period(self):
        return self.form.period

    @cached_property
    def beside(self):
        chosen = self.form.chosen_beside
        if chosen in ("", BESIDE_PROGRAMME):
            return chosen
        return next(group for group in self.others if group.slug == chosen)

    @cached_property
    def counts(self):
        return list(dict.fromkeys(one.count for one in self.definitions))

    @cached_property
    def as_of(self):
        return tallies.counted(self.counts)

    @cached_property
    def compared(self):
        """What stands beside it, as (its key, or None for the programme; its name, or nothing)."""
        if not self.beside:
            return None, ""
        if self.beside == BESIDE_PROGRAMME:
            return None, THE_PROGRAMME
        return self.beside.pk, self.beside.name

    @cached_property
    def figures(self):
        here = self.place.pk if self.place else None
        there, compared = self.compared
        numbers = tallies.read(self.counts, self.period, {here, there} if compared else {here})
        return [
            Figure(
                one,
                self.period,
                numbers[here],
                since=self.since,
                of=self.place.name if self.place else "",
                beside=numbers[there] if compared else None,
                compared=compared,
            )
            for one in self.definitions
        ]

    @property
    def tables(self):
        """What stands on the page beside its figures."""
        return []

    @cached_property
    def parts(self):
        """[(a standard of 4Pi, the figures that answer its question, the tables that do)]"""
        tables, figures = self.tables, self.figures if self.as_of else []
        found = [
            (
                standard,
                [one for one in figures if one.definition.standard == standard],
                [one for one in tables if one.standard == standard],
            )
            for standard in Standard
        ]
        return [(standard, *both) for standard, *both in found if any(both)]

    def drawn(self):
        """[(a standard, the HTML of its figures, its tables)]: only pages that show them ask."""
        here = self.request.path
        query = self.request.GET.urlencode() if self.form.is_valid() else ""
        return [
            (standard, [one.html(here, query) for one in figures], tables)
            for standard, figures, tables in self.parts
        ]

    def get_context_data(self, **kwargs):
        shown = [(words, one, one == self.period) for words, one in shortcuts(self.since).items()]
        return super().get_context_data(
            form=self.form,
            period=self.period,
            shortcuts=shown,
            as_of=self.as_of,
            parts=self.parts,
            links=[
                link
                for _, figures, tables in self.parts
                for link in (
                    *((one.definition.key, one.title) for one in figures),
                    *((one.key, one.title) for one in tables),
                )
            ],
            counts=bool(self.counts),
            drawn=self.drawn,
            beside=self.form.chosen_beside,
            compared=within_a_sentence(self.compared[1]),
            has_before=self.period.has_before(self.since),
            here=self.request.path,
            query=self.request.GET.urlencode() if self.form.is_valid() else "",
            group=self.place,
            **kwargs,
        )

    def render_to_response(self, context, **kwargs):
        status = 200 if self.form.is_valid() else 422
        return super().render_to_response(context, status=status, **kwargs)


# --- which page -----------------------------------------------------------------------------------
class TopicMixin(FiguresMixin):
    """The figures of one topic, for the whole programme."""

    def dispatch(self, request, *args, **kwargs):
        if self.topic is None or not may_see_insight(request.user):
            raise Http404
        if not self.topic.may(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def topic(self):
        return TOPICS.get(self.kwargs["topic"])

    @property
    def definitions(self):
        return self.topic.definitions

    @property
    def tables(self):
        """Each with the page of it that the address names."""
        asked = self.request.user, self.period, self.request.GET.get("page"), {}
        made = (one(*asked) for one in TABLES if one.topic == self.topic.slug)
        return [one for one in made if one]

    @property
    def filename(self):
        return self.topic.slug

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            title=self.topic.title,
            lead=self.topic.lead,
            by_period=self.topic.by_period,
            **kwargs,
        )


class GroupMixin(FiguresMixin):
    """The figures of one group, beside the programme or another group for those who see both."""

    def dispatch(self, request, *args, **kwargs):
        self.place = get_object_or_404(WorkingGroup, slug=kwargs["slug"])
        if not sees_group(request.user, self.place):
            if request.user.has_perm("groups.view_workinggroup", self.place):
                raise PermissionDenied
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def others(self):
        """Hundreds, for those who see the programme: so no more of each than is shown."""
        found = groups_of(self.request.user).exclude(pk=self.place.pk)
        return tuple(found.values_list("pk", "slug", "name", named=True))

    @cached_property
    def beside_programme(self):
        return compares(self.request.user, self.place)

    @property
    def definitions(self):
        return [one for one in DEFINITIONS if one.in_groups]

    @cached_property
    def tables(self):
        asked = self.request.user, self.place, self.period
        return [one for make in GROUP_TABLES for one in make(*asked)]

    @property
    def filename(self):
        return self.place.slug

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            title=self.place.name,
            heads=sections_of("insight_group", self.request.user, self.place),
            lead="How people with lived experience, staff and partners share the work of this "
            "group.",
            by_period=True,
            **kwargs,
        )


def table_file(made, name, kind):
    """A figure or table as a file of that kind: what the page shows, and no more."""
    if kind == "csv":
        return csv_response(f"{name}.csv", map(cell, made.header), made.rows)
    book = Workbook()
    sheet = book.active
    sheet.title = made.title[:31]
    for row in (made.header, *made.rows):
        sheet.append([cell(one) for one in row])
    file = BytesIO()
    book.save(file)
    headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
    return HttpResponse(file.getvalue(), content_type=XLSX, headers=headers)


# --- in which form --------------------------------------------------------------------------------
class PageMixin:
    template_name = "insight/page.html"


class FileMixin:
    """One table as a file: what the page shows, and no more."""

    @property
    def made(self):
        """The figure or the table that the address names, or None."""
        key = self.kwargs["figure"]
        tabled = TABLES.get(key)
        if tabled and tabled.topic == self.kwargs.get("topic"):
            return tabled(self.request.user, self.period, ALL_PAGES)
        if self.place and DEFINITIONS.get(key) is None:
            return next((one for one in self.tables if one.key == key), None)
        figures = (one for one in self.figures if one.definition.key == key)
        return next(figures, None) if self.as_of else None

    @property
    def file_name(self):
        return f"{self.filename}-{self.kwargs['figure']}"

    def get(self, request, *args, **kwargs):
        made = self.made
        if not made or not self.form.is_valid():
            raise Http404
        return table_file(made, self.file_name, kwargs["kind"])


class PdfMixin:
    """The page as an accessible PDF."""

    def get(self, request, *args, **kwargs):
        return pdf_response(
            request,
            "insight/page_pdf.html",
            self.get_context_data(),
            filename=f"{self.filename}.pdf",
            instead=f"{self.page_url}?{request.GET.urlencode()}",
        )


class TopicPage(PageMixin, TopicMixin, TemplateView):
    pass


class TopicFile(FileMixin, TopicMixin, TemplateView):
    pass


class TopicPdf(PdfMixin, TopicMixin, TemplateView):
    @property
    def page_url(self):
        return self.topic.get_absolute_url()


class GroupPage(PageMixin, GroupMixin, TemplateView):
    pass


class GroupFile(FileMixin, GroupMixin, TemplateView):
    pass


class GroupPdf(PdfMixin, GroupMixin, TemplateView):
    @property
    def page_url(self):
        return reverse("insight_group", args=[self.place.slug])


# --- one figure over the years --------------------------------------------------------------------
class TrendMixin:
    """One figure of a page, quarter by quarter, up to the last that is over."""

    @cached_property
    def definition(self):
        key = self.kwargs["figure"]
        every = super().definitions
        found = next((one for one in every if one.key == key and one.has_trend), None)
        if found is None:
            raise Http404
        return found

    @property
    def definitions(self):
        return [self.definition]

    @cached_property
    def period(self):
        every = years(self.definition, self.since)
        return Period(every[0].first, every[-1].last) if every else self.form.period

    @cached_property
    def made(self):
        return self.as_of and trend(self.definition, self.since, self.place, *self.compared)

    @cached_property
    def parts(self):
        return [(self.definition.standard, [], [self.made])] if self.made else []

    @property
    def up(self):
        """The page of which it is one figure."""
        if self.place:
            return reverse("insight_group", args=[self.place.slug])
        return self.topic.get_absolute_url()

    @property
    def filename(self):
        return f"{super().filename}-{self.definition.key}"

    @property
    def file_name(self):
        return f"{self.filename}-quarters"

    def get_context_data(self, **kwargs):
        of = self.place.name if self.place else THE_PROGRAMME
        if self.compared[1]:
            of += f", beside {within_a_sentence(self.compared[1])}"
        query = self.request.GET.urlencode() if self.form.is_valid() else ""
        return super().get_context_data(**kwargs) | {
            "title": self.definition.title,
            "caption": f"Insight: {of}",
            "lead": "How this changed from quarter to quarter.",
            "heads": [],
            "by_period": False,
            "has_before": False,
            "alone": True,
            "up": f"{self.up}?{query}" if query else self.up,
            "up_words": f"All figures: {self.place.name if self.place else self.topic.title}",
        }


class TopicTrend(PageMixin, TrendMixin, TopicMixin, TemplateView):
    pass


class TopicTrendFile(TrendMixin, FileMixin, TopicMixin, TemplateView):
    pass


class TopicTrendPdf(PdfMixin, TrendMixin, TopicMixin, TemplateView):
    @property
    def page_url(self):
        return reverse("insight_topic_trend", args=[self.topic.slug, self.definition.key])


class GroupTrend(PageMixin, TrendMixin, GroupMixin, TemplateView):
    pass


class GroupTrendFile(TrendMixin, FileMixin, GroupMixin, TemplateView):
    pass


class GroupTrendPdf(PdfMixin, TrendMixin, GroupMixin, TemplateView):
    @property
    def page_url(self):
        return reverse("insight_group_trend", args=[self.place.slug, self.definition.key])


# --- the overview ---------------------------------------------------------------------------------
class Overview(FiguresMixin, TemplateView):
    """The main figures as sentences, arranged by 4Pi; and one's groups."""

    template_name = "insight/overview.html"

    def dispatch(self, request, *args, **kwargs):
        if not may_see_insight(request.user) or not (self.topics or self.groups):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def topics(self):
        return [one for one in TOPICS if one.may(self.request.user)]

    @cached_property
    def groups(self):
        """A page of them: who sees the programme sees hundreds."""
        rows = groups_of(self.request.user).values("slug", "name")
        return Paginator(rows, PAGE).get_page(self.request.GET.get("page"))

    @property
    def definitions(self):
        return [one for topic in self.topics for one in topic.definitions if one.main]

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            topics=self.topics,
            groups=self.groups,
            sees_programme=sees_programme(self.request.user),
            heads=sections_of("insight", self.request.user, None),
            others=pages_under("insight", self.request.user),
            **kwargs,
        )

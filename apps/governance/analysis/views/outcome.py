"""*You said, we did*: publishing it, reading it; the responses as a file."""

import tempfile

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from apps.core.exports import cell, csv_response
from apps.core.models import record
from apps.core.views import AsksAgain, PageFormView

from ...consultations.models.consultation import Consultation, Question
from ...consultations.models.response import Response
from .. import outcome
from ..forms import AnalysisOutcomeForm
from .coding import AnalysisMixin

CHUNK = 500
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Publish(AnalysisMixin, PageFormView):
    """Publish what people said and what the group answers."""

    runs_only = True
    form_class = AnalysisOutcomeForm
    template_name = "governance/analysis/publish.html"
    page_title = "Publish what came of it"
    button = "Publish it and tell everybody who responded"
    done_message = "Published. Everybody with an account who responded is told."
    free_writing = True

    def get_initial(self):
        return {"summary": self.analysis.summary}

    def get_success_url(self):
        return self.consultation.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(missing=self.missing, **kwargs)

    def save(self, form):
        self.analysis.publish(by=self.request.user, summary=form.cleaned_data["summary"])


@method_decorator(login_not_required, name="dispatch")
class AnalysisOutcome(TemplateView):
    """*You said, we did*, for everybody who could see what was asked."""

    template_name = "governance/analysis/outcome.html"

    def get_context_data(self, **kwargs):
        published = Consultation.objects.visible_to(self.request.user).filter(
            state=Consultation.State.PUBLISHED
        )
        consultation = get_object_or_404(
            published.select_related("group", "analysis", "about_type"), pk=self.kwargs["pk"]
        )
        return super().get_context_data(
            about=consultation.about_shown(self.request.user),
            **outcome.shown(consultation, self.request.user),
            **kwargs,
        )


# --- the responses as a file ----------------------------------------------------------------------
class Export(AnalysisMixin, AsksAgain, TemplateView):
    """The responses that may be read, without a trace of whose they are where names were not given.

    Their order is that of random numbers; no number, way or time of a response is in the file.
    """

    runs_only = True
    kind = "csv"

    def header(self, questions):
        named = self.consultation.naming != Consultation.Naming.ANONYMOUS
        return [
            *(["Name"] if named else []),
            *(["How it came"] if self.consultation.is_named else []),
            *(f"{question.number}. {question.text}" for question in questions),
        ]

    def rows(self, questions):
        """Row by row from the database, a few hundred at a time in memory."""
        consultation = self.consultation
        named = consultation.naming != Consultation.Naming.ANONYMOUS
        found = Response.objects.readable(consultation).order_by("pk")
        fields = found.values_list("answers", "user__full_name", "given_name", "channel")
        for answers, name, given, channel in fields.iterator(chunk_size=CHUNK):
            yield [
                *([name or given] if named else []),
                *([Response.Channel(channel).label] if consultation.is_named else []),
                *(said(question, answers.get(question.key)) for question in questions),
            ]

    def get(self, request, *args, **kwargs):
        questions = [one for _, part in self.consultation.outline() for one in part]
        record("export_responses", self.consultation, by=request.user, note=self.kind)
        make = {"csv": self.csv, "xlsx": self.xlsx}[self.kind]
        return make(self.header(questions), self.rows(questions))

    @property
    def filename(self):
        return f"consultation-{self.consultation.pk}-responses.{self.kind}"

    def csv(self, header, rows):
        return csv_response(self.filename, [cell(one) for one in header], rows)

    def xlsx(self, header, rows):
        """Written to a file row by row, so that no more than a row is in memory."""
        book = Workbook(write_only=True)
        sheet = book.create_sheet("Responses")
        sheet.append([clean(one) for one in header])
        for row in rows:
            sheet.append([clean(one) for one in row])
        file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
        book.save(file)
        file.seek(0)
        return FileResponse(file, as_attachment=True, filename=self.filename, content_type=XLSX)


def clean(value):
    """As ``cell``, without the characters that a workbook cannot hold."""
    value = cell(value)
    return ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value


def said(question, answer):
    """An answer in one cell."""
    words = question.words(answer)
    if isinstance(words, list):
        return (" > " if question.kind == Question.Kind.RANKING else "; ").join(words)
    return words

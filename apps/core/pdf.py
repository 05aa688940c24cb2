"""A page as an accessible PDF file."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string


def pdf_response(request, template, context, *, filename, instead):
    """The template as a PDF to keep, or ``instead`` (an address) where this server makes none."""
    try:
        # Pango, a library of the system, loads with it; only such pages need it.
        from weasyprint import HTML
    except OSError:
        messages.warning(
            request,
            "This server cannot make PDF files. Print this page instead; most browsers can "
            "save it as a PDF.",
        )
        return redirect(instead)
    html = render_to_string(template, context, request)
    pdf = HTML(string=html).write_pdf(pdf_variant="pdf/ua-1")
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    response["Cache-Control"] = "private, no-store"
    return response

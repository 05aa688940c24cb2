from django.urls import path

from apps.core.views import MoveView

from ..models import DocumentFormat, DocumentVersion
from ..views import documents, keeping

one = "governance/documents/<int:pk>/"

urlpatterns = [
    path("governance/documents/", documents.Register.as_view(), name="documents"),
    path("governance/documents.csv", documents.register_csv, name="documents_csv"),
    path("governance/documents/new/", keeping.Begin.as_view(), name="document_add"),
    path(one, documents.DocumentDetail.as_view(), name="document"),
    path(
        f"{one}versions/<int:number>/", documents.VersionDetail.as_view(), name="document_version"
    ),
    path(f"{one}differences/", documents.Differences.as_view(), name="document_differences"),
    path(f"{one}print/", documents.Print.as_view(), name="document_print"),
    path(f"{one}document.pdf", documents.PDF.as_view(), name="document_pdf"),
    path(f"{one}edit/", keeping.Write.as_view(), name="document_edit"),
    path(f"{one}change/", keeping.Change.as_view(), name="document_change"),
    path(f"{one}next/", keeping.next_version, name="document_next"),
    path(f"{one}approve/", keeping.Approve.as_view(), name="document_approve"),
    path(f"{one}reviewed/", keeping.Reviewed.as_view(), name="document_reviewed"),
    path(f"{one}replaces/", keeping.Replaces.as_view(), name="document_replaces"),
    path(
        f"{one}replaces/<int:which>/take-back/",
        keeping.replaces_take_back,
        name="document_replaces_take_back",
    ),
    path(f"{one}history/", keeping.DocumentHistory.as_view(), name="document_history"),
    path(f"{one}formats/ask/", keeping.AskFormat.as_view(), name="format_ask"),
    path(
        "governance/versions/<int:pk>/move/<slug:name>/",
        MoveView.as_view(model=DocumentVersion),
        name="document_move",
    ),
    path("governance/formats/<int:pk>/deliver/", keeping.Deliver.as_view(), name="format_deliver"),
    path(
        "governance/formats/<int:pk>/move/<slug:name>/",
        MoveView.as_view(model=DocumentFormat),
        name="format_move",
    ),
    path("governance/formats/files/<int:pk>/", documents.format_file, name="format_file"),
]

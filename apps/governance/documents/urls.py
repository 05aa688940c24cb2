from django.urls import path

from apps.core.views import MoveView

from .models.document import DocumentVersion
from .models.formats import DocumentFormat
from .views import managing, reading

one = "governance/documents/<int:pk>/"

urlpatterns = [
    path("governance/documents/", reading.Register.as_view(), name="documents"),
    path("governance/documents.csv", reading.register_csv, name="documents_csv"),
    path("governance/documents/new/", managing.BeginDocument.as_view(), name="document_add"),
    path(one, reading.DocumentDetail.as_view(), name="document"),
    path(
        f"{one}versions/<int:number>/",
        reading.DocumentVersionDetail.as_view(),
        name="document_version",
    ),
    path(f"{one}differences/", reading.DocumentDifferences.as_view(), name="document_differences"),
    path(f"{one}print/", reading.Print.as_view(), name="document_print"),
    path(f"{one}document.pdf", reading.PDF.as_view(), name="document_pdf"),
    path(f"{one}edit/", managing.Write.as_view(), name="document_edit"),
    path(f"{one}change/", managing.ChangeDocument.as_view(), name="document_change"),
    path(f"{one}next/", managing.next_version, name="document_next"),
    path(f"{one}approve/", managing.ApproveDocument.as_view(), name="document_approve"),
    path(f"{one}reviewed/", managing.Reviewed.as_view(), name="document_reviewed"),
    path(f"{one}replaces/", managing.Replaces.as_view(), name="document_replaces"),
    path(
        f"{one}replaces/<int:which>/take-back/",
        managing.replaces_take_back,
        name="document_replaces_take_back",
    ),
    path(f"{one}history/", managing.DocumentHistory.as_view(), name="document_history"),
    path(f"{one}formats/ask/", managing.AskFormat.as_view(), name="format_ask"),
    path(
        "governance/versions/<int:pk>/move/<slug:name>/",
        MoveView.as_view(model=DocumentVersion),
        name="document_move",
    ),
    path("governance/formats/<int:pk>/deliver/", managing.Deliver.as_view(), name="format_deliver"),
    path(
        "governance/formats/<int:pk>/move/<slug:name>/",
        MoveView.as_view(model=DocumentFormat),
        name="format_move",
    ),
    path("governance/formats/files/<int:pk>/", reading.format_file, name="format_file"),
]

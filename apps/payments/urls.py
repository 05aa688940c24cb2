from django.urls import path

from apps.core.views import MoveView

from . import views
from .models import InvolvementClaim, Rate, StatusDecision

urlpatterns = [
    path("network/claims/", views.MyClaims.as_view(), name="claims"),
    path("network/claims.csv", views.MyClaimsExport.as_view(), name="my_claims_csv"),
    path("network/claims/begin/", views.begin, name="claim_begin"),
    path("network/claims/all/", views.AllClaims.as_view(), name="claims_all"),
    path("network/claims/all.csv", views.ClaimsExport.as_view(), name="claims_csv"),
    path("network/claims/pay/", views.Pay.as_view(), name="claims_pay"),
    path("network/claims/rates/", views.Rates.as_view(), name="rates"),
    path("network/claims/rates/new/", views.RateAdd.as_view(), name="rate_add"),
    path("network/claims/rates/limits/", views.Limits.as_view(), name="limits"),
    path("network/claims/rates/<int:pk>/", views.RateDetail.as_view(), name="rate"),
    path(
        "network/claims/rates/<int:pk>/move/<slug:name>/",
        MoveView.as_view(model=Rate),
        name="rate_move",
    ),
    path("network/claims/rates/<int:pk>/status/", views.RateStatus.as_view(), name="rate_status"),
    path(
        "network/claims/status/<int:pk>/move/<slug:name>/",
        MoveView.as_view(model=StatusDecision),
        name="status_move",
    ),
    path("network/claims/statement/<int:year>/", views.Statement.as_view(), name="statement"),
    path(
        "network/claims/statement/<int:year>/print/",
        views.StatementPrint.as_view(),
        name="statement_print",
    ),
    path(
        "network/claims/statement/<int:year>.pdf",
        views.StatementPDF.as_view(),
        name="statement_pdf",
    ),
    path("network/claims/receipts/<int:pk>/", views.receipt, name="receipt"),
    path("network/claims/<int:pk>/", views.ClaimDetail.as_view(), name="claim"),
    path("network/claims/<int:pk>/attended/", views.AddAttended.as_view(), name="claim_attended"),
    path("network/claims/<int:pk>/work/", views.AddWork.as_view(), name="claim_work"),
    path("network/claims/<int:pk>/when/", views.When.as_view(), name="claim_when"),
    path("network/claims/<int:pk>/expense/", views.AddExpense.as_view(), name="claim_expense"),
    path(
        "network/claims/<int:pk>/lines/<int:part_pk>/remove/",
        views.remove_line,
        name="claim_line_remove",
    ),
    path(
        "network/claims/<int:pk>/expenses/<int:part_pk>/remove/",
        views.remove_expense,
        name="claim_expense_remove",
    ),
    path(
        "network/claims/<int:pk>/move/<slug:name>/",
        MoveView.as_view(
            model=InvolvementClaim, only=("submit", "take_back", "approve", "send_back")
        ),
        name="claim_move",
    ),
]

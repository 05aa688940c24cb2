from django.urls import path

from apps.core.views import MoveView

from ..models.claim import InvolvementClaim
from ..views import claims

urlpatterns = [
    path("network/claims/", claims.MyClaims.as_view(), name="claims"),
    path("network/claims.csv", claims.MyClaimsExport.as_view(), name="my_claims_csv"),
    path("network/claims/begin/", claims.begin, name="claim_begin"),
    path("network/claims/all/", claims.AllClaims.as_view(), name="claims_all"),
    path("network/claims/all.csv", claims.ClaimsExport.as_view(), name="claims_csv"),
    path("network/claims/pay/", claims.Pay.as_view(), name="claims_pay"),
    path("network/claims/rates/", claims.Rates.as_view(), name="rates"),
    path("network/claims/rates/new/", claims.RateAdd.as_view(), name="rate_add"),
    path("network/claims/rates/limits/", claims.Limits.as_view(), name="limits"),
    path("network/claims/rates/<int:pk>/take-back/", claims.take_back_rate, name="rate_take_back"),
    path("network/claims/statement/<int:year>/", claims.Statement.as_view(), name="statement"),
    path(
        "network/claims/statement/<int:year>/print/",
        claims.StatementPrint.as_view(),
        name="statement_print",
    ),
    path(
        "network/claims/statement/<int:year>.pdf",
        claims.StatementPDF.as_view(),
        name="statement_pdf",
    ),
    path("network/claims/receipts/<int:pk>/", claims.receipt, name="receipt"),
    path("network/claims/<int:pk>/", claims.ClaimDetail.as_view(), name="claim"),
    path("network/claims/<int:pk>/attended/", claims.AddAttended.as_view(), name="claim_attended"),
    path("network/claims/<int:pk>/work/", claims.AddWork.as_view(), name="claim_work"),
    path("network/claims/<int:pk>/expense/", claims.AddExpense.as_view(), name="claim_expense"),
    path(
        "network/claims/<int:pk>/lines/<int:part_pk>/remove/",
        claims.remove_line,
        name="claim_line_remove",
    ),
    path(
        "network/claims/<int:pk>/expenses/<int:part_pk>/remove/",
        claims.remove_expense,
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

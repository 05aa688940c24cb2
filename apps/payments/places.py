"""Where involvement payments are."""

from apps.core.places import is_known, page, thing

in_programme = is_known("in_groups", "holds_programme_role")

page("Involvement payments", "claims", also="claim expenses money paid", sought=in_programme)
page(
    "All claims",
    "claims_all",
    shown=lambda user: user.is_authenticated and user.has_perm("payments.approve_claim"),
)
page("Rates", "rates", also="payment money hour", sought=in_programme)
thing("Claim", "claim", "payments.involvementclaim", name="reference")
thing("Rate", "rate")

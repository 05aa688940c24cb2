"""Where involvement payments are."""

from apps.core.places import page, thing

page("Involvement payments", "claims")
page(
    "All claims",
    "claims_all",
    shown=lambda user: user.is_authenticated and user.has_perm("payments.approve_claim"),
)
page("Rates", "rates")
thing("Claim", "claim", "payments.involvementclaim", name="reference")
thing("Rate", "rate")

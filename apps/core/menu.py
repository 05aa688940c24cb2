"""The entries of the menu that several apps fill, and pages that belong to no app."""

from .places import MORE, entry, nobody_signed_in, page, signed_in

entry("home", "Home", "home", order=0, keeps=signed_in)
entry("about", "About", "about", order=5, shown=nobody_signed_in)
entry(
    "administration",
    "Administration",
    "administration",
    order=90,
    shown=None,
    keeps=signed_in,
    text="People and their accounts, and what the site records.",
)
entry(MORE, "Other pages", "more", order=100)  # *More* is what a telephone folds away
page("About", "about", shown=nobody_signed_in)
page(
    "Audit trail",
    "audit",
    under="administration",
    text="Who did what and when, and whether the chain of records is whole.",
    order=40,
    shown=lambda user: user.is_authenticated and user.has_perm("core.view_auditentry"),
)

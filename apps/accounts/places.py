"""Where the pages about people and accounts are."""

from apps.core.places import beneath, page, thing


def may_see_people(user):
    """Asks the database only for those who hold some programme-wide role."""
    asked = user.is_authenticated and user.holds_programme_role is not False
    return asked and user.has_perm("accounts.view_user")


page(
    "People",
    "people",
    under="administration",
    text="Everybody with an account, and the way to invite more.",
    order=10,
    shown=may_see_people,
)
page(
    "Invitations",
    "invitations",
    under="administration",
    text="Who was invited, and who has not come yet.",
    order=20,
    shown=lambda user: user.is_authenticated and user.has_perm("accounts.invite_user"),
)
page(
    "Everything else",
    "admin:index",
    under="administration",
    text="Rules of messages, rates, lists: what has no page of its own, in Django admin.",
    order=60,
    shown=lambda user: user.is_authenticated and user.is_staff,
)
thing("Person", "person", "accounts.user", name="full_name", shown=may_see_people)
page("Your profile", "profile", also="account name address")
page("Signing in", "sign_ins", also="password devices sessions")
page("Extra sign-in step", "mfa_index", also="second factor code passkey")
page("What you put off", "put_offs")
beneath("/accounts/", "profile")
beneath("/confidence/", "profile")

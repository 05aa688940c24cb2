"""Where messages are: beside the person's name, with how many are new."""

from apps.core.places import beneath, page, thing

from .kinds import KINDS


def words_may_change(user):
    return user.is_authenticated and user.has_perm("notifications.change_wording")


def _called(name):
    return KINDS[name].label if name in KINDS else ""


page("Messages", "messages")
page(
    "E-mail that comes in",
    "inbound_mail",
    under="administration",
    text="How many e-mails wait for a person in the mailbox where answers come.",
    order=25,
    shown=lambda user: user.is_authenticated and user.has_perm("accounts.invite_user"),
)
page(
    "What the site sends",
    "message_kinds",
    under="administration",
    text="Every message: what it says, to whom, when. Change its words, or send yourself one.",
    order=26,
    shown=words_may_change,
    also="e-mails reminders words wording templates messages times",
)
thing(_called, "message_kind", shown=words_may_change)
beneath("/messages/times/", "message_kinds", shown=words_may_change)
page("What we tell you", "notification_preferences", also="e-mail reminders digest")
page("Calendar", "calendar", under="meetings", also="month week dates deadlines phone Outlook")
page("Mailbox", "mailbox", shown=lambda user: True, sought=lambda user: False)
beneath("/notifications/", "messages")

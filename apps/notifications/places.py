"""Where messages are: beside the person's name, with how many are new."""

from apps.core.places import beneath, page

page("Messages", "messages")
page(
    "E-mail that comes in",
    "inbound_mail",
    under="administration",
    text="How many e-mails wait for a person in the mailbox where answers come.",
    order=25,
    shown=lambda user: user.is_authenticated and user.has_perm("accounts.invite_user"),
)
page("What we tell you", "notification_preferences", also="e-mail reminders digest")
page("Calendar", "calendar", under="meetings", also="month week dates deadlines phone Outlook")
page("Mailbox", "mailbox", shown=lambda user: True, sought=lambda user: False)
beneath("/notifications/", "messages")

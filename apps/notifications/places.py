"""Where messages are: beside the person's name, with how many are new."""

from apps.core.places import beneath, page

page("Messages", "messages")
page("What we tell you", "notification_preferences", also="calendar e-mail reminders digest")
page("Mailbox", "mailbox", shown=lambda user: True, sought=lambda user: False)
beneath("/notifications/", "messages")

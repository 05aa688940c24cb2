"""Where messages are: beside the person's name, with how many are new."""

from apps.core.places import beneath, page

page("Messages", "messages")
page("What we tell you", "notification_preferences")
page("Mailbox", "mailbox", shown=lambda user: True)
beneath("/notifications/", "messages")

"""Who changes the words of messages. Administrators may as of every model of ours."""

from apps.accounts.roles import OFFICE, programme_role

programme_role(OFFICE, "notifications.change_wording")

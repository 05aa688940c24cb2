"""Who may do what with a group's meetings: it follows from the role in the group."""

from apps.groups.roles import CONTRIBUTING, LEADING, SERVING, group_permission

group_permission("propose_agenda", "Can propose agenda items", *CONTRIBUTING)
group_permission("plan_meeting", "Can plan, publish, move and cancel meetings", *SERVING)
group_permission("hold_meeting", "Can record attendance, decisions and actions", *SERVING)
group_permission("draft_minutes", "Can draft and circulate minutes", *SERVING)
group_permission("approve_minutes", "Can record that minutes were approved", *LEADING)

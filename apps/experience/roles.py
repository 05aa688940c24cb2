"""Who reads what a group said of working together: the page with its words, those who do its work
and nobody by a role. Its numbers in halves are figures of the group as well: the steering group and
the programme office read them there (apps/insight/roles.py), and agendas say them.
"""

from apps.groups.roles import CONTRIBUTING, group_permission

group_permission(
    "hear_experience", "Can read how it was for the group to work together", *CONTRIBUTING
)

"""Who may do what in governance. What groups do follows from grants on the group
(``groups.run_consultation``, ``groups.keep_documents``)."""

from apps.accounts.roles import ADMIN, OFFICE, programme_role
from apps.groups.roles import SERVING, group_permission

group_permission("keep_documents", "Can keep the group's policies and other documents", *SERVING)
group_permission("run_consultation", "Can ask people in the name of the group", *SERVING)

programme_role(OFFICE, "groups.run_consultation", "groups.keep_documents")
programme_role(OFFICE, "governance.publish_decision", "governance.view_declarations")

# Requests about people's data are answered by administrators, who alone may also look into the
# audit trail. One's own request is one's own (DataRequest.own_perms).
programme_role(ADMIN, "datarights.answer_datarequest")

"""Who may do what in governance. What groups do follows from grants on the group
(``groups.run_consultation``, ``groups.keep_documents``: apps/groups/roles.py)."""

from apps.accounts.roles import ADMIN, OFFICE
from apps.core.registry import programme_role

programme_role(OFFICE, "groups.run_consultation", "groups.keep_documents")
programme_role(OFFICE, "governance.publish_decision", "governance.view_declarations")

# Requests about people's data are answered by administrators, who alone may also look into the
# audit trail. One's own request is one's own (DataRequest.own_perms).
programme_role(ADMIN, "governance.answer_datarequest")

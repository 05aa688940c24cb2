"""Who may do what across the network by a programme-wide role. Its co-leads and members may what
their membership of its group lets them (apps.groups.roles); a thing's own people, what it says in
``own_perms``.
"""

from apps.accounts.roles import COMMS, OFFICE, programme_role

programme_role(
    OFFICE,
    # joining, pairs, practice
    "network.answer_interest",
    "network.name_help_contact",
    "network.publish_practice",
    "network.archive_practice",
    "network.edit_practice",
    "network.name_people",
    "network.share_practice",
    # involvement payments
    "payments.approve_claim",
    "payments.pay_claim",
    "payments.set_rates",
    # Conversations
    "conversations.run_conversation",
    "conversations.write_up_conversation",
)
programme_role(COMMS, "network.edit_public_practice", "conversations.write_up_conversation")

"""Who is told what when something happens at once; what comes by the clock is in reminders.

Called by the models inside their transactions. Imports no model, so that they can import this.
"""

from apps.groups.reminders import office
from apps.notifications.kinds import notify, others, void


# --- joining --------------------------------------------------------------------------------------
def interest_received(interest):
    notify("network.interest", interest, office())


# --- pairs --------------------------------------------------------------------------------------
def pair_proposed(pair):
    notify("network.pair_proposed", pair, [pair.partner_of(pair.proposed_by)])


def pair_moved(pair, entry):
    """The other one learns what became of it."""
    if entry.action in ("withdraw", "decline", "pause", "end", "lose"):
        void(pair, kinds=["network.pair_proposed", "network.check_in"])
    if entry.action != "lose":
        notify(
            "network.pair_moved",
            pair,
            [pair.partner_of(entry.by)],
            version=entry.pk,
            data={"action": entry.action},
        )


def partner_left(pair):
    """The one who is left, and those who can help to find somebody else."""
    notify("network.partner_left", pair, [pair.partner_of(pair.left_by)])
    notify("network.pair_lost", pair, [*pair.network.leads(), *office()])


def help_asked(help_asked):
    notify("network.help_asked", help_asked, [help_asked.contact], version=help_asked.contact_id)


def help_answered(help_asked, entry):
    notify("network.help_answered", help_asked, help_asked.pair.people, version=entry.pk)


# --- practice -------------------------------------------------------------------------------------
def practice_moved(practice, entry):
    if entry.action == "submit":
        people = [*practice.network.leads(), *office()]
        notify("network.practice_submitted", practice, others(people, entry.by), version=entry.pk)
    if entry.action in ("send_back", "publish", "archive", "bring_back"):
        notify(
            "network.practice_moved",
            practice,
            others([practice.owner], entry.by),
            version=entry.pk,
            data={"action": entry.action},
        )


def consent_asked(name):
    notify("network.consent_asked", name, [name.user])


def consent_withdrawn(name, entry):
    """Those who look after the entry may want to reread its text."""
    people = {user.pk: user for user in [name.practice.owner, *name.practice.network.leads()]}
    notify("network.consent_withdrawn", name, others(people.values(), entry.by), version=entry.pk)


# --- noticeboard ----------------------------------------------------------------------------------
def posted(post):
    """A new post goes to the members, in the digest unless they chose otherwise; a reply to those
    who wrote in the conversation."""
    if post.topic_id is None:
        members = [one.user for one in post.network.people()]
        notify("network.post", post, others(members, post.author))
    else:
        said = [
            post.topic.author,
            *(
                one.author
                for one in post.topic.replies.exclude(pk=post.pk).select_related("author")
            ),
        ]
        people = {user.pk: user for user in said}
        notify("network.reply", post, others(people.values(), post.author))


def post_moved(post, entry):
    if entry.action in ("hide", "remove"):
        void(post, kinds=["network.post", "network.reply"])
    if entry.action in ("hide", "unhide"):
        notify("network.post_moderated", post, others([post.author], entry.by), version=entry.pk)


def post_reported(report):
    notify("network.post_reported", report, others(report.post.network.leads(), report.reporter))


def report_settled(report, entry):
    notify("network.report_settled", report, others([report.reporter], entry.by), version=entry.pk)

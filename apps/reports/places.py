"""Where reports are: beneath *Insight*, and for everybody beneath *About*."""

from apps.core.places import FOR_EVERYBODY, page, thing
from apps.insight.roles import may_see_insight
from apps.taskgroups.roles import steering


def sees_lists(user):
    """Whether the lists are there for this person, whoever proposed one: without a query."""
    return user.has_perm("groups.publish_report") or "publish_report" in steering(user)


page(
    "Reports",
    "reports",
    under="insight",
    text="What the programme says of each year, signed by both sides.",
    shown=lambda user: True,
    also="annual yearly co-production report",
)
page("Figures for everybody", "public_figures_lists", shown=may_see_insight, sought=sees_lists)
thing("Report", "report", "reports.annualreport", shown=lambda user: True)
thing("List", "public_figures_list")
FOR_EVERYBODY.add(("reports", "Reports"))

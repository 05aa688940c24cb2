"""Where reports are: beneath *Insight*, and for everybody beneath *About*."""

from apps.core.places import FOR_EVERYBODY, page, thing
from apps.insight.roles import may_see_insight

page(
    "Reports",
    "reports",
    under="insight",
    text="What the programme says of each year, signed by both sides.",
    shown=lambda user: True,
)
page("Figures for everybody", "public_figures_lists", shown=may_see_insight)
thing("Report", "report", "reports.annualreport", shown=lambda user: True)
thing("List", "public_figures_list")
FOR_EVERYBODY.add(("reports", "Reports"))

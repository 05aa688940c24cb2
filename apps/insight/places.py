"""Where figures are."""

from apps.core.places import entry, page

from .roles import may_see_insight

entry(
    "insight",
    "Insight",
    "insight",
    order=70,
    shown=may_see_insight,
    text="How co-production stands, how people are recruited, and who stays.",
)
page("Insight", "insight", shown=may_see_insight)

"""Where figures are."""

from apps.core.places import ALIKE, Crumb, entry, page, thing

from .figures import TOPICS
from .roles import may_see_insight

entry(
    "insight",
    "Insight",
    "insight",
    order=70,
    shown=may_see_insight,
    text="How co-production stands, how people are recruited, and who stays.",
)
page("Insight", "insight", shown=may_see_insight, also="figures numbers charts statistics")
thing(lambda topic: getattr(TOPICS.get(topic), "title", ""), "insight_topic", shown=may_see_insight)
ALIKE.add(
    lambda user: [
        Crumb(one.get_absolute_url(), f"Insight: {one.title}") for one in TOPICS if one.may(user)
    ]
)
thing("A group", "insight_group", "groups.workinggroup", name="name", shown=may_see_insight)

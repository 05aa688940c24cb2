"""What to look for: the box and the filters beside it, in the address.

Drawn here and not by a form of Django's: a value that is none of those offered is left out, as the
page says beside it, and selects of the design system are most of a page's work, so those that are
alike are drawn once.
"""

from datetime import timedelta
from functools import lru_cache

from apps.core import clock, nhs
from apps.groups.models import WorkingGroup

from .finding import Wanted, sources

LONGEST = 200  # characters
PERIODS = {"month": 31, "quarter": 92, "year": 366}
TIMES = (
    ("", "Any time"),
    ("month", "In the last month"),
    ("quarter", "In the last 3 months"),
    ("year", "In the last year"),
)


LEFT_OUT = {
    "kind": "There is no such kind for you, so everything is shown.",
    "group": "There is no such group for you, so all groups are shown.",
    "period": "There is no such time to choose, so any time is shown.",
}


@lru_cache(maxsize=1000)
def _select(name, label, choices, chosen, wrong):
    error = {"errorMessage": {"text": LEFT_OUT[name]}} if wrong else {}
    return nhs.component(
        "select",
        id=f"id_{name}",
        name=name,
        label={"text": label},
        items=[{"value": key, "text": words, "selected": key == chosen} for key, words in choices],
        **error,
    )


class Box:
    """What somebody typed and chose; ``wanted`` is what to look for."""

    def __init__(self, given, user):
        self.text = " ".join(given.get("q", "")[:LONGEST].replace("\x00", "").split())
        self.kinds = tuple((one.kind, one.label) for one in sources(user))
        self.kind = self._one_of(given.get("kind"), dict(self.kinds))
        self.period = self._one_of(given.get("period"), PERIODS)
        slug = given.get("group", "")
        seen = WorkingGroup.objects.visible_to(user)
        self.group = seen.filter(slug=slug).first() if slug and "\x00" not in slug else None
        chosen = {"kind": self.kind, "group": self.group, "period": self.period}
        self.wrong = {name for name, found in chosen.items() if given.get(name) and not found}
        self.wanted = Wanted(
            self.text,
            kind=self.kind,
            group=self.group.pk if self.group else None,
            since=clock.today() - timedelta(days=PERIODS[self.period]) if self.period else None,
        )

    @staticmethod
    def _one_of(value, choices):
        return value if value in choices else ""

    @property
    def is_narrowed(self):
        return bool(self.kind or self.period or self.group)

    @property
    def is_open(self):
        """Whether the filters have something to say."""
        return self.is_narrowed or bool(self.wrong)

    def input(self):
        return nhs.component(
            "input",
            id="id_q",
            name="q",
            label={"text": "What are you looking for?"},
            value=self.text,
            autocomplete="off",
        )

    def selects(self, found):
        """Kind, group and date; of groups those of what is shown: there can be hundreds."""
        groups = {one.slug: one.group for one in found if one.slug}
        if self.group:
            groups[self.group.slug] = self.group.name
        listed = sorted(groups.items(), key=lambda group: group[1])
        chosen = self.group.slug if self.group else ""
        return [
            _select(name, label, choices, now, name in self.wrong)
            for name, label, choices, now in (
                ("kind", "Kind", (("", "Everything"), *self.kinds), self.kind),
                ("group", "Group", (("", "All groups"), *listed), chosen),
                ("period", "Date", TIMES, self.period),
            )
        ]

"""Places whose name was typed: *jobs*, *calendar*, *minutes*. They stand above what is found.

Who is led there is said where places are (apps/core/places.py), without a query.
"""

from functools import lru_cache

from apps.core.places import ALIKE, ENTRIES, MORE, PAGES, Crumb

from .words import asked, stem

AT_MOST = 5


@lru_cache(maxsize=1000)
def _stems(text):
    return frozenset(map(stem, asked(text)))


def ways(user, text):
    """The places that all the words of a search name, by their label first; each once."""
    wanted = _stems(text)
    if not wanted:
        return []
    places = [(one, one.also, one.is_sought) for one in PAGES]
    places += [(one, "", one.shown) for one in ENTRIES if one.name != MORE]
    named = [
        (_otherwise(one.label, also, wanted), one)
        for one, also, may in places
        if wanted <= _stems(f"{one.label} {also}") and may(user)
    ]
    alike = [one for places_of in ALIKE for one in places_of(user)]
    found = {}
    for words, one in sorted(named, key=lambda pair: bool(pair[0])):
        text = f"{one.label}: {', '.join(words)}" if words else one.label
        found.setdefault(one.href, Crumb(one.href, text))
    found |= {one.href: one for one in alike if wanted <= _stems(one.text)}
    return list(found.values())[:AT_MOST]


def _otherwise(label, also, wanted):
    """By which words a place was named that are not in its label: *Meetings: minutes*."""
    others = wanted - _stems(label)
    return [word for word in also.split() if _stems(word) & others]

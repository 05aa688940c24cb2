"""Places whose name was typed: *jobs*, *calendar*, *minutes*. They stand above what is found.

Who is led there is said where places are (apps/core/places.py), without a query.
"""

from functools import lru_cache

from apps.core.places import ALIKE, ENTRIES, MORE, PAGES, Crumb

from .words import asked, is_like, stem

AT_MOST = 5


@lru_cache(maxsize=1000)
def _words(text):
    return frozenset(asked(text))


@lru_cache(maxsize=1000)
def _stems(text):
    return frozenset(map(stem, _words(text)))


def ways(user, text):
    """The places that all the words of a search name, by their label first; each once."""
    wanted = _stems(text)
    if not wanted:
        return []
    named = [
        (_otherwise(one.label, also, wanted), one)
        for one, also, may in _places()
        if wanted <= _stems(f"{one.label} {also}") and may(user)
    ]
    alike = [one for places_of in ALIKE for one in places_of(user)]
    found = {}
    for words, one in sorted(named, key=lambda pair: bool(pair[0])):
        text = f"{one.label}: {', '.join(words)}" if words else one.label
        found.setdefault(one.href, Crumb(one.href, text))
    found |= {one.href: one for one in alike if wanted <= _stems(one.text)}
    return list(found.values())[:AT_MOST]


def near(user, words):
    """The words like one of these that lead this person to places."""
    known = {one: who for one, who in _who_is_led().items() if _is_like_any(one, words)}
    found = {one for one, who in known.items() if any(may(user) for may in who)}
    alike = [one.text for places_of in ALIKE for one in places_of(user)]
    return found | {one for text in alike for one in _words(text) if _is_like_any(one, words)}


def _is_like_any(known, words):
    return any(is_like(word, known) for word in words)


@lru_cache(maxsize=1)
def _who_is_led():
    """{word: for whom it leads to a place}"""
    found = {}
    for one, also, may in _places():
        for word in _words(f"{one.label} {also}"):
            found.setdefault(word, []).append(may)
    return found


def _places():
    """(place, what people say for it, who is led there) of those that have a name of their own."""
    places = [(one, one.also, one.is_sought) for one in PAGES]
    return places + [(one, "", one.shown) for one in ENTRIES if one.name != MORE]


def _otherwise(label, also, wanted):
    """By which words a place was named that are not in its label: *Meetings: minutes*."""
    others = wanted - _stems(label)
    return [word for word in also.split() if _stems(word) & others]

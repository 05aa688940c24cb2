"""What a kind of message says: Markdown with {placeholders}, and what is put in for them.

Words are read as Markdown first; what is put in comes after, as it was typed: an asterisk in the
title of a meeting stays one. A paragraph, an item of a list or a fact is left out where something
it names is empty, so that most kinds need no cases.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.template.defaultfilters import linebreaksbr
from django.utils.html import escape, strip_tags, urlize
from django.utils.safestring import SafeString, mark_safe

from apps.core.markdown import render

_NAME = re.compile(r"\{([a-z_]+)\}")
_LINK = re.compile(r'<a href="(?:mailto:)?([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
DISCREET = ("subject_line", "preview")  # what others see of it on a telephone that lies about
TELLING = re.compile(
    r"\b(health|illness|diagnos|treatment|medic|disab|support need|applica|candida|shortlist|"
    r"interview|vacanc|employ|job|offer|salary|disclos)\w*",
    re.IGNORECASE,
)

# A mail program has no style sheet of ours.
_STYLES = {
    "<p>": '<p style="margin: 0 0 16px;">',
    "<ul>": '<ul style="margin: 0 0 16px; padding-left: 24px;">',
    "<a ": '<a style="color: #005eb8;" ',
}
_MARK = re.compile("\ue000([a-z_]+)\ue001")  # letters that nobody types
_NO_MARKS = {0xE000: None, 0xE001: None}
_MARK_OR_LINK = re.compile("<a .*?</a>|\ue000([a-z_]+)\ue001", re.DOTALL)
_HREF = re.compile(r'href="([^"]*)"')
_TITLE = re.compile(r' title="[^"]*"')
_BLOCKS = re.compile(r"\n[ \t]*\n|\n(?=- )")


@dataclass(frozen=True)
class Placeholder:
    """What stands for ``{its name}``.

    ``meaning``   what it is, for whoever edits the words: *the title of the meeting*
    ``example``   what it might be, of nobody's data
    ``discreet``  whether it may stand in a subject or a preview: days and times, and nothing that
                  tells whom or what it is about
    """

    meaning: str
    example: str
    discreet: bool = False


@dataclass(frozen=True)
class Words:
    """All that is worded of a message; each but ``text`` is one line.

    ``subject_line`` and ``preview`` are read by whoever sees the telephone: nothing about health,
    employment or candidacy. ``title`` is the heading inside, ``text`` Markdown, ``action`` the
    button.
    """

    subject_line: str = ""
    preview: str = ""
    title: str = ""
    text: str = ""
    action: str = ""

    def names(self) -> dict[str, set[str]]:
        """Which placeholders each of the texts names."""
        return {one.name: set(_NAME.findall(getattr(self, one.name))) for one in fields(self)}


@dataclass(frozen=True)
class Case(Words):
    """The words in one case of a kind: those that are empty are as in all others.

    ``when`` says which case, for whoever edits them: *where it was declined*.
    """

    when: str = ""


# What every kind can name.
COMMON = {
    "site": Placeholder("the name of this site", "Oxleas Peer", discreet=True),
    "trust": Placeholder("the name of the trust", "The trust"),
    "support": Placeholder("the address that answers questions", "office@example.org"),
}


# What many name. Days and times may stand in a subject: they tell one thing from another.
ON_DAY = Placeholder("the day", "Thursday 10 December", discreet=True)
AT_TIME = Placeholder("when it begins", "10am", discreet=True)
BY_DAY = Placeholder("the last day for it", "Thursday 10 December", discreet=True)
BY_MOMENT = Placeholder("until when", "10am on Thursday 10 December", discreet=True)
FROM_TO = Placeholder("day, and times from and to", "Thursday 10 December 2026, 10am to midday")
A_GROUP = Placeholder("the name of the group", "Peers on the wards")
SOMEBODY = Placeholder("who did it", "Kim Winter")


def _shared() -> dict[str, str]:
    return {
        "site": settings.SITE_NAME,
        "trust": settings.TRUST_NAME,
        "support": settings.SUPPORT_EMAIL,
    }


class Worded:
    """The words of a kind. ``{label}`` in them is the kind's label.

    The five texts are those of ``Words``.

    ``cases``         {name: Case} where the words differ; ``case()`` says which it is
    ``placeholders``  {name: Placeholder}: what ``values()`` gives
    ``facts``         (label, value) pairs, shown as a short table: when, where
    ``betrays``       finds in a subject or a preview what tells others what it is about
    ``fixed``         nobody changes its words: by it people notice what others do
    ``alike``         good news and bad look the same from outside: subject and preview stay as they
                      came
    ``to_whom``       whom it reaches, and on what occasion: *everybody asked to the meeting, when
                      it is published*
    """

    label: str = ""
    betrays: re.Pattern[str] = TELLING
    fixed: bool = False
    alike: bool = False
    to_whom: str = ""
    subject_line: str = "{label}"
    preview: str = "Open it when you have a moment."
    title: str = "{label}"
    text: str = ""
    action: str = "Open"
    cases: dict[str, Case] = {}
    placeholders: dict[str, Placeholder] = {}
    facts: tuple[tuple[str, str], ...] = ()

    def case(self, occurrence: Any, reader: Any) -> str:
        """Which of ``cases`` it is; "" for none of them."""
        return ""

    def values(self, occurrence: Any, reader: Any) -> dict[str, Any]:
        """What is put in for each placeholder; empty where there is nothing to say."""
        return {}

    def url(self, occurrence: Any, reader: Any) -> str:
        """Where the button leads; "" for no button."""
        return ""

    def beside(self, occurrence: Any, reader: Any) -> dict[str, Any]:
        """Whatever the kind's own template uses beside: ``press`` (label and address of the
        e-mail's button where that is another), ``answers``, ``topics``."""
        return {}

    def beside_sample(self, case: str = "") -> dict[str, Any]:
        """An example of what ``beside()`` gives."""
        return {}

    def words(self, case: str = "") -> Words:
        """As they came, in one of the cases."""
        special = self.cases[case] if case else Case()
        texts = {one.name: getattr(special, one.name) for one in fields(Words)}
        return Words(
            **{
                name: (text or getattr(self, name)).replace("{label}", self.label)
                for name, text in texts.items()
            }
        )

    def known(self) -> dict[str, Placeholder]:
        """Every placeholder that its words may name."""
        return COMMON | self.placeholders

    def examples(self) -> dict[str, str]:
        return {name: one.example for name, one in self.placeholders.items()}


def front_page() -> str:
    """Where the buttons of an example lead."""
    return f"{settings.SITE_URL}/"


# --- putting in ---------------------------------------------------------------------------------
def put_in(words: Words, facts: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """The message: one line each of ``subject_line``, ``preview``, ``title`` and ``action``,
    ``facts``, and the text as ``lines`` (plain paragraphs) and ``body`` (the same as safe HTML).

    Raises KeyError for a placeholder that has no value.
    """
    known = _shared() | {name: "" if one is None else str(one) for name, one in values.items()}
    shown = [one for one in blocks(words.text) if all(known[name].strip() for name in one.names)]
    return {
        name: _line(getattr(words, name), known)
        for name in ("subject_line", "preview", "title", "action")
    } | {
        "facts": [(name, _put(text, known)) for name, text in facts if _is_whole(text, known)],
        "lines": [block.says(known) for block in shown],
        "body": _for_mail([block.html_with(known) for block in shown]),
    }


def _is_whole(text, known):
    """Whether there is something for all that it names."""
    return all(known[name].strip() for name in _NAME.findall(text))


def _put(text, known):
    return _NAME.sub(lambda name: known[name[1]], text)


def _line(text, known):
    return " ".join(_put(text, known).split())


def _for_mail(blocks):
    """With the styles of a mail in each element. Items that follow one another are one list."""
    made: list[str] = []
    for block in blocks:
        if made and block.startswith("<ul>") and made[-1].endswith("</ul>"):
            block = made.pop().removesuffix("</ul>") + block.removeprefix("<ul>")
        made.append(block)
    return [mark_safe(_styled(block)) for block in made]  # noqa: S308 - safe as its parts


def _styled(text):
    for plain, styled in _STYLES.items():
        text = text.replace(plain, styled)
    return text


@dataclass(frozen=True)
class Block:
    """A paragraph or an item of a list, read as Markdown; what is to be put in is marked in it."""

    html: str
    plain: str

    @property
    def names(self) -> list[str]:
        return _MARK.findall(self.plain)

    @property
    def links(self) -> list[str]:
        return _HREF.findall(self.html)

    def says(self, known: Mapping[str, str]) -> str:
        return _MARK.sub(lambda name: known[name[1]], self.plain)

    def html_with(self, known: Mapping[str, str]) -> SafeString:
        """An address in what somebody typed becomes a link, but for inside a link of the words."""

        def shown(found: re.Match[str]) -> str:
            if not found[1]:
                return _MARK.sub(lambda name: escape(known[name[1]]), found[0])
            linked = urlize(known[found[1]], autoescape=True)
            return linebreaksbr(mark_safe(linked))  # noqa: S308 - urlize escaped it

        return mark_safe(_MARK_OR_LINK.sub(shown, self.html))  # noqa: S308 - cleaned, and escaped


def blocks(text: str) -> list[Block]:
    """A text as it is sent, piece by piece."""
    read = (_block(piece) for piece in _BLOCKS.split(text.strip()) if piece.strip())
    return [block for block in read if block.plain]


@lru_cache(maxsize=2000)
def _block(text: str) -> Block:
    """Names are marked before Markdown is read: one that it makes of something else is none."""
    marked = _NAME.sub("\ue000\\1\ue001", text.translate(_NO_MARKS))
    made = _TITLE.sub("", str(render(marked)).strip())  # what a mouse shows, and nobody reads
    said = _LINK.sub(lambda link: link[2] if link[1] == link[2] else f"{link[2]}: {link[1]}", made)
    plain = html.unescape(strip_tags(said.replace("<li>", "- "))).strip()
    return Block(made, plain)

"""Markdown that people write, as safe HTML: no raw HTML, then an allow-list (docs/adr/0007)."""

import html
import re

import nh3
from django.utils.html import strip_tags
from django.utils.safestring import mark_safe
from markdown_it import MarkdownIt

from .differences import same_words

_PARSER = MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).enable("table")
_TAGS = {
    "a",
    "blockquote",
    "br",
    "code",
    "em",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
}
_HEADING = re.compile(r"<(/?)h([1-6])>")
_BIDI = dict.fromkeys(
    [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C], None
)


def render(text, level=2):
    """HTML for a piece of Markdown. Its headings start at ``level``; no link opens by itself.

    Characters that turn the direction of writing are dropped, written as they are or as
    ``&#8238;``: they can make a text read otherwise than it is.
    """
    made = _PARSER.render(str(text or "").translate(_BIDI))
    # "#" and "##" are both the first level: people use the one as often as the other.
    made = _HEADING.sub(lambda tag: f"<{tag[1]}h{min(6, max(int(tag[2]), 2) + level - 2)}>", made)
    clean = nh3.clean(
        made,
        tags=_TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
    )
    return mark_safe(clean.translate(_BIDI))  # noqa: S308 - cleaned by nh3 just above


# Which texts of documents, outputs and vacancies are Markdown; the others read as they are typed.
IN_MARKDOWN = ("body", "description", "easy_read")
_BLOCK_END = re.compile(r"(</(?:p|h[1-6]|li|pre|blockquote|tr)>)\n*")
_FIRST_NUMBER = re.compile(r'<ol start="(\d+)">\s*<li>\s*')


def as_read(name, text):
    """The words that a reader finds in a text of that name, without what only writes them so.

    Definitions of links, pictures, rules, and signs that stand for nothing to see are none.
    """
    if name not in IN_MARKDOWN:
        return text
    made = _FIRST_NUMBER.sub(r"\1. ", _BLOCK_END.sub(r"\1\n\n", render(text)))
    return html.unescape(strip_tags(made)).strip()


def reads_the_same(name, before, after):
    """Whether a reader finds the same words in two texts of that name."""
    return same_words(as_read(name, before), as_read(name, after))


def blocks(text):
    """The headings, paragraphs and list items of a piece of Markdown, as plain text."""
    found = []
    for token in _PARSER.parse(str(text or "").translate(_BIDI)):
        if token.type == "inline":
            words = "".join(
                " " if part.type in ("softbreak", "hardbreak") else part.content
                for part in token.children
            )
            found.append(" ".join(words.translate(_BIDI).split()))
    return [block for block in found if block]

"""Markdown from somebody who means harm: nothing in it runs, loads, hides or takes for ever.

``hostile_markdown.json`` is the corpus. What comes of each piece is read with the parser of
HTML 5, as a browser reads it, and judged as a tree: which tags, which attributes, which addresses.
"""

import json
import re
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import tinyhtml5
from django.urls import reverse

from apps.core.markdown import blocks, render
from tests import factories as make

from ..factories import working_group

CORPUS = json.loads((Path(__file__).parent / "hostile_markdown.json").read_text())
HTML = "{http://www.w3.org/1999/xhtml}"
SHELL = {"html", "head", "body"}
TAGS = {
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
ATTRIBUTES = {"a": {"href", "title", "rel"}, "ol": {"start"}}
SCHEMES = {"", "http", "https", "mailto", "tel"}
TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
DEEPEST = 60
# Of the processor. One second is eight while lines are counted for coverage; what does not grow
# in a line with the text would take many minutes.
SECONDS = 30


def written(piece):
    """The text of one piece: as it stands, or repeated, or growing line by line."""
    if "text" in piece:
        return piece["text"]
    if "size" in piece:
        return piece["unit"] * (piece["size"] // len(piece["unit"]))
    deeper = piece.get("indent") or piece.get("growing")
    return "\n".join(deeper * number + piece["unit"] for number in range(piece["lines"]))


def scheme(address):
    """The scheme as a browser finds it: blanks and controls do not count."""
    return urlsplit(re.sub(r"[\x00-\x20]", "", address)).scheme.lower()


def faults(tree, depth=0):
    """Everything in a tree of HTML that a reader must never meet."""
    tag = tree.tag.removeprefix(HTML) if isinstance(tree.tag, str) else str(tree.tag)
    if depth > DEEPEST:
        yield "too deep"
        return
    if tag not in SHELL:
        if tag not in TAGS:
            yield f"tag {tag}"
        for name, value in tree.attrib.items():
            if name not in ATTRIBUTES.get(tag, ()):
                yield f"attribute {name} on {tag}"
            if name == "href" and scheme(value) not in SCHEMES:
                yield f"address {value}"
    for text in (tree.text, tree.tail, *tree.attrib.values()):
        if text and TURNING.search(text):
            yield "a mark that turns the writing"
    for child in tree:
        yield from faults(child, depth + 1)


@pytest.mark.parametrize("piece", CORPUS, ids=lambda piece: piece["name"])
def test_given_hostile_markdown_when_shown_then_it_is_harmless(piece):
    text = written(piece)
    began = time.process_time()
    html = "".join([render(text)])  # a plain str, as the parser wants
    took = time.process_time() - began
    assert list(faults(tinyhtml5.parse(html))) == []
    assert took < SECONDS
    assert len(html) < 10 * len(text) + 1000


@pytest.mark.parametrize("piece", CORPUS, ids=lambda piece: piece["name"])
def test_given_hostile_markdown_when_cut_into_blocks_then_they_are_plain_text_in_time(piece):
    began = time.process_time()
    found = blocks(written(piece))
    assert time.process_time() - began < SECONDS
    assert not any(TURNING.search(block) for block in found)


def test_the_judge_itself_finds_what_it_looks_for():
    """A judge that never says no would let everything pass."""
    for html, fault in (
        ("<script>x</script>", "tag script"),
        ("<p onclick='x'>y</p>", "attribute onclick on p"),
        ("<a href='java\nscript:x'>y</a>", "address java\nscript:x"),
        ("<p>a\u202eb</p>", "a mark that turns the writing"),
        ("<ul>" * 70, "too deep"),
    ):
        assert fault in list(faults(tinyhtml5.parse(html)))


@pytest.mark.django_db
def test_given_a_hostile_author_when_the_pages_are_read_then_they_hold_nothing_of_it(client):
    """Every short piece at once, in every text of an output, in suggestions and in answers."""
    group = working_group(name="Role design")
    lived, staff = make.leads(group)
    plain = make.output(group, summary="Plain words. " * 110)  # too long, as the hostile one is
    client.force_login(lived, "apps.accounts.backends.SignIn")
    text = "\n\n".join(piece["text"].replace("\0", "") for piece in CORPUS if "text" in piece)
    hostile = make.output(group, title=plain.title, summary=text, body=text, easy_read=text)
    for output in (plain, hostile):
        words = text if output == hostile else "Plain words."
        made = make.suggestion(output, staff, text=words, passage=words)
        body = f"{output.latest.body}\n\n{words}"
        make.taken_up(made, lived, reason=words, body=body)
        made.object(words, by=staff)
    for name in ("output", "output_edit", "output_sign", "output_version", "output_differences"):
        shapes = []
        for output in (plain, hostile):
            args = [output.pk, 1] if name == "output_version" else [output.pk]
            page = client.get(reverse(name, args=args))
            assert page.status_code == 200
            shapes.append(tags_beside_text(tinyhtml5.parse(page.content.decode())))
        plain_shape, hostile_shape = shapes
        assert hostile_shape - plain_shape <= {(tag, ()) for tag in TAGS} | LINKS, name


# What Markdown may add to a page of ours, beside plain tags.
LINKS = {
    ("a", ("href", "rel")),
    ("a", ("href", "rel", "title")),
    ("a", ("rel",)),
    ("ol", ("start",)),
    ("ins", ()),
    ("del", ()),
    ("span", ("class",)),
    ("option", ("value",)),
    ("details", ("class",)),
    ("summary", ("class",)),
}


def tags_beside_text(tree):
    """Which tags a page has, with the names of their attributes."""
    return {
        (element.tag.removeprefix(HTML), tuple(sorted(element.attrib)))
        for element in tree.iter()
        if isinstance(element.tag, str)
    }

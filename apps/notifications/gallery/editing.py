"""Changing the words of a kind: what may be said, what is kept of it, who hears of it."""

import re
import unicodedata
from difflib import get_close_matches

from django.db import transaction

from apps.accounts.models.people import User
from apps.accounts.roles import ADMIN, OFFICE
from apps.core.lines import UNSEEN
from apps.core.models import record
from apps.core.says import unseen

from ..kinds import notify, others
from ..wording import DISCREET, Words, blocks, put_in
from .models import NAMES, Wording

CALLED = {
    "subject_line": "Subject",
    "preview": "Preview",
    "title": "Heading",
    "text": "Text",
    "action": "Button",
}
LONGEST = {"subject_line": 70, "preview": 90, "title": 150, "action": 50}  # with its examples
MOST = 40  # placeholders in one text: each may be long
_BRACED = re.compile(r"\{[^{}]*\}|[{}]")


def can_be_changed(kind):
    """The names of its texts that somebody may change."""
    return [name for name in NAMES if not (kind.alike and name in DISCREET)]


def wrong_with(kind, name, text):
    """What keeps this text of a kind from being sent, in words; "" for nothing."""
    longest = Wording._meta.get_field(name).max_length
    if len(text) > longest:
        return f"This has {len(text)} characters. Use at most {longest}."
    if any(map(unseen, text.split("\n"))):
        return f"This has {UNSEEN}"
    return (
        _wrong_names(kind, name, text)
        or (name in DISCREET and _telling(kind, text))
        or (_wrong_text(kind, text) if name == "text" else _wrong_line(kind, name, text))
    )


def _wrong_names(kind, name, text):
    known = kind.known()
    braced = _BRACED.findall(text)
    for found in braced:
        asked = found.strip("{}")
        if len(found) == 1:
            return f"One {found} has no bracket that belongs to it."
        if asked not in known:
            near = get_close_matches(asked.strip().lower(), known, n=1)
            hint = f" Did you mean {{{near[0]}}}?" if near else ""
            return f"You cannot use {found} here.{hint}"
        if name in DISCREET and not known[asked].discreet:
            return f"Do not use {found} here: others may see it on a locked phone."
    return "Use fewer brackets." if len(braced) > MOST else ""


def _telling(kind, text):
    """What could tell others what it is about, also in letters that only look otherwise."""
    plain = unicodedata.normalize("NFKC", text).replace("*", "").replace("_", "")
    found = kind.betrays.search(plain)
    return found and f"Do not write “{found[0]}” here: others may see it on a locked phone."


def _wrong_line(kind, name, text):
    words = Words(**{name: text})
    said = put_in(words, (), kind.examples())[name]
    if len(said) > LONGEST[name]:
        return f"With its examples this has {len(said)} characters. Use at most {LONGEST[name]}."
    if not put_in(words, (), dict.fromkeys(kind.placeholders, ""))[name]:
        return "Write some words beside what is put in: there may be nothing to put in."
    return ""


def _wrong_text(kind, text):
    if not put_in(Words(text=text), (), dict.fromkeys(kind.placeholders, ""))["lines"]:
        return "Begin with a sentence that is always true, and names nothing that there may not be."
    for link in (link for block in blocks(text) for link in block.links):
        if "\ue000" in link or "%EE%80%80" in link:
            return "A link cannot lead to what is put in. Write the whole address."
        if not link.startswith(("https://", "mailto:", "tel:")):
            return f"“{link}” is no address that a link can have here. Begin it with https://"
    return ""


@transaction.atomic
def say(kind, case, seen, texts, *, by):
    """Keep these texts instead, if nobody saved since revision ``seen`` (else StaleEdit).

    A text that is as it came is kept as empty. What was said before stands in the audit trail, and
    everybody else who may change words hears of it. Returns whether anything changed.
    """
    came = kind.words(case)
    whole = dict.fromkeys(NAMES, "") | {
        name: texts[name] for name in can_be_changed(kind) if texts[name] != getattr(came, name)
    }
    wording, _ = Wording.objects.get_or_create(kind=kind.name, case=case)
    before = {name: getattr(wording, name) for name in NAMES}
    changed = [name for name in NAMES if whole[name] != before[name]]
    wording.save_revision(seen, whole=True, **whole)
    if changed:
        was = [
            f"{CALLED[name]} before: {before[name] or getattr(came, name)}\n"
            f"{CALLED[name]} now: {whole[name] or getattr(came, name)}"
            for name in changed
        ]
        entry = record("change_words", wording, by=by, note="\n".join(was))
        tell_of_change(wording, entry)
    return bool(changed)


def tell_of_change(changed, entry):
    """Everybody else who may change messages hears of it: of words, or of a rule."""
    everybody = User.objects.active().filter(groups__name__in=(OFFICE, ADMIN)).distinct()
    notify("notifications.words_changed", changed, others(everybody, entry.by), version=entry.pk)

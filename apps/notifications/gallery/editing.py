"""Changing the words of a kind: what may be said, what is kept of it, who hears of it."""

import re
from dataclasses import replace
from difflib import get_close_matches

from django.db import transaction
from django.utils.html import strip_tags

from apps.accounts.models.people import User
from apps.accounts.roles import ADMIN, OFFICE
from apps.core.markdown import render
from apps.core.models import record

from ..kinds import notify, others
from ..wording import DISCREET, put_in
from .models import NAMES, Wording

CALLED = {
    "subject_line": "Subject",
    "preview": "Preview",
    "title": "Heading",
    "text": "Text",
    "action": "Button",
}
LONGEST = {"subject_line": 70, "preview": 90, "title": 150, "text": 5000, "action": 50}
_BRACED = re.compile(r"\{[^{}]*\}|[{}]")
_HREF = re.compile(r'href="([^"]*)"')


def can_be_changed(kind):
    """The names of its texts that somebody may change."""
    return [name for name in NAMES if not (kind.alike and name in DISCREET)]


def wrong_with(kind, name, text):
    """What keeps this text of a kind from being sent, in words; "" for nothing."""
    known = kind.known()
    for found in _BRACED.findall(text):
        asked = found.strip("{}")
        if len(found) == 1:
            return f"One {found} has no bracket that belongs to it."
        if asked not in known:
            near = get_close_matches(asked.strip().lower(), known, n=1)
            hint = f" Did you mean {{{near[0]}}}?" if near else ""
            return f"You cannot use {found} here.{hint}"
        if name in DISCREET and not known[asked].discreet:
            return f"Do not use {found} here: others may see it on a locked phone."
    if name in DISCREET and (telling := kind.betrays.search(text)):
        return f"Do not write “{telling[0]}” here: others may see it on a locked phone."
    words = replace(kind.words(), **{name: text})
    examples = kind.examples()
    longest = LONGEST[name]
    if name != "text":
        said = put_in(words, (), examples)[name]
        if len(said) > longest:
            return f"With its examples this has {len(said)} characters. Use at most {longest}."
    else:
        made = str(render(text))
        if not strip_tags(made).strip():
            return "Write what the message says."
        for link in _HREF.findall(made):
            if "%7B" in link or not link.startswith(("https://", "mailto:", "tel:")):
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

"""Whether what an answer names came after people were asked: *we did* is no click alone."""

from dataclasses import dataclass

from django.db.models import prefetch_related_objects
from django.urls import reverse

from apps.core.dates import day
from apps.core.differences import texts_of
from apps.core.markdown import reads_the_same
from apps.meetings.models.about import COUNTS
from apps.meetings.models.outcome import Action, Decision
from apps.taskgroups.models.output import Output, OutputVersion

from ..documents.models.document import DocumentVersion

TEXTS = (DocumentVersion, OutputVersion)
# Whose pages show a text: it is named as a version, not by its address.
TEXT_PAGES = ("document", "output")
DECISION_PAGES = ("decision",)


@dataclass(frozen=True)
class Asked:
    """The text that people were asked about: which one, its version, and its words if known."""

    of: tuple
    number: int
    texts: dict | None

    def says(self, version):
        """Whether a version says the same, as far as a reader can tell."""
        if self.texts is None:
            return whose(version) == self.of and version.number <= self.number
        return says_the_same(self.texts, texts_of(version))


def says_the_same(one, other):
    """Whether two texts by name read the same."""
    return all(reads_the_same(name, one[name], other[name]) for name in one)


def whole(version):
    return version.output if isinstance(version, OutputVersion) else version.document


def with_all_versions(things):
    """These things, with every version of what some of them are versions of at hand."""
    things = list(things)
    for model, path in ((OutputVersion, "output"), (DocumentVersion, "document")):
        some = [one for one in things if isinstance(one, model)]
        prefetch_related_objects(some, f"{path}__versions")
    return things


def stood_then(version, consultation):
    """The version before this one that was the newest when people were asked, or None."""
    earlier = [
        one
        for one in whole(version).versions.all()
        if one.number < version.number and one.created_at <= consultation.opens_at
    ]
    return max(earlier, key=lambda one: one.number, default=None)


def whose(version):
    """Of what a version is one."""
    if isinstance(version, OutputVersion):
        return OutputVersion, version.output_id
    return DocumentVersion, version.document_id


def asked_about(consultation):
    """The text that a consultation is about, as it was when it opened; None where it is of none."""
    about = consultation.about
    if isinstance(about, DocumentVersion):
        return Asked(whose(about), about.number, texts_of(about))
    if not isinstance(about, Output):
        return None
    if kept := consultation.asked_words:
        return Asked((OutputVersion, about.pk), kept["number"], kept["texts"])
    # Opened before the words were kept: nothing of the version of that day can be told apart.
    then = about.versions.filter(created_at__lte=consultation.opens_at).order_by("-number").first()
    return Asked((OutputVersion, about.pk), then.number if then else 0, None)


def why_it_is_no_change(theme, consultation, asked):
    """Why what the answer to a theme names is not what it says, in a sentence; or ""."""
    made, in_words = theme.made, theme.answer in theme.IN_WORDS
    if theme.answer == theme.Answer.DID_NOT or not theme.has_change:
        return ""
    if isinstance(made, TEXTS) != in_words:
        if in_words:
            return "Name the version of the text that changed, or say that it is not in a text."
        return "This is a text. Say “we did” or “we partly did”, or name something else."
    if isinstance(made, TEXTS):
        return is_not_later(made, consultation, asked)
    return _was_there_before(made, consultation)


def is_not_later(version, consultation, asked):
    """Why a version shows no change after people were asked, in a sentence; or ""."""
    of_it = asked is not None and whose(version) == asked.of
    if of_it and version.number < asked.number:
        return f"It is older than version {asked.number}, which people were asked about."
    if asked and asked.says(version):
        return (
            f"It says the same as version {asked.number}, which people were asked about. Name "
            "a later one in which the words changed."
        )
    if of_it and asked.texts is not None:
        return ""
    if not of_it and _written_at(version) <= consultation.opens_at:
        return "It was written before people were asked. Name what changed after that."
    return _says_nothing_new(version, consultation)


def _says_nothing_new(version, consultation):
    if not any(texts_of(version).values()):
        return "Nothing is written in it yet."
    before = [one for one in whole(version).versions.all() if one.number == version.number - 1]
    for earlier in (*before, stood_then(version, consultation)):
        if earlier and says_the_same(texts_of(earlier), texts_of(version)):
            return (
                f"It says the same as version {earlier.number}. Name a version in which the words "
                "changed after people were asked."
            )
    return ""


def puts_back(version, consultation, asked):
    """Which words of before people were asked a version says again, in a sentence; or ""."""
    if asked and asked.says(version):
        return f"These are the words of version {asked.number}, about which they were asked."
    then = stood_then(version, consultation)
    if then and says_the_same(texts_of(then), texts_of(version)):
        return f"These are the words of version {then.number}, which stood when they were asked."
    return ""


def _written_at(version):
    return getattr(version, "reworded_at", None) or version.created_at


def _was_there_before(made, consultation):
    """A page of this site says by itself nothing of when; what meetings decided and do does."""
    if isinstance(made, Decision) and made.meeting.starts_at <= consultation.opens_at:
        return "That meeting began before people were asked. Name what was decided after that."
    if isinstance(made, Decision) and made.state not in COUNTS:
        return (
            f"{made} is {made.get_state_display().lower()}: it does not count. Name a decision "
            "that was carried or ratified."
        )
    if isinstance(made, Action) and made.created_at <= consultation.opens_at:
        return "It was to be done before people were asked. Name what was begun after that."
    return ""


def since_then(version, consultation, asked):
    """(words, address or "") of what changed since people were asked; None where nothing can be
    said, of an answer given before it had to.
    """
    if is_not_later(version, consultation, asked):
        return None
    if not asked or whose(version) != asked.of or version.number == asked.number:
        return f"Written on {day(_written_at(version))}, after people were asked", ""
    kind, pk = asked.of
    name = "output_differences" if kind is OutputVersion else "document_differences"
    query = f"?from={asked.number}&to={version.number}"
    words = f"What changed since version {asked.number}, which people were asked about"
    return words, reverse(name, args=[pk]) + query

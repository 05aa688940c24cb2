"""Whether what an answer names came after people were asked: *we did* is no click alone."""

from dataclasses import dataclass

from django.urls import reverse

from apps.core.dates import day
from apps.core.differences import same_words
from apps.meetings.models.outcome import Action, Decision
from apps.taskgroups.models.output import Output, OutputVersion

from ..documents.models.document import DocumentVersion

TEXTS = (DocumentVersion, OutputVersion)
# Whose pages show a text: it is named as a version, not by its address.
TEXT_PAGES = ("document", "output")


@dataclass(frozen=True)
class Asked:
    """The text that people were asked about: which one, its version, and its words if known."""

    of: tuple
    number: int
    texts: dict | None

    def says(self, version):
        """Whether a version says the same, as far as a reader can tell."""
        if self.texts is None:
            return version.number <= self.number
        return all(same_words(self.texts[name], getattr(version, name)) for name in version.TEXTS)


def whose(version):
    """Of what a version is one."""
    if isinstance(version, OutputVersion):
        return OutputVersion, version.output_id
    return DocumentVersion, version.document_id


def texts_of(version):
    return {name: getattr(version, name) for name in version.TEXTS}


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
    if asked and whose(version) == asked.of:
        if version.number < asked.number:
            return f"It is older than version {asked.number}, which people were asked about."
        if asked.says(version):
            return (
                f"It says the same as version {asked.number}, which people were asked about. Name "
                "a later one in which the words changed."
            )
        return ""
    if _written_at(version) <= consultation.opens_at:
        return "It was written before people were asked. Name what changed after that."
    return ""


def _written_at(version):
    return getattr(version, "worded_at", version.created_at)


def _was_there_before(made, consultation):
    """A page of this site says by itself nothing of when; what meetings decided and do does."""
    if isinstance(made, Decision) and made.meeting.starts_at <= consultation.opens_at:
        return "That meeting began before people were asked. Name what was decided after that."
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

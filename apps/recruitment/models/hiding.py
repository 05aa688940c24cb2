"""What a redacted copy should not say: suggestions, which Human Resources read and complete.

Who somebody is shows in many places of an answer: their name, where they worked, when they were at
school. Each is replaced by a neutral word in brackets, so that the answer still reads. It is made
to hide too much rather than too little: a person compares both sides and signs each copy.
"""

import re

# Names that are English words as well: hidden only where they are written as a name.
WORDS_TOO = frozenset({
    "an", "april", "art", "august", "bill", "chance", "dawn", "dean", "drew", "faith", "grace",
    "grant", "guy", "hope", "jack", "joy", "june", "mark", "may", "my", "pat", "rich", "rose",
    "sue", "summer", "will",
})  # fmt: skip
NO_NAMES = frozenset({"the", "and", "of", "at", "for", "from", "who", "with", "me", "team"})
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_CAPITAL = r"[A-Z][\w'\u2019-]*"
GENERAL = [
    ("[e-mail]", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("[web page]", re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)),
    ("[telephone]", re.compile(r"(?<![\w/-])(?:\+44|\(?0\d)(?:[\s()-]?\d){7,11}(?!\d)")),
    ("[postcode]", re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b", re.IGNORECASE)),
    ("[school]", re.compile(
        rf"\b(?:University|College|School|Academy) of (?:the )?{_CAPITAL}(?:\s{_CAPITAL})*"
        rf"|\b{_CAPITAL}(?:\s(?:{_CAPITAL}|of|the|and|for|upon))*"
        r"\s(?:(?:[Pp]rimary|[Ss]econdary|[Gg]rammar|[Hh]igh|[Ii]nfant|[Jj]unior)\s)?"
        r"(?:School|College|University|Academy|Sixth Form)\b"
    )),
    ("[school year]", re.compile(r"\b[Yy]ears?\s(?:1[0-3]|[1-9])\b")),
    ("[title]", re.compile(
        r"\b(?:Mr|Mrs|Ms|Miss|Mx|Sir|Madam|Lady|Lord|Dame)\b\.?(?=\s[A-Z\[])", re.IGNORECASE
    )),
    ("[date]", re.compile(
        rf"\b\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?{MONTH}\b(?:,?\s\d{{4}})?"
        rf"|\b{MONTH}\s(?:\d{{1,2}}(?:st|nd|rd|th)?,?\s)?\d{{4}}\b"
        r"|\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b|\b\d{4}-\d{2}-\d{2}\b",
        re.IGNORECASE,
    )),
    ("[year]", re.compile(r"\b(?:19|20)\d\ds?\b|(?<!\w)['\u2018\u2019]\d\d\b")),
]  # fmt: skip


def _parts(name):
    """The words of a name that say something by themselves: not those of “a nurse who knows me”."""
    words = [word for word in re.split(r"[\s,;]+", name) if len(word) > 1 and not word.isdigit()]
    named = [word for word in words if word[0].isupper()] or words
    return [word for word in named if word.lower() not in NO_NAMES]


def strings_of(application):
    """What identifies the candidate: pairs of a text and the word that stands for it."""
    names, found = [application.full_name], []
    emails, phones = [application.email], [application.phone]
    candidate = application.candidate
    if candidate is not None:
        names += [candidate.full_name, candidate.known_as]
        emails.append(candidate.email)
        phones.append(candidate.phone)
    for referee in application.referees.all():
        found += [(referee.name, "[referee]"), *((p, "[referee]") for p in _parts(referee.name))]
        emails.append(referee.email)
        phones.append(referee.phone)
    for name in names:
        found += [(name, "[name]"), *((part, "[name]") for part in _parts(name))]
    found += [(email, "[e-mail]") for email in emails]
    found += [(phone, "[telephone]") for phone in phones]
    found += [(job.employer, "[employer]") for job in application.jobs.all()]
    for line in re.split(r"[\n,]+", application.address):
        found.append((line.strip(), "[address]"))
    found.append((application.reference, "[reference]"))
    return found


def _pattern(text):
    """A text however it is spaced and written; a name that is a word only with its capital."""
    digits = re.sub(r"\D", "", text)
    if len(digits) >= 9 and re.fullmatch(r"[\d\s()+-]+", text):
        return r"(?<!\d)" + r"[\s()-]*".join(digits) + r"(?!\d)"
    body = r"\s+".join(re.escape(word) for word in text.split())
    if text.lower() in WORDS_TOO or len(text) == 2:
        body = f"(?:{body}|{re.escape(text.upper())})"
    else:
        body = f"(?i:{body})"
    return rf"(?<!\w){body}(?!\w)"


def hide(text, strings):
    """The text with a neutral word for everything that may identify; ``strings_of`` gives those."""
    known = sorted({pair for pair in strings if len(pair[0].strip()) > 1},
                   key=lambda pair: -len(pair[0]))  # fmt: skip
    for word, pattern in GENERAL[:2]:  # before the names in them
        text = pattern.sub(word, text)
    for found, word in known:
        text = re.sub(_pattern(found.strip()), word, text)
    for word, pattern in GENERAL[2:]:
        text = pattern.sub(word, text)
    # A name and a surname side by side say nothing more than one of them.
    return re.sub(r"(\[[^\]\n]+\])(?:\s+\1)+", r"\1", text)

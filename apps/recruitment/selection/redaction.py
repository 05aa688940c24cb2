"""What a redacted copy should not say: suggestions, which Human Resources read and complete.

Who somebody is shows in many places of an answer: their name, where they worked, when they were at
school. Each is replaced by a neutral word in brackets, so that the answer still reads. It is made
to hide too much rather than too little: a person compares both sides and signs each copy. But a
common word in brackets would tell a name ("I [name] to help"), so those are looked at with care.
"""

import re
import unicodedata

# Names that are English words as well: hidden only where they are written as a name.
WORDS_TOO = frozenset(
    {
        "amber",
        "an",
        "april",
        "art",
        "august",
        "baker",
        "banks",
        "bell",
        "best",
        "bill",
        "bird",
        "black",
        "blue",
        "bright",
        "brook",
        "brown",
        "bush",
        "butler",
        "carter",
        "chance",
        "chase",
        "church",
        "clay",
        "cook",
        "cross",
        "daisy",
        "dale",
        "dawn",
        "day",
        "dean",
        "drew",
        "early",
        "faith",
        "field",
        "fields",
        "fisher",
        "fox",
        "frank",
        "french",
        "gale",
        "gay",
        "gene",
        "ginger",
        "glen",
        "golden",
        "good",
        "grace",
        "grant",
        "gray",
        "green",
        "grey",
        "guy",
        "hall",
        "hand",
        "harmony",
        "heath",
        "hill",
        "holly",
        "hope",
        "house",
        "hunter",
        "iris",
        "ivy",
        "jack",
        "jade",
        "joy",
        "june",
        "justice",
        "king",
        "knight",
        "lake",
        "lamb",
        "lane",
        "law",
        "light",
        "lily",
        "little",
        "long",
        "love",
        "major",
        "mark",
        "marsh",
        "mason",
        "may",
        "melody",
        "mercy",
        "miles",
        "miller",
        "moon",
        "moor",
        "more",
        "my",
        "new",
        "noble",
        "north",
        "page",
        "park",
        "parks",
        "pat",
        "patience",
        "penny",
        "piper",
        "pope",
        "porter",
        "power",
        "price",
        "prudence",
        "quick",
        "ray",
        "read",
        "rich",
        "river",
        "rivers",
        "robin",
        "rock",
        "rose",
        "ruby",
        "sage",
        "savage",
        "sharp",
        "shepherd",
        "short",
        "silver",
        "sky",
        "small",
        "smith",
        "snow",
        "south",
        "star",
        "sterling",
        "stone",
        "strong",
        "sue",
        "summer",
        "summers",
        "sunny",
        "swan",
        "sweet",
        "taylor",
        "trinity",
        "true",
        "turner",
        "victor",
        "violet",
        "wade",
        "walker",
        "wall",
        "ward",
        "waters",
        "way",
        "webb",
        "well",
        "wells",
        "west",
        "white",
        "wild",
        "will",
        "willow",
        "winter",
        "wise",
        "wolf",
        "wood",
        "woods",
        "young",
    }
)
NO_NAMES = frozenset({"the", "and", "of", "at", "for", "from", "who", "with", "me", "team"})
# Words in the names of many employers: by themselves they tell nothing.
OF_EMPLOYERS = frozenset(
    {
        "academy",
        "agency",
        "association",
        "borough",
        "care",
        "carer",
        "centre",
        "charity",
        "church",
        "college",
        "community",
        "company",
        "council",
        "family",
        "foundation",
        "freelance",
        "group",
        "health",
        "healthcare",
        "holdings",
        "home",
        "homes",
        "hospital",
        "house",
        "housing",
        "international",
        "limited",
        "local",
        "london",
        "mental",
        "national",
        "network",
        "north",
        "peer",
        "project",
        "recovery",
        "royal",
        "school",
        "self-employed",
        "service",
        "services",
        "shop",
        "social",
        "society",
        "south",
        "store",
        "stores",
        "support",
        "trust",
        "university",
        "various",
        "voluntary",
        "volunteer",
        "volunteering",
        "work",
    }
)
OF_OFFICES = frozenset({"admin", "contact", "enquiries", "hello", "info", "mail", "office", "team"})
NAME, INITIALS, ACCOUNT, EMPLOYER = "[name]", "[initials]", "[account]", "[employer]"
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_CAPITAL = r"[A-Z][\w'-]{0,30}"
_STREET = (
    r"(?:Road|Rd|Street|Avenue|Ave|Lane|Close|Crescent|Drive|Gardens|Grove|Terrace|Court|Square|"
    r"Mews|Walk|Place|Way)"
)
# What stands before *university* without naming one.
_NO_SCHOOL = (
    r"(?:a|an|the|my|our|your|his|her|their|this|that|at|to|from|in|of|for|and|or|with|some|any|"
    r"local|first|went|left|after|before|during|through|by|as|whole|open|old|new|finished|started)"
)
GENERAL = [
    (
        "[e-mail]",
        re.compile(
            r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"
            r"|\b[\w.+-]{1,64}\s?(?:\(at\)|\[at\])\s?[\w-]{1,63}(?:\s?(?:\.|\(dot\)|\bdot\b)\s?\w{2,20})+",
            re.IGNORECASE,
        ),
    ),
    (
        "[web page]",
        re.compile(
            r"(?:https?://|www\.)\S+"
            r"|\b[\w-]{1,63}(?:\.[\w-]{1,63}){0,3}\.(?:com|org|net|info|co\.uk|org\.uk|me\.uk)\b(?:/\S*)?",
            re.IGNORECASE,
        ),
    ),
    (ACCOUNT, re.compile(r"(?<![\w.@])@\w[\w.]{1,40}")),
    ("[telephone]", re.compile(r"(?<![\w/-])(?:\+44|0044|\(?0\d)(?:[\s().-]{0,3}\d){7,11}(?!\d)")),
    (
        "[number]",
        re.compile(
            r"\b[A-Z]{2}\s?(?:\d{2}\s?){3}[A-D]\b|\b\d{3}[\s-]?\d{3}[\s-]?\d{4}\b", re.IGNORECASE
        ),
    ),
    (
        "[postcode]",
        re.compile(
            r"(?i:\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b)"
            r"|\b(?:BR|CR|DA|EC|ME|NW|SE|SM|SW|TN|WC)\d{1,2}[A-Z]?\b"
        ),
    ),
    (
        "[school]",
        re.compile(
            rf"\b(?:University|College|School|Academy) of (?:the )?"
            rf"{_CAPITAL}(?:\s{_CAPITAL}){{0,4}}"
            rf"|\b{_CAPITAL}(?:\.?\s(?:{_CAPITAL}|of|the|and|for|upon)){{0,6}}"
            r"\s(?:(?:[Pp]rimary|[Ss]econdary|[Gg]rammar|[Hh]igh|[Ii]nfant|[Jj]unior)\s)?"
            r"(?:[Ss]chool|College|University|Academy|Sixth Form|Primary|Grammar|Comprehensive)\b"
            rf"|(?i:\buni(?:versity)? of (?:the )?(?!{_NO_SCHOOL}\b|life\b)[a-z]+\b"
            rf"|\b(?!{_NO_SCHOOL}\b)[a-z][\w'-]{{1,30}} uni(?:versity)?\b)"
            r"|\b(?:UCL|LSE|KCL|LSBU|UEL|SOAS|Goldsmiths|Oxbridge)\b"
        ),
    ),
    ("[school year]", re.compile(r"\b[Yy]ears?\s(?:1[0-3]|[1-9])\b")),
    (
        "[title]",
        re.compile(
            r"\b(?:Mr|Mrs|Ms|Miss|Mx|Sir|Madam|Lady|Lord|Dame|Rev|Reverend)\b\.?(?=\s[A-Z\[])",
            re.IGNORECASE,
        ),
    ),
    (
        "[partner]",
        re.compile(
            r"\b(?:ex-)?(?:husband|wife|girlfriend|boyfriend|fianc\w{1,2})\b", re.IGNORECASE
        ),
    ),
    (
        "[person]",
        re.compile(
            r"(?<=\bas a )(?:wo)?man\b|(?<=\bI am a )(?:wo)?man\b|(?<=\bI'm a )(?:wo)?man\b",
            re.IGNORECASE,
        ),
    ),
    (
        "[parent]",
        re.compile(
            r"(?<=\ba )(?:mother|father|mum|dad|grandmother|grandfather)(?=\s(?:of|to|myself)\b)"
            r"|(?<=\bas a )(?:mother|father|mum|dad|grandmother|grandfather)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "[age]",
        re.compile(
            r"\b(?:aged?|turned|the age of)\s\d{1,2}\b|\b\d{1,2}[\s-]years?[\s-]old\b",
            re.IGNORECASE,
        ),
    ),
    (
        "[date]",
        re.compile(
            rf"\b\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?{MONTH}\b(?:,?\s\d{{4}})?"
            rf"|\b{MONTH}\s(?:\d{{1,2}}(?:st|nd|rd|th)?,?\s)?\d{{4}}\b"
            r"|\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b|\b\d{4}-\d{2}-\d{2}\b",
            re.IGNORECASE,
        ),
    ),
    (
        "[year]",
        re.compile(r"\b(?:19|20)\d\ds?(?:\s?[-/\N{EN DASH}]\s?\d{2,4})?\b|(?<!\w)'\d\ds?\b"),
    ),
    (
        "[address]",
        re.compile(rf"\b(?:(?:Flat\s)?\d{{1,4}}[A-Za-z]?,?\s)?(?:{_CAPITAL}\s){{1,3}}{_STREET}\b"),
    ),
]
FIRST = 3  # of these before the names that are in them


# What may stand for words that were left out, besides what is hidden above.
NEUTRAL = frozenset(
    {
        *(word for word, _ in GENERAL),
        *(NAME, INITIALS, EMPLOYER),
        *("[address]", "[reference]", "[referee]", "[supporter]"),
        *("[place]", "[country]", "[language]", "[religion]", "[health]", "[left out]"),
    }
)
_MARK = re.compile("|".join(map(re.escape, sorted(NEUTRAL))), re.IGNORECASE)


def added(answer, copy):
    """The first piece of a copy that is not so in its answer, or nothing: a copy only leaves out.

    What stands between the words of ``NEUTRAL`` stands in the answer as well, letter by letter and
    in the same order, and at each of those words, and nowhere else, something is left out. Spaces
    and lines may fall otherwise.
    """
    answer, pieces = _even(answer), [_even(piece) for piece in _MARK.split(copy)]
    first, *others = pieces
    if not others:
        return "" if first == answer else _where(answer, first)
    if not answer.startswith(first):
        return _where(answer, first)
    at = len(first)
    for number, piece in enumerate(others, start=1):
        last = number == len(others)
        begins = len(answer) - len(piece) if last else answer.find(piece, at + 1)
        if begins <= at or not answer.startswith(piece, begins) or not answer[at:begins].strip():
            return piece[:40] or _MARK.findall(copy)[number - 1]
        at = begins + len(piece)
    return ""


def kept(copy):
    """How many letters and figures of an answer a copy leaves."""
    return sum(one.isalnum() for one in _MARK.sub("", copy))


def _even(text):
    return " ".join(unicodedata.normalize("NFC", text).split())


def _where(answer, copy):
    """The word of a copy at which it leaves its answer."""
    same = next((n for n, (a, b) in enumerate(zip(answer, copy, strict=False)) if a != b), None)
    if same is None:
        return copy[len(answer) :].strip() or "[left out]"
    return copy[copy.rfind(" ", 0, same + 1) + 1 :].split(" ")[0] or copy


def folded(text):
    """The same length, without accents and with one kind of apostrophe, to find things in."""
    return "".join(map(_plain, text))


def _plain(letter):
    if letter in "\u2018\u2019\u02bc\u0060\u00b4":
        return "'"
    if letter in "\u0142\u0141":
        return "l" if letter == "\u0142" else "L"
    if letter in "\u00f8\u00d8":
        return "o" if letter == "\u00f8" else "O"
    base = unicodedata.normalize("NFKD", letter)
    return base[0] if len(base) > 1 and unicodedata.combining(base[1]) else letter


def _words(name):
    """The words of a name that say something by themselves: not those of “a nurse who knows me”."""
    words = [word for word in re.split(r"[\s,;]+", name) if len(word) > 1 and not word.isdigit()]
    named = [word for word in words if word[0].isupper()] or words
    return [word for word in named if word.lower() not in NO_NAMES]


def parts(name):
    """A name's words; of a double name, each half as well."""
    words = _words(name)
    return words + [
        half for word in words for half in word.split("-") if "-" in word and len(half) > 2
    ]


def names(name, word):
    """A whole name and its parts."""
    return [(name, word), *((part, word) for part in parts(name))]


def own_names(name):
    """The candidate's own name: also its initials, and accounts that are called so."""
    words = _words(name)
    found = names(name, NAME)
    if 1 < len(words) < 5:
        found.append((" ".join(word[0] for word in words), INITIALS))
        found += [
            (f"{one} {other}", ACCOUNT)
            for one in words
            for other in words
            if one != other and len(one + other) > 5
        ]
    return found


def of_employer(name):
    """An employer's whole name, and the words that no other has."""
    words = [word for word in re.split(r"[\s,;()/&]+", name) if len(word) > 3]
    telling = [word for word in words if word[0].isupper() and word.lower() not in OF_EMPLOYERS]
    return [(name, EMPLOYER), *((word, EMPLOYER) for word in telling)]


def strings_of(application):
    """What identifies the candidate: pairs of a text and the word that stands for it."""
    known, found = [application.full_name], []
    emails, phones = [application.email], [application.phone]
    candidate = application.candidate
    if candidate is not None:
        known += [candidate.full_name, candidate.known_as]
        emails.append(candidate.email)
        phones.append(candidate.phone)
    for referee in application.referees.all():
        found += names(referee.name, "[referee]")
        emails.append(referee.email)
        phones.append(referee.phone)
    if application.supporter_name:
        found += names(application.supporter_name, "[supporter]")
    for name in known:
        found += own_names(name)
    found += [(email, "[e-mail]") for email in emails]
    found += [
        (before, "[e-mail]")
        for email in emails
        if len(before := email.split("@")[0]) > 3 and before not in OF_OFFICES
    ]
    found += [(phone, "[telephone]") for phone in phones]
    for job in application.jobs.all():
        found += of_employer(job.employer)
    for line in re.split(r"[\n,]+", application.address):
        found.append((line.strip(), "[address]"))
    found.append((application.reference, "[reference]"))
    return found


def _pattern(text, word):
    """A text however it is spaced and written; what is a word too only with its capital."""
    text = folded(unicodedata.normalize("NFC", text))
    digits = re.sub(r"\D", "", text)
    if len(digits) >= 9 and re.fullmatch(r"[\d\s()+-]+", text):
        return r"(?<!\d)" + r"[\s().-]*".join(digits) + r"(?!\d)"
    if word == INITIALS:
        letters = [re.escape(letter.upper()) for letter in text.split()]
        dotted, together = r"\.\s?".join(letters), "".join(letters)
        return rf"(?<![\w.])(?:{dotted}\.?|{together})(?!\w)"
    if word == ACCOUNT:
        body = r"[._-]?".join(re.escape(part) for part in text.split())
        return rf"(?i:[\w.@-]{{0,20}}{body}[\w.-]{{0,20}}\b)"
    body = r"\s+".join(_spellings(part) for part in text.split())
    alone = text.lower() in WORDS_TOO or len(text) == 2
    if alone or (word == EMPLOYER and " " not in text):
        upper = r"\s+".join(_spellings(part) for part in text.upper().split())
        body = f"(?:{body}|{upper})"
    else:
        body = f"(?i:{body})"
    return rf"(?<!\w){body}(?!\w)"


def _spellings(word):
    """O'Brien is OBrien too, and Anne-Marie is Anne Marie or Annemarie."""
    return re.escape(word).replace("'", "'?").replace(r"\-", r"[\s-]?")


def _replaced(text, pattern, word):
    """Found in the folded text, replaced in the text as it was written."""
    pieces, end = [], 0
    for match in re.finditer(pattern, folded(text)):
        pieces += [text[end : match.start()], word]
        end = match.end()
    return "".join(pieces) + text[end:]


def hide(text, strings):
    """The text with a neutral word for everything that may identify; ``strings_of`` gives those."""
    text = unicodedata.normalize("NFC", text)
    known = sorted(
        {pair for pair in strings if len(pair[0].strip()) > 1},
        key=lambda pair: (-len(pair[0]), pair[1] == ACCOUNT),
    )
    for word, pattern in GENERAL[:FIRST]:
        text = _replaced(text, pattern, word)
    for found, word in known:
        text = _replaced(text, _pattern(found.strip(), word), word)
    for word, pattern in GENERAL[FIRST:]:
        text = _replaced(text, pattern, word)
    # A letter beside a name is the rest of it: W. Grace, Hope R.
    text = re.sub(r"\b(?:[A-Z]\.\s?)+(?=\[name\])|(?<=\[name\])(?:\s[A-Z]\.)+", "", text)
    # A name and a surname side by side say nothing more than one of them.
    return re.sub(r"(\[[^\]\n]+\])(?:[\s-]+\1)+", r"\1", text)

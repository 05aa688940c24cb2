"""Days and months as people type them, and as the index holds them.

Whatever shows a day in its line is found by it, and so is what has it in its words.
"""

import re
from datetime import date

MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
NUMBERS = {name: number for number, name in enumerate(MONTHS, 1)}
SHORT = NUMBERS | {name[:3]: number for name, number in NUMBERS.items()} | {"sept": 9}
WEEKDAYS = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
SHORT_YEAR = re.compile(r"\b(\d{1,2})[/.](\d{1,2})[/.](\d{2})\b(?![/.]\d)")
OF_A_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?")
MOST = 4  # words of a day: with that of the week


def held(day):
    """The words by which an entry of this day is found: its day, its month, its day of any year."""
    if day is None:
        return ""
    year, month, of_month = day.isoformat().split("-")
    return f"d{year}{month}{of_month} m{year}{month} d{month}{of_month}"


def whole_years(text):
    """*12/3/26* is in this century."""
    return SHORT_YEAR.sub(r"\1 \2 20\3", text)


def terms(words):
    """What is looked for: for each word, or run of words that is a day or month, the phrases of
    which one must be there."""
    found, at = [], 0
    while at < len(words):
        for many in range(MOST, 0, -1):
            run = words[at : at + many]
            if len(run) == many and (phrases := _phrases(run)):
                found.append(phrases)
                at += many
                break
        else:
            found.append(((words[at],),))
            at += 1
    return found


def understood(found):
    """The days and months among what ``terms`` gave, as one writes them: *12 March 2026*."""
    written = (phrases[1] for phrases in found if len(phrases) > 1)
    return [" ".join(word.capitalize() for word in words) for words in written]


def _phrases(run):
    if run[0] in WEEKDAYS:
        run = run[1:]
    read = _read(run)
    if read is None:
        return ()
    word, written = read
    return tuple(dict.fromkeys([(word,), tuple(written.split()), tuple(run)]))


def _read(run):
    """(the word that the index holds, the day as it is written); None: it is none."""
    if len(run) == 3:
        first, second, third = run
        if second in SHORT:
            return _day(third, SHORT[second], first)
        if first in SHORT:
            return _day(third, SHORT[first], second)
        if len(first) == 4:
            return _day(first, second, third)
        return _day(third, second, first)
    if len(run) == 2:
        first, second = run
        if first in SHORT and _is_year(second):
            month = SHORT[first]
            return f"m{second}{month:02}", f"{MONTHS[month - 1]} {second}"
        of_month = OF_A_MONTH.fullmatch(first)
        if second in SHORT and of_month and 1 <= int(of_month[1]) <= 31:
            month, number = SHORT[second], int(of_month[1])
            return f"d{month:02}{number:02}", f"{number} {MONTHS[month - 1]}"
    return None


def _is_year(word):
    return len(word) == 4 and word.isascii() and word.isdigit()


def _day(year, month, of_month):
    number = OF_A_MONTH.fullmatch(str(of_month))
    if not (_is_year(year) and number and re.fullmatch(r"[0-9]{1,2}", str(month))):
        return None
    try:
        day = date(int(year), int(month), int(number[1]))
    except ValueError:
        return None
    return held(day).split()[0], f"{day.day} {MONTHS[day.month - 1]} {year}"

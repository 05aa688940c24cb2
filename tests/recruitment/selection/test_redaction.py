"""What a first redacted copy hides: every way in which people say who they are."""

import time

import pytest

from apps.recruitment.selection.redaction import hide, strings_of

from .. import making

pytestmark = pytest.mark.django_db


@pytest.fixture
def known():
    """What is known of a candidate, for a name and other facts."""

    def of(name="Will Grace", *, employers=(), **fields):
        fields = {"phone": "07700 900123", "email": "wilg73@mail.example"} | fields
        one = making.application(making.vacancy(state="open"), full_name=name, **fields)
        type(one.candidate).objects.filter(pk=one.candidate_id).update(
            full_name=name, known_as="", email=fields["email"], phone=fields["phone"]
        )
        one.candidate.refresh_from_db()
        for employer in employers:
            one.jobs.create(title="Porter", employer=employer, began="Spring")
        return strings_of(one)

    return of


@pytest.mark.parametrize(
    ("name", "text", "hidden"),
    [
        ("Hope Rose", "I hope to help.", "I hope to help."),
        ("Hope Rose", "hope rose, HOPE and Hope's", "[name], [name] and [name]'s"),
        ("Hope Rose", "hoperose92, @hope_rose, rose.hope", "[account], [account], [account]"),
        ("Hope Rose", "H.R., H. R. and HR", "[initials], [initials] and [initials]"),
        ("Will Grace", "W. Grace and Will G. came", "[name] and [name] came"),
        ("Will Grace", "They will say it with grace.", "They will say it with grace."),
        ("Ada Young", "When I was young and Mrs Young", "When I was young and [title] [name]"),
        ("Zoë O'Brien", "Zoe OBrien, Zoë O\u2019Brien, ZOË", "[name], [name], [name]"),
        ("Zoe O\u2019Brien", "zoë o'brien", "[name]"),
        ("Anne-Marie Dee", "Anne Marie, Annemarie; Marie", "[name], [name]; [name]"),
        ("Łukasz Żak", "Lukasz, and Zak", "[name], and [name]"),
        ("Zoe\u0308 Ng", "Zoë and Zoe\u0308", "[name] and [name]"),
        ("محمد علي", "أنا محمد علي", "أنا [name]"),
    ],
)
def test_every_way_of_writing_a_name(known, name, text, hidden):
    assert hide(text, known(name)) == hidden


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("0044 7700 900123 or (020) 8303-1234", "[telephone] or [telephone]"),
        ("07700.900.123", "[telephone]"),
        ("QQ 12 34 56 C, 943 476 5919", "[number], [number]"),
        ("wilg73 and me (at) mail dot com", "[e-mail] and [e-mail]"),
        ("linkedin.com/in/somebody or grace.co.uk", "[web page] or [web page]"),
        ("@wiseowl", "[account]"),
        ("I live at 14 Plumstead Road, SE18", "I live at [address], [postcode]"),
        ("kent university, the uni of Kent, UCL", "[school], the [school], [school]"),
        ("St. Mary's Primary, then Ravens Wood school", "[school], then [school]"),
        ("I left university and went to a college", "I left university and went to a college"),
        ("aged 34, I am 34 years old", "[age], I am [age]"),
        ("1998-2001 and 1998/99, class of \u201998", "[year] and [year], class of [year]"),
        ("my husband; as a woman; a dad of two", "my [partner]; as a [person]; a [parent] of two"),
        ("at Sainsburys and SAINSBURY'S", "at [employer] and [employer]"),
        ("Oddfellows taught me", "[employer] taught me"),
        ("I care for a group at home", "I care for a group at home"),
    ],
)
def test_what_else_tells_who_somebody_is(known, text, hidden):
    employers = ["Sainsbury\u2019s", "Oddfellows Care Group Ltd"]
    assert hide(text, known(employers=employers)) == hidden


@pytest.mark.parametrize("piece", ["A ", "a", "a.", "Aa ", "a-", "0 ", "2001 ", "W. ", "[name] "])
def test_the_longest_answer_is_gone_through_at_once(known, piece):
    found, began = known(), time.perf_counter()
    hide(piece * (10000 // len(piece)), found)
    assert time.perf_counter() - began < 5  # seconds; well under one when alone

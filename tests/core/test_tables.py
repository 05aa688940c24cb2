"""The tables of moves and acts: a system check follows every name that they give, or that asks."""

import pytest

from apps.core import checks
from apps.core.moves import EFFECTS, REQUIREMENTS, Act, Missing, Move, effect, requirement
from apps.groups.models import WorkingGroup

STATE = WorkingGroup.State
FORM = "groups.form_workinggroup"


def found():
    return [one.msg for one in [*checks.tables_are_whole(None), *checks.names_are_known(None)]]


@pytest.fixture
def table(monkeypatch):
    """Puts a row into the table of groups."""
    return lambda name, row: monkeypatch.setitem(WorkingGroup.moves, name, row)


@pytest.fixture
def declared(monkeypatch):
    """Requirements and effects declared here are forgotten afterwards."""
    for registry in (REQUIREMENTS, EFFECTS):
        monkeypatch.setattr(registry, "_items", list(registry))


def unheard_of(thing, by):
    yield Missing("Never.")


def test_all_tables_of_the_site_are_whole():
    assert found() == []


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (Move(("begun",), STATE.ACTIVE, FORM), "a state that there is not: begun"),
        (Move((STATE.ACTIVE,), "ended", FORM), "a state that there is not: ended"),
        (Act(("begun",), FORM), "a state that there is not: begun"),
        (Act((STATE.ACTIVE,), FORM, needs=("apps.groups.models.nothing",)), "what there is not"),
        (Act((STATE.ACTIVE,), FORM, needs=("apps.nowhere.at_all",)), "what there is not"),
        (Act((STATE.ACTIVE,), FORM, needs=(unheard_of,)), "not declared as requirement"),
        (Move((STATE.ACTIVE,), STATE.CLOSED, FORM, then=(unheard_of,)), "not declared as effect"),
    ],
)
def test_a_row_that_names_what_there_is_not(table, row, words):
    table("begin", row)
    assert [words in one for one in found()] == [True]


@pytest.mark.usefixtures("declared")
def test_a_rule_that_nobody_asks():
    requirement(unheard_of)
    effect(unheard_of)
    assert [one.rpartition(" ")[0] for one in found()] == [
        "No table asks",
        "No table brings about",
    ]


@pytest.mark.usefixtures("declared")
def test_a_rule_asked_by_its_path(table):
    requirement(unheard_of)
    path = f"{__name__}.unheard_of"
    table("begin", Act((STATE.ACTIVE,), FORM, needs=(path,)))
    assert found() == []


def test_a_state_that_no_move_reaches(monkeypatch):
    monkeypatch.delitem(WorkingGroup.moves, "close")
    assert any("no move reaches the state closed" in one for one in found())


@pytest.mark.parametrize("words", ["offer.state = State.MADE", 'setattr(self, "state", to)'])
def test_a_state_that_is_set_by_hand(settings, tmp_path, words):
    settings.BASE_DIR = tmp_path
    (tmp_path / "apps").mkdir()
    (tmp_path / "apps/one.py").write_text(words)
    assert found() == ["apps/one.py sets a state by hand."]


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("apps/one.py", 'group.move("wind_dwon", by=user)'),
        ("apps/one.py", 'meeting.permit(\n    "propse", by=user)'),
        ("apps/one.py", 'if meeting.may(self.request.user, "chnage"):'),
        ("apps/one.py", 'Suggestion.moves["tkae_up"].label'),
        ("templates/one.html", '{% if item|open_to:"acept" %}'),
        ("templates/one.html", '{% may item "acept" as may_accept %}'),
        ("templates/one.html", "{% url 'agenda_move' item.pk 'declien' %}"),
    ],
)
def test_a_name_that_is_no_move_and_no_act(settings, tmp_path, file, words):
    settings.BASE_DIR = tmp_path
    path = tmp_path / file
    path.parent.mkdir()
    path.write_text(words)
    assert len(found()) == 1
    assert found()[0].startswith(f"{file} asks for ")

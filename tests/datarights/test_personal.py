"""Every model is declared: what it holds about people, or that it holds nothing."""

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.test.utils import isolate_apps

from apps.core.personal import HELD, NOBODYS, RULES, undeclared

EVERY = apps.get_models(include_auto_created=True)


def test_every_model_is_declared_with_every_link_to_a_person():
    assert list(undeclared(EVERY)) == []


@isolate_apps("tests")
def test_the_test_fails_for_a_new_model_with_a_link_to_a_person():
    class Diary(models.Model):
        owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)

        class Meta:
            app_label = "tests"

        def __str__(self):
            return "Diary"

    Diary._meta.get_field("owner").remote_field.model = HELD_USER
    assert list(undeclared([*EVERY, Diary])) == ["tests.Diary is not declared"]
    NOBODYS[Diary] = "a mistake"
    try:
        assert list(undeclared([Diary])) == [
            "tests.Diary.owner links to people and is not declared"
        ]
    finally:
        del NOBODYS[Diary]


HELD_USER = apps.get_model(settings.AUTH_USER_MODEL)


@pytest.mark.parametrize("held", HELD.values(), ids=lambda held: held.model._meta.label)
def test_declarations_name_fields_that_exist(held, db):
    person = HELD_USER(pk=1, email="a@test.example")
    assert held.rows(person).count() == 0
    assert [rows.count() for _, rows in held.mentioning(person)] == [0] * len(held.mentions)
    names = {column.name for column in held.model._meta.concrete_fields}
    assert {*held.hide, *held.files, *held.scrub} <= names
    if isinstance(held.erase, dict):
        assert held.erase.keys() <= names
    files = {
        column.name
        for column in held.model._meta.concrete_fields
        if isinstance(column, models.FileField)
    }
    assert not (held.about or held.by_email) or files == set(held.files)


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.key)
def test_rules_say_all_that_the_page_shows(rule):
    assert rule.what
    assert rule.why
    assert rule.since
    assert rule.days() > 0

"""Text that a reader cannot see says nothing: in every form of the site, and as a reason."""

import pytest
from django import forms
from django.apps import apps
from django.urls import get_resolver

from apps.core.nhs import Form

NOTHING = [
    "\u200b",
    " \u200b\n",
    "\u2060",
    "\u00ad",
    "\ufe0f",
    "\u034f",
    "\u3164",
    "\u2800",
    "\ue000",
]


class Told(Form):
    reason = forms.CharField()
    feedback = forms.CharField(required=False, strip=False)
    password = forms.CharField(required=False, strip=False, widget=forms.PasswordInput)


@pytest.mark.parametrize("text", NOTHING)
def test_what_nobody_can_see_is_no_answer(text):
    form = Told({"reason": text, "feedback": text, "password": text})
    assert set(form.errors) == {"reason"}
    assert (form.cleaned_data["feedback"], form.cleaned_data["password"]) == ("", text)


@pytest.mark.parametrize("text", ["No", "7", "—", "…", "👍", "a\u200bb", "é", "e\u0301", "是"])
def test_what_can_be_seen_stays_as_it_was_typed(text):
    form = Told({"reason": text, "feedback": f" {text} \n"})
    assert form.is_valid()
    assert (form.cleaned_data["reason"], form.cleaned_data["feedback"]) == (text, f" {text} \n")


def test_every_form_of_ours_is_of_the_shared_kind():
    """So that none of them takes what nobody can see."""
    assert get_resolver().url_patterns  # loads all views, and with them all forms
    ours = {app.name for app in apps.get_app_configs() if app.name.startswith("apps.")}

    def kinds(kind):
        for one in kind.__subclasses__():
            yield one
            yield from kinds(one)

    odd = {
        f"{one.__module__}.{one.__qualname__}"
        for one in kinds(forms.BaseForm)
        if any(one.__module__.startswith(f"{name}.") for name in ours)
        and getattr(one.default_renderer, "__name__", "") != "NHSRenderer"
    }
    assert {name for name in odd if ".admin." not in name and not name.endswith("Mixin")} == set()

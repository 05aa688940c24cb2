"""Text that a reader cannot see says nothing: in every form of the site, and as a reason."""

import re
from copy import deepcopy

import pytest
from django import forms
from django.apps import apps
from django.urls import get_resolver

from apps.core import nhs
from apps.core.labels import in_a_sentence
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


class Addressed(Form):
    email = forms.EmailField()


@pytest.mark.parametrize("unseen", ["\u200b", "\u2060", "\u00ad", "\u3164", "\u202e", "\ue000"])
def test_an_address_with_what_nobody_can_see_is_refused(unseen):
    form = Addressed({"email": f"jo@hos{unseen}pital.example"})
    assert "a character in it that nobody can see" in str(form.errors["email"])
    assert Addressed({"email": "jo@hôpital.example"}).is_valid()


def test_every_form_of_ours_is_of_the_shared_kind():
    """So that none of them takes what nobody can see."""
    assert get_resolver().url_patterns  # loads all views, and with them all forms
    ours = {app.name for app in apps.get_app_configs() if app.name.startswith("apps.")}

    odd = {
        f"{one.__module__}.{one.__qualname__}"
        for one in kinds(forms.BaseForm)
        if any(one.__module__.startswith(f"{name}.") for name in ours)
        and getattr(one.default_renderer, "__name__", "") != "NHSRenderer"
    }
    assert {name for name in odd if ".admin." not in name and not name.endswith("Mixin")} == set()


def kinds(kind):
    for one in kind.__subclasses__():
        yield one
        yield from kinds(one)


def test_every_form_says_what_to_do_about_what_is_missing():
    """None says *This field is required*, nor *Select a valid choice*."""
    assert get_resolver().url_patterns
    ours = [one for one in kinds(nhs.NHSFormMixin) if issubclass(one, forms.BaseForm)]
    assert len(ours) > 200
    silent = []
    for kind in ours:
        assert kind.full_clean.__qualname__ in ("NHSFormMixin.full_clean", "Dated.full_clean")
        form = kind.__new__(kind)  # each asks for something else to begin with
        form.fields = deepcopy(getattr(kind, "base_fields", {}))
        form.say_what_is_missing()
        said = {name: str(one.error_messages["required"]) for name, one in form.fields.items()}
        silent += [f"{kind.__name__}.{name}" for name in said if said[name] == nhs.FRAMEWORKS_OWN]
        chosen = {
            name: one.error_messages.get("invalid_choice") for name, one in form.fields.items()
        }
        silent += [name for name, one in chosen.items() if str(one) in nhs.FRAMEWORKS_CHOICES]
        silent += [f"{kind.__name__}.{name}" for name in said if reads_oddly(said[name])]
    assert silent == []


def reads_oddly(words):
    """*Answer this: Starts at*, *Enter the begins at.*, *Enter where.*"""
    asks = words.startswith("Answer this: ") and not words.endswith("?")
    return asks or re.search(r" (at|by|as|from|to|most)\.$|^Enter (where|why|why not)\.$", words)


class Asked(Form):
    name = forms.CharField()
    nhs_number = forms.CharField(label="NHS number")
    where = forms.CharField(label="Where did you meet?")
    starts = forms.CharField(label="Starts at")
    paid = forms.ChoiceField(label="Paid by", choices=[("a", "A")], widget=forms.RadioSelect)
    words = forms.IntegerField(label="Words at most")
    what = forms.CharField(label="Say what it was")
    because = forms.CharField(label="Because …")
    place = forms.CharField(label="Where")
    secret = forms.CharField(label="New Password")
    kind = forms.ChoiceField(label="Kind of work", choices=[("a", "A")])
    read = forms.BooleanField(label="I have read it")
    theirs = forms.CharField(label="Their name")
    hers = forms.CharField(label="Her name")
    agrees = forms.ChoiceField(label="I agree", choices=[("a", "A")], widget=forms.RadioSelect)
    post = forms.CharField(label="Human Resources contact")
    plan = forms.FileField()
    own = forms.CharField(error_messages={"required": "Say it in your own words."})

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].label = "Your name"


def test_what_is_missing_is_said_in_the_words_of_its_label():
    assert {name: errors[0] for name, errors in Asked({}).errors.items()} == {
        "name": "Enter your name.",
        "nhs_number": "Enter the NHS number.",
        "where": "Answer this: Where did you meet?",
        "starts": "Fill in “Starts at”.",
        "paid": "Choose an answer for “Paid by”.",
        "words": "Fill in “Words at most”.",
        "what": "Say what it was.",
        "because": "Write the reason.",
        "place": "Say where.",
        "secret": "Enter the new password.",
        "kind": "Choose the kind of work.",
        "read": "Tick the box: I have read it.",
        "theirs": "Enter their name.",
        "hers": "Enter her name.",
        "agrees": "Choose an answer for “I agree”.",
        "post": "Enter the Human Resources contact.",
        "plan": "Choose a file.",
        "own": "Say it in your own words.",
    }


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("Publish the meeting", "publish the meeting"),
        ("I have been in touch", "I have been in touch"),
        ("Ask Human Resources", "ask Human Resources"),
        ("In force", "in force"),
        ("Human Resources", "Human Resources"),
        ("British Sign Language", "British Sign Language"),
        ("HR business partner", "HR business partner"),
        ("E-mail address", "e-mail address"),
        ("A British passport", "a British passport"),
        ("The organiser of a meeting that I go to", "the organiser of a meeting that I go to"),
    ],
)
def test_a_label_within_a_sentence_keeps_its_names(label, said):
    assert in_a_sentence(label) == said

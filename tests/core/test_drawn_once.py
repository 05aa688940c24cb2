"""What is drawn once for the same words is what would be drawn anew, for each."""

import re
from itertools import pairwise

import pytest
from django import forms
from django.core.paginator import Paginator
from django.test import RequestFactory
from django.utils.safestring import SafeString

from apps.core.forms import Form
from apps.core.templatetags.nhs import nhs_component, pagination


class Choosing(Form):
    keys = forms.MultipleChoiceField(label="Figures", widget=forms.CheckboxSelectMultiple)
    one = forms.ChoiceField(label="One")

    def __init__(self, *args, choices, once=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["keys"].is_drawn_once = once
        for field in self.fields.values():
            field.choices = choices


AS_TEXT = [("a", "<b>First</b>"), ("b", 'Second & "last"')]
AS_HTML = [(key, SafeString(words)) for key, words in AS_TEXT]


@pytest.mark.parametrize("given", [{}, {"keys": ["a"]}, {"keys": ["b"]}, {"keys": ["none"]}])
def test_boxes_are_the_same_drawn_once_or_anew_whatever_is_ticked_and_however_they_are_safe(given):
    for choices in (AS_TEXT, AS_HTML, AS_TEXT):
        once, anew = (
            str(Choosing(given, choices=choices, once=drawn)["keys"].as_field_group())
            for drawn in (True, False)
        )
        assert once == anew


def test_options_are_escaped_unless_they_are_safe_and_the_chosen_one_is_marked():
    html = str(Choosing({"one": "b"}, choices=AS_TEXT)["one"].as_field_group())
    assert '<option value="a">&lt;b&gt;First&lt;/b&gt;</option>' in html
    assert '<option value="b" selected>Second &amp; &quot;last&quot;</option>' in html
    assert ">Second & " in str(Choosing({}, choices=AS_HTML)["one"].as_field_group())


def test_a_tag_that_is_safe_and_one_that_only_reads_the_same_are_two():
    words = "<i>Late</i>"
    assert "&lt;i&gt;" in nhs_component("tag", text=words)
    assert "&lt;i&gt;" not in nhs_component("tag", text=SafeString(words))
    assert "&lt;i&gt;" in nhs_component("tag", text=words)


# --- numbers of pages -----------------------------------------------------------------------------
@pytest.mark.parametrize("many", range(2, 15))
def test_a_narrow_page_leaves_no_number_out_without_dots(many):
    """What a telephone shows: the first, the last, this one, the dots, and what is marked."""
    for number in range(1, many + 1):
        page = Paginator(range(many), 1).get_page(number)
        request = RequestFactory().get("/")
        html = pagination({"request": request}, page)
        items = re.findall(
            r'<li class="(nhsuk-pagination__item[^"]*)">\s*(.*?)\s*</li>', html, re.S
        )
        shown = []
        for place, (classes, inner) in enumerate(items):
            at_end = place in (0, len(items) - 1)
            if at_end or "--current" in classes or "--ellipsis" in classes or "between" in classes:
                shown.append(int(found[1]) if (found := re.search(r"Page (\d+)", inner)) else None)
        for one, following in pairwise(shown):
            assert None in (one, following) or following == one + 1, (number, shown)
        assert len(shown) <= 5  # of 45 pixels, they fit a telephone

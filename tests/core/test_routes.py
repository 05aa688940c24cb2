"""An address is looked for where its first word is used."""

import pytest
from django.urls import include, path, re_path, resolve
from django.urls.resolvers import URLResolver

from apps.core.routes import Beginning


def view(request):
    pass


@pytest.mark.parametrize(
    ("listed", "found", "passed_over"),
    [
        ([path("one/<int:pk>/", view), path("", view)], ["", "one/2/"], ["two/", "on/2/"]),
        ([path("one.csv", view)], ["one.csv"], ["one.csvs", "one/"]),
        ([path("", include([path("in/", view)]))], ["in/"], ["out/"]),
        ([path("in/", include([path("", view)]))], ["in/"], ["", "inner/"]),
        ([path("in", include([path("ner/", view)]))], ["inner/"], []),
        ([path("<slug:word>/", view)], ["any/"], []),
        ([re_path("^a[bc]/$", view)], ["ab/", "ac/"], []),
    ],
)
def test_a_list_is_passed_over_only_where_nothing_of_it_could_be(listed, found, passed_over):
    pattern = Beginning(listed)
    for address in found:
        assert pattern.match(address) is not None
        assert URLResolver(pattern, listed).resolve(address).func is view
    assert [one for one in passed_over if pattern.match(one)] == []


def test_few_addresses_are_tried_before_that_of_the_last_app():
    assert len(resolve("/reports/").tried) < 30

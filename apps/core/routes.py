"""Each app's own list of addresses, passed over where none has the first word asked for.

Django tries every address of every list in turn: for most pages, some three hundred.
"""

from functools import cached_property
from typing import Any

from django.urls import URLPattern, URLResolver, include
from django.urls.resolvers import RoutePattern


class Beginning(RoutePattern):
    """Of a whole list: ``words`` are the first of its addresses. None: it could be any."""

    def __init__(self, listed: Any) -> None:
        super().__init__("", is_endpoint=False)
        self.listed = listed

    @cached_property
    def words(self) -> frozenset[str] | None:
        found = set(_first_words(self.listed))
        return None if None in found else frozenset(found)

    def match(self, path: str) -> tuple[str, tuple[()], dict[str, Any]] | None:
        if self.words is not None and path.partition("/")[0] not in self.words:
            return None
        return path, (), {}


def _first_words(patterns: Any) -> Any:
    """Of each address; None of one that may begin with any word."""
    for one in patterns:
        route = str(one.pattern)
        word, slash, _ = route.partition("/")
        plain = isinstance(one.pattern, RoutePattern) and "<" not in word
        if isinstance(one, URLResolver) and plain and not route:
            yield from _first_words(one.url_patterns)
        elif plain and (slash or isinstance(one, URLPattern)):
            yield word
        else:
            yield None


def listed(module: str) -> URLResolver:
    """``path("", include(module))``."""
    urlconf, app_name, namespace = include(module)
    patterns = getattr(urlconf, "urlpatterns", urlconf)
    return URLResolver(Beginning(patterns), urlconf, app_name=app_name, namespace=namespace)

"""The page of the search, and what it remembers for each person."""

from dataclasses import replace
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.generic import TemplateView, View

from apps.core.models import record
from apps.core.searching import SEARCHED
from apps.core.templatetags.nhs import SEARCH_KEY_OFF

from . import days, finding
from .forms import Box
from .models import Remembered
from .ways import ways
from .words import terms


class Search(TemplateView):
    """What is found, by kind; near misses where nothing is; with an empty box what one had open."""

    template_name = "search/search.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        box = Box(self.request.GET, user)
        led = ways(user, box.wanted.text)
        wanted, page = box.wanted, None
        if wanted.kind:
            found, page = self._page(wanted)
        else:
            found = finding.find(user, wanted)
        leave_trace(user, found)
        parts = _parts(found, wanted.most)
        context = {"box": box, "selects": box.selects(found), "wanted": wanted, "page_obj": page}
        if not wanted.words:
            kept = finding.remembered(user)
            leave_trace(user, kept)
            context["pinned"] = [one for one in kept if one.pinned]
            context["opened"] = [one for one in kept if not one.pinned]
        elif not found:
            context["nearer"] = "" if led else finding.did_you_mean(user, wanted)
            context["days"] = days.understood(terms(wanted.text))
        return super().get_context_data(
            key_is_off=SEARCH_KEY_OFF in self.request.session,
            here=self.request.get_full_path(),
            ways=led,
            parts=parts,
            count=sum(part.counted for part in parts),
            is_more=any(part.is_more for part in parts),
            **context,
            **kwargs,
        )

    def _page(self, wanted):
        """One page of a kind; the last where there are fewer."""
        given = self.request.GET.get("page", "")
        number = int(given) if given.isascii() and given.isdigit() and len(given) < 6 else 1
        found = finding.find(self.request.user, replace(wanted, page=max(1, number)))
        if not found and number > 1:
            number = 1
            found = finding.find(self.request.user, wanted)
            if found and (last := -(-min(found[0].total, finding.MOST) // finding.PAGE)) > 1:
                number, found = last, finding.find(self.request.user, replace(wanted, page=last))
        total = min(found[0].total, finding.MOST) if found else 0
        return found, Paginator(range(total), finding.PAGE).get_page(number)


def leave_trace(user: Any, found):
    """Who is shown candidates leaves a trace, as with the list of them."""
    for source in {one.kind: SEARCHED.get(one.kind) for one in found}.values():
        if source.recorded and user.has_perm(source.recorded[1]):
            things = ", ".join(str(one.thing) for one in found if one.kind == source.kind)
            record(source.recorded[0], user, by=user, note=f"{source.label}: {things}")


class Part(NamedTuple):
    """What is found of a kind: those shown, and how many there are, as far as they are counted."""

    kind: str
    label: str
    total: int
    things: list
    most: int

    @property
    def is_more(self):
        return self.total > self.most

    @property
    def counted(self):
        return min(self.total, self.most)


def _parts(found, most):
    """Those with an exact hit first."""
    by_kind = {}
    for one in found:
        by_kind.setdefault(one.kind, []).append(one)
    order = [source.kind for source in SEARCHED]
    kinds = sorted(by_kind, key=lambda kind: (not by_kind[kind][0].exact, order.index(kind)))
    return [
        Part(kind, SEARCHED.get(kind).label, by_kind[kind][0].total, by_kind[kind], most)
        for kind in kinds
    ]


LARGEST = 2**63 - 1  # number of a thing that the database can hold


def _found(request, kind, thing):
    """The thing, if there is such a kind and this person sees it."""
    known = SEARCHED.get(kind) and thing <= LARGEST
    found = finding.one(request.user, kind, thing) if known else None
    if found is None:
        raise Http404
    leave_trace(request.user, [found])
    return found


class Key(View):
    """The key / goes to the box, or does so no longer, until one signs out."""

    def post(self, request):
        if request.session.pop(SEARCH_KEY_OFF, None) is None:
            request.session[SEARCH_KEY_OFF] = True
            messages.success(request, "The key / no longer goes to the search, until you sign out.")
        else:
            messages.success(request, "The key / goes to the search.")
        return redirect("search")


class Open(View):
    """Go to what was found, and remember that it was opened."""

    def get(self, request, kind, thing):
        found = _found(request, kind, thing)
        Remembered.opened(request.user, kind, thing)
        return redirect(found.url)


class Pin(View):
    """Pin a thing to the empty search, or take the pin out."""

    def post(self, request):
        kind, _, thing = request.POST.get("thing", "").partition("/")
        if not (thing.isascii() and thing.isdigit() and len(thing) < 19):
            raise Http404
        found = _found(request, kind, int(thing))
        if not Remembered.turn(request.user, kind, found.thing):
            words = f"You have {Remembered.AT_MOST} pins. Take one out first."
            messages.error(request, words)
        else:
            said = "Unpinned" if found.pinned else "Pinned"
            messages.success(request, f"{said}: {found.title}")
        back = request.POST.get("back", "")
        of_ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, None)
        return redirect(back if of_ours else "search")

"""Template tags: components of the NHS design system, English dates, forms."""

import re
from functools import cache, lru_cache

from django import template
from django.conf import settings
from django.forms.utils import flatatt
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from .. import dates, markdown, money, nhs, places, says
from ..labels import in_a_sentence
from ..models import CrisisContact

register = template.Library()

SEARCH_KEY_OFF = "search-key-off"  # in the session of whoever does not want it

register.filter("day", dates.day)
register.filter("shortday", dates.shortday)
register.filter("weekday", dates.weekday)
register.filter("clock", dates.clock)
register.filter("moment", dates.moment)
register.filter("due_words", dates.due_words)
register.filter("markdown", markdown.render)
register.filter("pounds", money.pounds)
register.filter("unlinked", says.unlinked)
register.filter("in_a_sentence", in_a_sentence)


@register.simple_tag
def nhs_component(component, **params):
    """One component, parameters as in the design system: {% nhs_component "tag" text="Draft" %}."""
    if component == "tag" and all(isinstance(one, str) for one in params.values()):
        return _drawn_tag(**params)
    return nhs.component(component, **params)


@register.simple_tag
def span(start, end):
    """``Monday 23 November 2026, 2pm to 3:30pm``."""
    return dates.span(start, end)


@register.filter
def nhs_field(field):
    """One form field as a component, whatever renderer its form has (allauth's, say)."""
    return nhs.field_group(field)


@register.simple_tag
def error_summary(*forms):
    """The error summary over all the forms of a page; nothing where there is no error."""
    errors = [error for form in forms if form and form.is_bound for error in nhs.error_list(form)]
    if not errors:
        return ""
    return nhs.component("error-summary", titleText="There is a problem", errorList=errors)


def tag_of(state):
    return _tag(state.label, state.colour)


@register.simple_tag
def state_tag(thing):
    """The state of a thing as a tag with its name, in its colour."""
    return tag_of(thing.State(thing.state))


@register.simple_tag
def phase_tag(thing):
    """The same for a thing whose state the clock has a say in: its ``phase``."""
    return tag_of(thing.phase)


@register.simple_tag
def answer_tag(thing):
    """The same for a thing that has an ``answer`` instead of a state."""
    return tag_of(thing.Answer(thing.answer))


def _tag(text, colour):
    return _drawn_tag(text=text, classes=f"nhsuk-tag--{colour}")


@lru_cache(maxsize=500, typed=True)  # typed: what is safe is not what only reads the same
def _drawn_tag(**params):
    """Drawn once for each: lists show the same few over and over."""
    return nhs.component("tag", **params)


@register.simple_block_tag
def card(content, heading="", href="", level="2", size="m"):
    """A card; with ``href`` the heading is the link."""
    if heading and href:
        heading = format_html('<a class="nhsuk-card__link" href="{}">{}</a>', href, heading)
    head = (
        format_html(
            '<h{0} class="nhsuk-card__heading nhsuk-heading-{1}">{2}</h{0}>', level, size, heading
        )
        if heading
        else ""
    )
    kind = "nhsuk-card nhsuk-card--clickable" if href else "nhsuk-card"
    return format_html(
        '<div class="{}"><div class="nhsuk-card__content">{}{}</div></div>',
        kind,
        head,
        mark_safe(content),  # noqa: S308 - already rendered by the template
    )


@register.simple_tag
def preview_ends():
    """Nothing to see, so long that a telephone shows nothing of an e-mail after its preview."""
    return mark_safe("&#847;&zwnj;&nbsp;" * 90)  # noqa: S308 - nothing of anybody in it


@register.tag
def flow(parser, token):
    """Write a paragraph of an e-mail on several lines; it is sent as one.

    Only the template's own line breaks go: those in what people typed stay.
    """
    nodes = parser.parse(("endflow",))
    parser.delete_first_token()
    for text in nodes.get_nodes_by_type(template.base.TextNode):
        text.s = re.sub(r"(?<!\n)\n(?!\n)", " ", text.s)
    return Flow(nodes)


class Flow(template.Node):
    def __init__(self, nodelist):
        self.nodelist = nodelist

    def render(self, context):
        return self.nodelist.render(context)


@register.simple_tag(takes_context=True)
def query(context, **changes):
    """The query string of this page with some values changed, for links in lists."""
    values = context["request"].GET.copy()
    for key, value in changes.items():
        if value in (None, ""):
            values.pop(key, None)
        else:
            values[key] = value
    return f"?{values.urlencode()}" if values else "?"


@register.simple_tag(takes_context=True)
def pagination(context, page, at=""):
    """Earlier and later pages of a list, ``at`` where it begins on a page that has more than it;
    nothing where all fits on one.
    """
    if not page or not page.has_other_pages():
        return ""

    def link(number):
        return query(context, page=number) + (at and f"#{at}")

    previous = {"href": link(page.previous_page_number())} if page.has_previous() else None
    following = {"href": link(page.next_page_number())} if page.has_next() else None
    items = []
    for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1):
        if number == page.paginator.ELLIPSIS:
            items.append({"ellipsis": True})
        else:
            items.append({"number": number, "href": link(number), "current": number == page.number})
    return nhs.component(
        "pagination",
        previous=previous,
        next=following,
        items=for_a_telephone(items),
        landmarkLabel="Pages",
    )


def for_a_telephone(items):
    """The same numbers, where a narrow page shows the first, the last, this one and the dots alone.

    What it would leave out without dots is shown there if it is one number, and has dots of its own
    if it is more: else *1 4* stood there.
    """
    found, hidden = items[:1], []
    for item in items[1:]:
        if not (item.get("ellipsis") or item.get("current") or item is items[-1]):
            hidden.append(item)
            continue
        if not (found[-1].get("ellipsis") or item.get("ellipsis")):
            if len(hidden) == 1:
                hidden[0]["classes"] = "app-pagination__between"
            elif hidden:
                found.append({"ellipsis": True, "classes": "app-pagination__dots"})
        found += [*hidden, item]
        hidden = []
    return found


@register.filter
def at(items, place):
    """The item at a place, counted from 0."""
    return items[place]


@register.filter
def label_lower(model):
    """A model as part of an address: ``groups.workinggroup``."""
    return model._meta.label_lower


@register.simple_tag
def attributes(**attrs):
    """HTML attributes from keyword arguments; None leaves one out."""
    return flatatt({key.replace("_", "-"): value for key, value in attrs.items()})


@register.simple_tag(takes_context=True)
def site_header(context):
    """The NHS header: the service's name, the menu, and the person signed in."""
    user = context.get("user")
    name = user.name if user is not None and user.is_authenticated else None
    items = tuple(tuple(item.items()) for item in context.get("navigation", ()))
    key = name is not None and SEARCH_KEY_OFF not in context["request"].session
    drawn = _header(context.get("site_name", "Oxleas Peer"), name, items, key)
    return mark_safe(drawn.replace(UNREAD, _unread(user)))  # noqa: S308 - a number of ours


UNREAD = "<!-- unread -->"  # in the header that is drawn once, for what is another each time


def _unread(user):
    """How many messages are new, beside the link to them; nothing where none is."""
    number = getattr(user, "unread", 0) or 0
    if not number:
        return ""
    return f" ({'9+' if number > 9 else number})<span class='nhsuk-u-visually-hidden'> new</span>"


@lru_cache(maxsize=500)
def _header(site_name, name, items, key):
    """Drawn once for all pages in the same place of the menu: it took a sixth of a page's time."""
    account: list[dict[str, str | bool]] = [{"href": reverse("account_login"), "text": "Sign in"}]
    if name is not None:
        account = [
            {"href": reverse("messages"), "html": mark_safe(f"Messages{UNREAD}")},  # noqa: S308
            {"href": reverse("profile"), "text": name, "icon": True},
            {"href": reverse("account_logout"), "text": "Sign out"},
        ]
    return nhs.component(
        "header",
        organisation=None,
        service={"text": site_name, "href": reverse("home")},
        search=None if name is None else _search(key),
        account={"items": account},
        navigation={"items": [dict(item) for item in items]},
    )


def _search(key):
    """The box on every page, for whoever is signed in; the key / goes there (``site.js``)."""
    return {
        "action": reverse("search"),
        "name": "q",
        "label": {"visuallyHiddenText": f"Search {settings.SITE_NAME}"},
        "attributes": {"data-key": True} if key else {},
    }


@register.simple_tag(takes_context=True)
def breadcrumbs(context):
    """The places above this page, by the design system; a way up on a telephone.

    Where a page gives ``up``, that is its address of one of them, with what was chosen there.
    """
    request, user = context.get("request"), context.get("user")
    if request is None or user is None:
        return ""
    up = context.get("up", "")
    kept = {up.partition("?")[0]: up}
    above = places.places_above(request.path, user, _at_hand(context))
    crumbs = tuple((kept.get(crumb.href, crumb.href), crumb.text) for crumb in above)
    return _breadcrumbs(crumbs) if crumbs else ""


def _at_hand(context):
    values = context.flatten()
    given = [*values.values()]
    if view := values.get("view"):
        given += vars(view).values()
    if form := values.get("form"):
        given.append(getattr(form, "instance", None))
    return places.at_hand(given)


@lru_cache(maxsize=500)
def _breadcrumbs(crumbs):
    items = [{"href": href, "text": text} for href, text in crumbs]
    return nhs.component("breadcrumb", items=items)


@register.simple_tag(takes_context=True)
def site_footer(context):
    """The NHS footer with the pages that everyone may read."""
    return _footer(context.get("trust_name", ""))


@cache
def _footer(trust_name):
    """Drawn once: it is the same on every page."""
    return nhs.component(
        "footer",
        meta={
            "items": [
                *({"href": reverse(name), "text": text} for name, text in places.FOR_EVERYBODY),
                {"href": reverse("worried"), "text": "Worried about someone?"},
                {"href": reverse("privacy"), "text": "Privacy"},
                {"href": reverse("accessibility"), "text": "Accessibility"},
                {"href": reverse("help"), "text": "Get help"},
            ]
        },
        copyright={"text": trust_name},
    )


@register.inclusion_tag("components/move_button.html")
def move_button(offer, href, text=""):
    """The button of a move, or what still stands in its way: {% move_button offer href %}."""
    return {"offer": offer, "href": href, "text": text or offer.label}


@register.inclusion_tag("components/said_no.html")
def said_no(press):
    """What the second person said instead of confirming: {% said_no press %}."""
    return {"press": press}


@register.simple_tag(takes_context=True)
def move_address(context, offer):
    """The page of another move of the thing whose move's page this is."""
    match = context["request"].resolver_match
    return reverse(match.url_name, kwargs=match.kwargs | {"name": offer.name})


@register.inclusion_tag("components/missing.html")
def still_missing(missing):
    """What still stands in the way: each with where it is mended, and whose turn it is."""
    return {"missing": missing}


@register.filter
def open_to(thing, name):
    """Whether a move or an act starts from where it stands: {% if item|open_to:"accept" %}."""
    return thing.open_to(name)


@register.simple_tag(takes_context=True)
def may(context, thing, name):
    """Whether the person could do it now: {% may item "accept" as may_accept %}."""
    return thing.may(context["user"], name)


@register.simple_tag
def crisis_contacts():
    """Whom to call when somebody may not be safe, in order."""
    return CrisisContact.listed()

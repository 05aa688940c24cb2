"""What every app's views are built from, and the pages that belong to no app."""

from http import HTTPStatus

from allauth.account.decorators import reauthentication_required
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, TemplateView, View
from django.views.generic.detail import SingleObjectMixin

from . import health, limits
from .exceptions import NotYet, StaleEdit
from .forms import MoveForm, SayNoForm
from .late import note_pressed, pressed_before
from .models import AuditEntry
from .moves import Move, Offer
from .needs import FIRST, waiting_for
from .places import ENTRIES, MORE, left_over, page_above, pages_under
from .sections import ASIDE, TOP, sections_of


# --- pieces -----------------------------------------------------------------------------------
class VisibleMixin:
    """Only what the person may see exists; anything else is 404."""

    def get_queryset(self):
        return super().get_queryset().visible_to(self.request.user)


class PermissionMixin:
    """Ask for ``perm`` on ``self.get_scope()`` before anything else: 403 where it is missing.

    ``get_scope`` finds its object with ``visible_to``, so what may not be seen is 404 first.
    """

    perm = ""

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm(self.perm, self.get_scope()):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_scope(self):
        return None


class AsksAgain:
    """Ask again who it is, before anything else of the page, if they did not show it just now.

    For what somebody else at an open device must not do. It stands after the mixin that asks who
    may. What was sent is kept, and goes on once they have shown it (allauth's own way).
    """

    asks_again = True

    def dispatch(self, request, *args, **kwargs):
        return reauthentication_required(super().dispatch)(request, *args, **kwargs)


def asks_again(view):
    """The same for a view that is a function; a decorator."""
    view = reauthentication_required(view)
    view.asks_again = True
    return view


class Confidential:
    """What others confided stands here: whoever opens it signs in with a second step.

    It stands after the mixin that asks who may. Demonstration accounts are exempt where they are of
    the second step (docs/adr/0005).
    """

    def is_of_others(self):
        """Whether this person would read what others confided; not what is their own."""
        return True

    def dispatch(self, request, *args, **kwargs):
        user = request.user
        exempt = settings.SECOND_FACTOR_EXEMPT_DEMO and user.is_demo
        if not (exempt or is_mfa_enabled(user)) and self.is_of_others():
            return redirect("second_factor")
        return super().dispatch(request, *args, **kwargs)


class Recorded:
    """A page that leaves a trace whenever it is shown, by whatever method somebody asked for it.

    A form that comes back as 422 shows what it showed before. What only leads on shows nothing.
    """

    def note_reading(self):
        """Write down who reads what."""
        raise NotImplementedError

    def dispatch(self, request, *args, **kwargs):
        answer = super().dispatch(request, *args, **kwargs)
        leads_on = 300 <= answer.status_code < 400
        if not leads_on and answer.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            self.note_reading()
        return answer


class PageFormMixin:
    """A page that is one form: title, fields, one button; bad input comes back as 422.

    ``free_writing`` puts *I am worried about someone* below the form: set it wherever people write
    in their own words. ``stale_words`` are said where somebody saved a ``Revised`` thing
    meanwhile: what was typed stays in the boxes and can be saved again (``stale_status``).
    """

    template_name = "components/form_page.html"
    page_title = ""
    intro = ""
    button = "Save"
    done_message = ""
    free_writing = False
    stale_words = ""
    stale_status = 422

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            page_title=self.get_page_title(),
            intro=self.intro,
            button=self.button,
            free_writing=self.free_writing,
            **kwargs,
        )

    def get_page_title(self):
        return self.page_title

    def form_valid(self, form):
        try:
            done = self.save(form)
        except NotYet as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        except StaleEdit as late:
            if not self.stale_words:
                raise
            return self.form_stale(form, late)
        if isinstance(done, HttpResponse):
            return done
        if self.done_message:
            messages.success(self.request, self.done_message)
        return redirect(self.get_success_url())

    def form_invalid(self, form):
        response = super().form_invalid(form)
        response.status_code = 422
        return response

    def form_stale(self, form, late):
        form.add_error(None, self.stale_words)
        form.data = form.data.copy()
        form.data["seen"] = late.subject.revision
        response = self.form_invalid(form)
        response.status_code = self.stale_status
        return response

    def save(self, form):
        """Carry out what the form asks for; may return a response of its own."""
        self.object = form.save()


class PageFormView(PageFormMixin, FormView):
    """A form that belongs to no single model instance."""


class LimitedMixin:
    """A form that needs no account: one place may send it so often an hour, then it is 429.

    ``limit`` names what is counted, and the setting that says how often. What is refused does not
    count: a thousand people of one trust share an address, and some mistype.
    """

    limit = ("", "")

    def form_valid(self, form):
        action, setting = self.limit
        try:
            limits.count(self.request, action, at_most=getattr(settings, setting))
        except limits.TooOften:
            form.add_error(None, limits.WAIT)
            response = self.form_invalid(form)
            response.status_code = 429
            return response
        response = super().form_valid(form)
        if response.status_code >= 400:
            limits.give_back(self.request, action)
        return response


def number_in(request, name, among, default):
    """A number from the address, one of ``among``; 404 for any other."""
    given = request.GET.get(name) or str(default)
    if not given.isdecimal() or int(given) not in among:
        raise Http404
    return int(given)


class MoveView(SingleObjectMixin, View):
    """Carry out one move of any Stateful model: GET explains and confirms, POST moves.

    Use as ``MoveView.as_view(model=Meeting)`` with ``pk`` and ``name`` in the URL; an ``only``
    set leaves out moves that have a page of their own. Where a move takes two people, the second
    confirms here what the first asked for, wherever the first did so, or says no; and the first can
    undo it.
    ``asks_again`` names the moves before which they show again who they are.
    """

    model = None
    only = None
    asks_again: tuple[str, ...] = ()
    template_name = "core/move.html"

    def dispatch(self, request, *args, **kwargs):
        name = kwargs["name"]
        lookup = {key: value for key, value in kwargs.items() if key != "name"}
        self.seen = self.model._default_manager.visible_to(request.user).filter(**lookup)
        try:
            self.object = get_object_or_404(self.seen)
        except Http404 as gone:
            raise pressed_before(request, gone) from None
        move = self.model.moves.get(name)
        if not isinstance(move, Move) or (self.only is not None and name not in self.only):
            raise Http404
        self.offer = Offer(self.object, name, move, request.user)
        if move.internal and self.offer.first is None:
            raise Http404
        if not self.object.permits(request.user, name):
            raise PermissionDenied
        again = reauthentication_required(enabled=name in self.asks_again)
        return again(super().dispatch)(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        return self.show(MoveForm(offer=self.offer))

    def post(self, request, *args, **kwargs):
        name, label = self.offer.name, self.offer.said
        if "take_back" in request.POST:
            self.object.take_back(name, by=request.user)
            messages.success(request, f"Taken back: {label}.")
            return redirect(self.object.get_absolute_url())
        if "no" in request.POST:
            return self.say_no(name, label)
        form = MoveForm(request.POST, offer=self.offer)
        if not form.is_valid():
            return self.show(form, status=422)
        try:
            note, seen = (form.cleaned_data.get(field, "") for field in ("note", "seen"))
            done = self.object.move(name, by=request.user, note=note, seen=seen)
        except NotYet as refusal:
            form.add_error(None, str(refusal))
            return self.show(form, status=422)
        if done:
            messages.success(request, self.offer.done or f"Done: {label}.")
        else:
            messages.success(request, half_done(self.offer))
        address = self.object.get_absolute_url()
        if self.seen.all().exists():
            return redirect(address)
        above = page_above(address, request.user)  # the move took it from their sight
        note_pressed(request, above)
        return redirect(above)

    def sections(self):
        """The parts that other apps add to this page: what to read before, say."""
        return sections_of("move", self.request.user, self.offer)

    def say_no(self, name, label):
        no = SayNoForm(self.request.POST, offer=self.offer)
        if no.is_valid():
            try:
                self.object.say_no(name, by=self.request.user, **no.cleaned_data)
            except NotYet as refusal:
                no.add_error("note", str(refusal))
            else:
                messages.success(self.request, f"You said no: {label}. Whoever asked is told.")
                return redirect(self.object.get_absolute_url())
        return self.show(MoveForm(offer=self.offer), no, status=422)

    def show(self, form, no=None, status=200):
        context = {"object": self.object, "move": self.offer, "form": form}
        context["sections"] = self.sections()
        if self.offer.first is not None:  # whoever disagrees has a way as well
            context["no"] = no or SayNoForm(offer=self.offer)
            offers = self.object.moves_for(self.request.user).values()
            context["others"] = [one for one in offers if one.name != self.offer.name]
        return render(self.request, self.template_name, context, status=status)


def half_done(move):
    """What somebody reads who pressed first."""
    return f"Half done: {move.said}. It waits for {move.both}."


def history(subject):
    """What happened to a thing, newest first, with who did it."""
    return AuditEntry.objects.about(subject).select_related("by")


# --- pages ------------------------------------------------------------------------------------
@login_not_required
def home(request):
    """The public front page, or for somebody signed in: what comes next and what needs them."""
    user = request.user
    if not user.is_authenticated:
        return render(request, "core/front.html")
    user = getattr(user, "_wrapped", user)  # the person, who is asked a thousand times here
    shows_all = request.GET.get("show") == "all"
    waiting = waiting_for(user, first=None if shows_all else FIRST)
    return render(
        request,
        "core/home.html",
        {
            "waiting": waiting,
            "shows_all": shows_all,
            "top": sections_of("home", user, waiting, where=TOP),
            "sections": sections_of("home", user, waiting),
            "aside": sections_of("home", user, waiting, where=ASIDE),
        },
    )


class Landing(TemplateView):
    """The page of an entry of the menu: what is under it. 403 where the menu has no such entry."""

    entry = ""
    template_name = "core/landing.html"

    def dispatch(self, request, *args, **kwargs):
        self.of = ENTRIES.get(self.entry)
        if not self.of.shown(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        parts = pages_under(self.entry, self.request.user)
        return super().get_context_data(entry=self.of, parts=parts, **kwargs)


class More(TemplateView):
    """What the menu has no room for, with the pages under it: nobody's way is longer for that."""

    template_name = "core/more.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        parts = [(one, pages_under(one.name, user)) for one in left_over(user)]
        return super().get_context_data(entry=ENTRIES.get(MORE), parts=parts, **kwargs)


@method_decorator(login_not_required, name="dispatch")
class PublicPage(TemplateView):
    """A page of text that anyone may read."""


# --- health -----------------------------------------------------------------------------------
@login_not_required
@never_cache
def healthz(request):
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain; charset=utf-8")


@login_not_required
@never_cache
def readyz(request):
    """Database, broker, mail server and scheduler answer; 503 names the part that does not.

    What is behind is named with it, and fails once it is behind for an hour; what the database
    does in place of another is named, and does not fail.
    """
    failing = health.failing()
    status = 503 if failing else 200
    body = {"status": "failing", "failing": failing} if failing else {"status": "ok"}
    if "database" not in failing:
        if behind := health.behind():
            body["seconds_behind"] = behind
        if fallen_back := health.fallen_back():
            body["fallen_back"] = fallen_back
    return JsonResponse(body, status=status)


# --- errors -----------------------------------------------------------------------------------
def bad_request(request, exception=None):
    context = {"interrupted": isinstance(exception, SessionInterrupted)}
    return render(request, "400.html", context, status=400)


def permission_denied(request, exception=None):
    return render(request, "403.html", status=403)


def not_found(request, exception=None):
    return render(request, "404.html", status=404)


def server_error(request):
    """No query and no context processor here: the database may be what failed."""
    reference = getattr(request, "id", "")
    return HttpResponse(render_to_string("500.html", {"reference": reference}), status=500)


def csrf_failure(request, reason=""):
    """A form that waited too long or came from elsewhere: say what to do."""
    return render(request, "403_csrf.html", status=403)


PAGE = 25


class FilteredMixin:
    """A list narrowed by a form in the address: ``filter_class`` cleans what is asked for.

    ``narrow(rows, **wanted)`` applies the values that were given. What is not understood is left
    out, so that a mistyped address shows the whole list.
    """

    filter_class = None
    paginate_by = PAGE

    @cached_property
    def filters(self):
        form = self.filter_class(self.request.GET)
        form.is_valid()
        return form

    @cached_property
    def wanted(self):
        return {key: value for key, value in self.filters.cleaned_data.items() if value}

    def get_queryset(self):
        return self.narrow(super().get_queryset(), **self.wanted)

    def get_context_data(self, **kwargs):
        return super().get_context_data(filters=self.filters, **kwargs)

"""Every message that the site sends: read, tried, put in other words, sent at another time."""

import re
from datetime import timedelta

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.generic import ListView, TemplateView, View

from apps.core import clock
from apps.core.exceptions import SAVED_AGAIN
from apps.core.models import AuditEntry, record
from apps.core.views import FilteredMixin, PageFormView, PermissionMixin

from ..kinds import KINDS, Kind, notify
from ..mail import content, letter, sample
from ..models import Delivery, ReminderRule
from .editing import CALLED, say, tell_of_change
from .forms import KindFilterForm, RuleForm, WordingForm, kinds_that
from .messages import Trial
from .models import NAMES, Wording, words_of


class GalleryMixin(PermissionMixin):
    perm = "notifications.change_wording"


class MessageKinds(GalleryMixin, FilteredMixin, ListView):
    """All kinds, by what they are about."""

    filter_class = KindFilterForm
    template_name = "notifications/gallery/list.html"

    def get_queryset(self):
        wanted = dict(self.wanted)
        if "changed" in wanted:
            texts = {one.kind for one in Wording.objects.all() if one.texts}
            moved = {rule.kind for rule in ReminderRule.objects.all() if is_moved(rule)}
            wanted["names"] = texts | moved
        return kinds_that(**wanted)

    def get_context_data(self, **kwargs):
        said = super().get_context_data(**kwargs)
        shown = [kind.name for kind in said["page_obj"]]
        rules = {}
        for rule in ReminderRule.objects.filter(kind__in=shown):
            rules.setdefault(rule.kind, []).append(rule)
        texts = Wording.objects.filter(kind__in=shown)
        changed = {one.kind for one in texts if one.texts}
        rows = [
            {
                "kind": kind,
                "when": times(rules.get(kind.name, ())),
                "is_changed": kind.name in changed,
                "is_moved": any(map(is_moved, rules.get(kind.name, ()))),
            }
            for kind in said["page_obj"]
        ]
        return said | {"rows": rows, "count": len(self.object_list)}


def is_moved(rule):
    """Whether it is otherwise than its kind came with."""
    kind = KINDS.get(rule.kind)
    came = {one.seed: (one.offset, one.audience, one.channel) for one in kind.defaults if kind}
    now = (rule.offset, rule.audience, rule.channel)
    return not rule.enabled or came.get(rule.seed) != now


def times(rules):
    """When it goes out, of its rules that are on: *7 days before and 1 day before*."""
    on = [rule.when for rule in rules if rule.enabled]
    return " and ".join(on) if on else "never: it is switched off"


class KindMixin(GalleryMixin):
    """One kind, in one of its cases."""

    @cached_property
    def kind(self):
        kind = KINDS.get(self.kwargs["name"])
        if kind is None:
            raise Http404
        return kind

    @cached_property
    def case(self):
        case = self.request.GET.get("case", "")
        if case and case not in self.kind.cases:
            raise Http404
        return case

    @cached_property
    def wording(self):
        """What the office changed; one that is not kept where it changed nothing."""
        kept = Wording.objects.filter(kind=self.kind.name, case=self.case).first()
        return kept or Wording(kind=self.kind.name, case=self.case)

    @property
    def page(self):
        return self.wording.get_absolute_url()


class MessageKind(KindMixin, TemplateView):
    """What it says, when, to whom; and what can be done with it."""

    template_name = "notifications/gallery/kind.html"

    @method_decorator(csp_update({"frame-src": [SELF]}))
    def dispatch(self, request, *args, **kwargs):
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        kind, wording = self.kind, self.wording
        rules = ReminderRule.objects.filter(kind=kind.name)
        came, now = kind.words(self.case), words_of(kind, self.case, wording.texts)
        changes = AuditEntry.objects.about_any(rules)
        if wording.pk:
            changes |= AuditEntry.objects.about(wording)
        return super().get_context_data(
            kind=kind,
            case=self.case,
            cases=[("", "In general"), *((name, one.when) for name, one in kind.cases.items())],
            rules=[(rule, kind.audiences.get(rule.audience, rule.audience)) for rule in rules],
            said=[(CALLED[name], getattr(now, name)) for name in NAMES],
            is_changed=now != came,
            is_lost=any(getattr(now, name) != text for name, text in wording.texts.items()),
            is_whole=type(kind).written is not Kind.written,
            seen=wording.revision,
            changes=changes.select_related("by")[:10],
            has_own=mine(kind, self.case, self.request.user) is not None,
            query=f"?case={self.case}" if self.case else "",
            **kwargs,
        )


_LINK = re.compile(r"<(/?)a(?=[ >])")


class MessageKindMail(KindMixin, View):
    """The e-mail itself: of examples, or of what its reader was last told themselves. It is to look
    at: nothing in it can be pressed."""

    @method_decorator(xframe_options_sameorigin)
    @method_decorator(
        csp_replace(
            {name: [NONE] for name in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]}
            | {"style-src": [UNSAFE_INLINE], "frame-ancestors": [SELF]}
        )
    )
    def dispatch(self, request, *args, **kwargs):
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        kind, reader = self.kind, request.user
        said = sample(kind, self.case, self.wording.texts)
        if "mine" in request.GET:
            said = mine(kind, self.case, reader) or said
        stop = "" if kind.essential else reverse("home")
        shown = letter(kind, said, reader, kind.essential, stop).html
        return HttpResponse(_LINK.sub(r"<\1span", shown).replace(" href=", " data-to="))


def mine(kind, case, reader):
    """What a message of this kind says to somebody of the thing of which they were last told; None
    where they were told of none in this case."""
    told = Delivery.objects.visible_to(reader).filter(occurrence__rule__kind=kind.name)
    last = told.select_related("occurrence__rule").order_by("-sent_at").first()
    subject = last and last.occurrence.subject
    if subject is None or not kind.wanted(last.occurrence.rule, subject, reader):
        return None  # it is no more as it was told, or they may not see it any more
    if kind.case(last.occurrence, reader) != case:
        return None
    return content(kind, last.occurrence, reader)


HOUR = timedelta(hours=1)
TRIALS = 20  # as many as somebody can read


class MessageKindTrial(KindMixin, View):
    """One e-mail of it, to whoever asks."""

    http_method_names = ["post"]

    def post(self, request, *args, **kwargs):
        now = clock.now()
        lately = Delivery.objects.visible_to(request.user).filter(sent_at__gt=now - HOUR)
        if lately.filter(occurrence__rule__kind=Trial.name).count() >= TRIALS:
            words = f"You have sent yourself {TRIALS} in the last hour. Please wait a little."
            messages.warning(request, words)
            return redirect(self.page)
        moment = int(now.timestamp() * 1000)
        data = {"kind": self.kind.name, "case": self.case}
        notify("notifications.trial", request.user, [request.user], version=moment, data=data)
        messages.success(request, f"We send it to {request.user.email}. Nobody else gets it.")
        return redirect(self.page)


class EditMixin(KindMixin):
    """For messages whose words can be changed; of others this page does not exist."""

    @cached_property
    def kind(self):
        kind = super().kind
        if kind.fixed:
            raise Http404
        return kind


class MessageKindWords(EditMixin, PageFormView):
    """Put it in other words. *Look at it first* shows it filled in, and keeps nothing."""

    form_class = WordingForm
    template_name = "notifications/gallery/words.html"
    page_title = "Change the words"
    button = "Save"
    stale_words = (
        f"{SAVED_AGAIN} Your words are still here: look at the message in another window, put both "
        "together, and save again."
    )

    def get_initial(self):
        words = words_of(self.kind, self.case, self.wording.texts)
        return {name: getattr(words, name) for name in NAMES} | {"seen": self.wording.revision}

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"kind": self.kind}

    def get_context_data(self, **kwargs):
        known = self.kind.known()
        return super().get_context_data(
            kind=self.kind,
            caption=self.kind.label,
            when=self.kind.cases[self.case].when if self.case else "",
            names=sorted(known.items()),
            page=self.page,
            **kwargs,
        )

    def form_valid(self, form):
        if "look" in self.request.POST:
            said = sample(self.kind, self.case, {k: v for k, v in form.texts.items() if v})
            return self.render_to_response(self.get_context_data(form=form, said=said))
        return super().form_valid(form)

    def save(self, form):
        seen = form.cleaned_data["seen"]
        if say(self.kind, self.case, seen, form.texts, by=self.request.user):
            messages.success(self.request, "Saved. Everybody who may change words is told.")
        return redirect(self.page)


class MessageKindOriginal(EditMixin, View):
    """One press: all words as they came."""

    http_method_names = ["post"]

    def post(self, request, *args, **kwargs):
        wording = self.wording
        if wording.pk and wording.texts:
            say(self.kind, self.case, wording.revision, dict.fromkeys(NAMES, ""), by=request.user)
        messages.success(request, "The words are as they came.")
        return redirect(self.page)


# --- when, to whom, how -------------------------------------------------------------------------
BEFORE_WHAT = "Before or after what it is about: the meeting, or the day by which something is due."


class RuleMixin(GalleryMixin, PageFormView):
    """One time at which a kind goes out. It is switched off, never deleted."""

    form_class = RuleForm
    template_name = "notifications/gallery/rule.html"
    page_title = "When it goes out"

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"kind": self.kind, "rule": self.rule}

    def get_context_data(self, **kwargs):
        intro = "" if self.kind.is_event else BEFORE_WHAT
        context = {"caption": self.kind.label, "kind": self.kind, "intro": intro}
        return super().get_context_data(**kwargs) | context

    def get_success_url(self):
        return reverse("message_kind", args=[self.kind.name])

    @transaction.atomic
    def save(self, form):
        was = "" if self.rule.pk is None else self.before
        by = self.request.user
        self.rule.save()
        note = f"Before: {was}. Now: {self.rule.in_words}." if was else self.rule.in_words
        entry = record("change_rule" if was else "add_rule", self.rule, by=by, note=note)
        tell_of_change(self.rule, entry)
        how = f"It goes out {self.rule.when}" if self.rule.enabled else "This time is switched off"
        messages.success(self.request, f"Saved. {how}. Everybody else who may change this is told.")


class MessageRule(RuleMixin):
    @cached_property
    def rule(self):
        """What somebody must not miss comes at the times that it came with, whatever others would
        like: those have no page. Further ones have."""
        rule = get_object_or_404(ReminderRule, pk=self.kwargs["pk"], kind__in=KINDS)
        if KINDS[rule.kind].stays_on and rule.seed:
            raise Http404
        self.before = rule.in_words
        return rule

    @cached_property
    def kind(self):
        return KINDS[self.rule.kind]


class MessageRuleAdd(RuleMixin):
    page_title = "Another time"

    @cached_property
    def kind(self):
        kind = KINDS.get(self.kwargs["name"])
        if kind is None or kind.is_event:
            raise Http404
        return kind

    @cached_property
    def rule(self):
        return ReminderRule(kind=self.kind.name, audience=next(iter(self.kind.audiences)))

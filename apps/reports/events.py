"""Who is told of what is to be signed, and of what became of it."""

from apps.core.models import FirstPress
from apps.core.moves import effect
from apps.groups.messages import office
from apps.notifications.kinds import ask, notify, others, void


def _members(group):
    return [membership.user for membership in group.people()]


@effect
def first_signature_falls(thing, entry):
    """Words or figures changed: whoever signed the ones before is asked again, and hears so.

    ``entry`` is None where nobody did it: something was counted anew.
    """
    waiting = FirstPress.objects.on(thing).waiting().filter(name="sign").select_related("by")
    for press in waiting.exclude(stands=thing.stands):
        void(thing)
        people = others([press.by], entry and entry.by)
        notify("reports.signature_fell", thing, people, version=press.pk)
        press.delete()


# --- texts ---------------------------------------------------------------------------------------
@effect
def text_to_sign(text, entry):
    ask("reports.text_to_sign", text, others(text.group.leads(), entry.by))


@effect
def text_signed(text, entry):
    void(text)
    notify("reports.text_signed", text, others(_members(text.group), entry.by), version=entry.pk)


@effect
def text_dropped(text, entry):
    void(text)


# --- reports -------------------------------------------------------------------------------------
@effect
def report_to_sign(report, entry):
    ask("reports.report_to_sign", report, others(report.scope.leads(), entry.by))


@effect
def report_signed(report, entry):
    void(report)
    people = others(_members(report.scope), entry.by)
    notify("reports.report_signed", report, people, version=entry.pk)


@effect
def report_decided(report, entry):
    """Those who can make it public."""
    void(report)
    people = {*report.scope.leads(), *office()}
    notify("reports.report_decided", report, people, version=entry.pk)


@effect
def report_published(report, entry):
    void(report)
    people = others(_members(report.scope), entry.by)
    notify("reports.report_published", report, people, version=entry.pk)


@effect
def report_changed(report, entry):
    """It is a draft again, is given up or is taken back: what was asked is void, and they read
    why.
    """
    void(report)
    people = others({*report.scope.leads(), *office()}, entry.by)
    notify("reports.report_changed", report, people, version=entry.pk)


@effect
def report_to_end(report, entry):
    """The other co-lead is asked to agree to change it, or to take it back."""
    ask("reports.report_to_end", report, others(report.scope.leads(), entry.by))


# --- public figures ------------------------------------------------------------------------------
@effect
def figures_settled(figures, entry):
    void(figures)
    people = others({*figures.scope.leads(), *office()}, entry.by)
    notify("reports.figures_settled", figures, people, version=entry.pk)

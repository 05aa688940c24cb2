"""Names and titles hold nothing that nobody can see: here, in Django admin, in names of files."""

import pytest
from django import forms
from django.apps import apps
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.test import RequestFactory
from django.urls import reverse

from apps.core.lines import Line, all_is_seen
from apps.core.models import CrisisContact
from apps.core.nhs import Form
from apps.core.uploads import Upload

from ..factories import UserFactory, just_shown, programme_user, working_group

SIGN_IN = "apps.accounts.backends.SignIn"
SAYS = "a character in it that nobody can see"
UNSEEN = ["\u202e", "\u200f", "\u2066", "\u200b", "\u2060", "\u00ad", "\ufeff", "\u3164", "\ue000"]
# Made by the site, named by its code, or a reason: no name and no title.
MADE = {
    *("accounts.Invitation.token_hash", "accounts.PutOff.key", "accounts.User.password"),
    "conversations.Photograph.name",
    *("core.AuditEntry.action", "core.AuditEntry.digest", "core.AuditEntry.note_digest"),
    *("core.AuditEntry.subject_id", "core.AuditSeal.digest", "core.AuditSeal.previous"),
    "core.CacheEntry.cache_key",
    *("core.FirstPress.name", "core.FirstPress.stands", "core.FirstPress.subject_id"),
    *(
        "datarights.DataExport.file",
        "datarights.Hold.thing_id",
        "governance.Extension.reason",
        "governance.FormatFile.name",
        "governance.Reading.reason",
    ),
    *("insight.Counted.count", "insight.Step.count", "insight.Step.parts"),
    *("insight.Tally.count", "insight.Tally.part"),
    *("governance.Response.code_hash", "meetings.Decision.reference", "meetings.Paper.name"),
    *("notifications.Delivery.action", "notifications.Delivery.error"),
    *("notifications.Delivery.title", "notifications.Delivery.url"),
    *("notifications.Occurrence.subject_id", "notifications.Preference.calendar_token"),
    *("notifications.ReminderRule.audience", "notifications.ReminderRule.kind"),
    *("notifications.Wording.case", "notifications.Wording.kind"),
    *("notifications.ReminderRule.seed", "payments.ClaimLine.key", "payments.Receipt.name"),
    *("recruitment.Edit.field", "recruitment.Envelope.token", "recruitment.Release.digest"),
    *("recruitment.Vacancy.source", "reports.SignedReport.digest", "taskgroups.Attachment.name"),
    *("search.Entry.file", "search.Entry.key", "search.Entry.kind", "search.Entry.reference"),
    *("search.Entry.state", "search.Entry.url", "search.Remembered.kind", "search.Stale.kind"),
}
OF_FILES = ("content_type", "sha256")


def lines():
    """The short texts of all things of ours, save choices."""
    for model in apps.get_models():
        if model.__module__.startswith("apps."):
            for field in model._meta.concrete_fields:
                is_text = isinstance(field, models.CharField) and not field.choices
                if is_text and type(field) in (models.CharField, Line) and field.max_length >= 30:
                    yield f"{model._meta.label}.{field.name}", field


def test_every_line_that_people_type_is_of_the_kind_that_is_seen():
    plain = {name for name, field in lines() if not isinstance(field, Line)}
    assert {name for name in plain if not name.endswith(OF_FILES)} == MADE


@pytest.mark.parametrize("unseen", UNSEEN)
def test_a_name_with_what_nobody_can_see_is_refused_on_the_site(unseen):
    class Named(Form):
        name = forms.CharField()

    form = Named({"name": f"Jo{unseen} Marsh"})
    assert form.errors["name"] == [f"“Name” has {SAYS}. Type it again, without copying it."]
    assert unseen in form["name"].value()


@pytest.mark.parametrize(
    "name",
    [
        *("Zoë O\u2019Brien-Nuñez", "e\u0301", "محمد", "שרה", "می\u200cشود", "क्\u200dष", "是"),
        *("❤\ufe0f", "👩\u200d👩\u200d👧", "🏳\ufe0f\u200d🌈", "Ward 3\t(east)", "a\u00a0b"),
    ],
)
def test_a_name_in_any_writing_stays_as_it_was_typed(name):
    all_is_seen(name)


@pytest.mark.parametrize("name", ["a\u200d", "\u200cJo", "Jo\u200d Marsh", "\ufe0f"])
def test_a_joiner_that_joins_nothing_is_refused(name):
    with pytest.raises(ValidationError, match=SAYS):
        all_is_seen(name)


@pytest.mark.django_db
def test_django_admin_asks_the_same_of_every_line(rf: RequestFactory):
    request = rf.get("/")
    request.user = UserFactory(is_superuser=True, is_staff=True)
    asked = set()
    for model, page in admin.site._registry.items():
        if not model.__module__.startswith("apps.") or not page.has_change_permission(request):
            continue
        form = page.get_form(request, fields=None if page.fieldsets else page.fields)
        for name, field in form.base_fields.items():
            kept = next((one for one in model._meta.fields if one.name == name), None)
            if isinstance(field, forms.CharField) and isinstance(kept, Line):
                with pytest.raises(ValidationError, match=SAYS):
                    kept.run_validators("a\u202eb")
                asked.add(f"{model._meta.label}.{name}")
    assert {"core.CrisisContact.name", "groups.WorkingGroup.name", "taskgroups.Stage.name"} <= asked


@pytest.mark.django_db
def test_given_an_administrator_when_a_name_turns_the_writing_then_refused(client):
    client.force_login(programme_user("Administrators", is_staff=True), SIGN_IN)
    just_shown(client)
    contact = CrisisContact.objects.first()
    url = reverse("admin:core_crisiscontact_change", args=[contact.pk])
    form = client.get(url).context["adminform"].form
    sent = {name: form[name].value() or "" for name in form.fields} | {"name": "Crisis \u202eline"}
    answer = client.post(url, sent)
    assert (answer.status_code, SAYS in answer.content.decode()) == (200, True)
    contact.refresh_from_db()
    assert "\u202e" not in contact.name


@pytest.mark.django_db
def test_given_a_member_when_their_name_turns_the_writing_then_refused(client):
    user = UserFactory(full_name="Jo Marsh")
    client.force_login(user, SIGN_IN)
    just_shown(client)
    answer = client.post("/profile/edit/", {"full_name": "Jo \u202ehsraM"})
    assert SAYS in answer.content.decode()
    user.refresh_from_db()
    assert user.full_name == "Jo Marsh"


def test_the_name_of_a_file_cannot_hide_its_ending():
    file = SimpleUploadedFile("invoice\u202efdp.txt", b"words")
    assert Upload.describe(file)["name"] == "invoicefdp.txt"


@pytest.mark.django_db
def test_a_search_finds_whatever_was_typed(client):
    client.force_login(programme_user("Programme office"), SIGN_IN)
    working_group(name="Peer group")
    answer = client.get("/people/", {"q": "Jo\u200e"})
    assert (answer.status_code, SAYS in answer.content.decode()) == (200, False)

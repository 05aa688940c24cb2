"""Pages about one's data that nobody of the matrix sees in every state, at both widths."""

import pytest
from django.urls import reverse

from apps.accounts.roles import ADMIN
from apps.core import sealing
from apps.core.models import record
from apps.datarights import export, retention
from apps.datarights.models import DataExport, DataRequest, Hold
from tests import factories as make

from ..factories import UserFactory, programme_user

pytestmark = pytest.mark.django_db(transaction=True)


def test_every_page_about_data_is_sound_at_both_widths(page, all_sound):
    admin, ann = programme_user(ADMIN, is_staff=True), UserFactory(full_name="Ann Abbott")
    done, refused, waiting, erasing = (
        DataRequest.ask(ann, kind, "About my telephone")
        for kind in ("correct", "object", "restrict", "erase")
    )
    done.move("take", by=admin)
    done.move("settle", by=admin, note="It is right now.")
    refused.move("refuse", by=admin, note="It has to stay.")
    DataRequest.objects.filter(pk=waiting.pk).update(due="2020-01-01")
    Hold.objects.create(person=ann, reason="A complaint", placed_by=admin)
    make.meeting(make.working_group())
    DataExport.ask(ann)
    export.make_waiting()
    DataExport.ask(admin)
    entry = record("write", ann, by=ann, note="A reason")
    sealing.seal()
    sealing.check()
    retention.run()
    visits = {
        ann: [
            reverse("data_rights"),
            reverse("data_copy"),
            reverse("consents"),
            done.get_absolute_url(),
            refused.get_absolute_url(),
            waiting.get_absolute_url(),
            reverse("data_request_move", args=[waiting.reference, "withdraw"]),
        ],
        admin: [
            reverse("data_rights"),
            reverse("data_requests"),
            waiting.get_absolute_url(),
            erasing.get_absolute_url(),
            reverse("data_request_erase", args=[erasing.reference]),
            reverse("data_request_move", args=[waiting.reference, "refuse"]),
            reverse("data_request_for", args=[ann.pk]),
            reverse("retention"),
            reverse("audit"),
            f"{reverse('audit')}?who={ann.pk}",
            f"{reverse('audit')}?person=zz",
            reverse("audit_entry", args=[entry.pk]),
        ],
    }
    all_sound(page, visits)

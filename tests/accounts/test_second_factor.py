"""The extra step: offered kindly, required for what others confided, and without a phone."""

import hashlib
import inspect
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt, encrypt
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from apps.accounts.models.support import ShareWith, SupportProfile
from apps.accounts.recovery_codes import USED, HashedCodes
from apps.accounts.roles import HR
from apps.accounts.second_factor import SHEET
from apps.core.views import Confidential
from apps.groups.roles import Role
from apps.meetings.models.people import SupportRequest
from apps.network.pairs.models import HelpContact
from tests import factories as make

from ..factories import UserFactory, appoint, programme_user, with_second_factor, working_group
from .conftest import PASSWORD, with_password
from .test_becoming import browser

pytestmark = pytest.mark.django_db
OFFER = "Add an extra step to your sign-in"


def is_offered(user):
    return OFFER in browser(user, shown=False).get("/").content.decode()


# --- offered ------------------------------------------------------------------------------------
def test_it_is_offered_to_those_to_whom_people_tell_things_and_to_nobody_else():
    group = working_group()
    lead, organiser, helper, member = make.leads(group)[0], *UserFactory.create_batch(3)
    for one in (organiser, member):
        appoint(group, one, Role.MEMBER)
    make.published(group, support_organiser=organiser)
    HelpContact.objects.create(user=helper, named_by=lead)
    assert [is_offered(one) for one in (lead, organiser, helper, member)] == [True] * 3 + [False]
    assert not is_offered(with_second_factor(lead))


def test_it_can_be_put_off_and_comes_back():
    lead = make.leads(working_group())[0]
    client = browser(lead)
    page = reverse("second_factor")
    assert "Ask me again in six weeks" in client.get(page).content.decode()
    client.post(page)
    assert not is_offered(lead)
    with time_machine.travel(timezone.now() + timedelta(weeks=6, hours=1)):
        assert is_offered(lead)


# --- required -----------------------------------------------------------------------------------
def test_others_confidential_words_open_only_with_it():
    group = working_group()
    lead, member = make.leads(group)[0], UserFactory()
    appoint(group, member, Role.MEMBER)
    meeting = make.published(group, support_organiser=lead)
    asked = SupportRequest.objects.create(
        meeting=meeting, user=member, organiser=lead, text="Mermaids"
    )
    SupportProfile.objects.create(user=member, what_helps="Mermaids", share_with=ShareWith.CO_LEADS)
    pages = [
        reverse("support_arrange", args=[asked.pk]),
        reverse("support_profile_of", args=[member.pk]),
    ]
    for page in pages:
        assert browser(lead).get(page)["Location"] == reverse("second_factor")
    assert b"Mermaids" in browser(member).get(pages[1]).content  # one's own
    with_second_factor(lead)
    for page in pages:
        assert b"Mermaids" in browser(lead).get(page).content


# Pages whose every reader has a second step by their role (second_factor.REQUIRED_OF).
BY_ROLE = {
    "OutcomeTold": "Human Resources",
    "Outcomes": "Human Resources",
    "PanelInterests": "the panel, and Human Resources",
    "RedactionPage": "Human Resources",
}


def pages(patterns):
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield getattr(pattern.callback, "view_class", None)
        elif pattern.namespace != "admin":
            yield from pages(pattern.url_patterns)


def test_each_page_on_which_a_reading_is_recorded_needs_it():
    """What is worth an entry in the audit trail when it is read was confided by somebody."""
    views = {one for one in pages(get_resolver().url_patterns) if one}
    ours = [one for one in views if one.__module__.startswith("apps.")]
    reads = {
        one
        for one in ours
        for function in filter(inspect.isfunction, vars(one).values())
        if function.__module__.startswith("apps.") and 'record("read' in inspect.getsource(function)
    }
    assert {one.__name__ for one in reads if not issubclass(one, Confidential)} == BY_ROLE.keys()


# --- without a phone ----------------------------------------------------------------------------
def signing_in(user):
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return client


def test_a_printed_sheet_is_an_extra_step_of_its_own(mailoutbox):
    user = with_password(programme_user(HR, second_factor=False))
    client = signing_in(user)
    assert client.get("/")["Location"] == reverse("second_factor")
    elsewhere = signing_in(user)
    answer = client.post(reverse("second_factor_sheet"), follow=True)
    codes = answer.context["unused_codes"]
    assert len(codes) == 10
    assert mailoutbox[-1].to == [user.email]
    assert client.get("/").status_code == 200
    assert elsewhere.get("/profile/")["Location"].startswith(reverse("account_login"))
    for code, works in ((codes[0], True), (codes[0], False), (codes[1], True)):
        fresh = signing_in(user)
        assert fresh.get("/profile/").status_code == 302
        fresh.post(reverse("mfa_authenticate"), {"code": code})
        assert (fresh.get("/profile/").status_code == 200) == works


def test_a_sheet_that_is_nearly_used_up_says_so_and_a_new_one_ends_it():
    user = with_password()
    client = signing_in(user)
    old = client.post(reverse("second_factor_sheet"), follow=True).context["unused_codes"]
    sheet = Authenticator.objects.get(user=user)
    sheet.data["hashes"][4:] = [USED] * 6
    sheet.save()
    client = signing_in(user)
    page = client.post(reverse("mfa_authenticate"), {"code": old[0]}, follow=True).content.decode()
    assert "Your sheet has 3 codes left" in page
    assert f'href="{reverse("second_factor_sheet")}">Print a new one now</a>' in page
    answer = client.post(reverse("second_factor_sheet"), follow=True)
    assert "Your printed sheet" in answer.content.decode()
    new = answer.context["unused_codes"]
    assert not set(old) & set(new)
    client = signing_in(user)
    client.post(reverse("mfa_authenticate"), {"code": old[1]})
    assert client.get("/profile/").status_code == 302


def test_whoever_has_an_app_gets_recovery_codes_the_usual_way():
    client = browser(programme_user(HR))
    answer = client.get(reverse("second_factor_sheet"))
    assert answer["Location"] == reverse("mfa_generate_recovery_codes")


# --- recovery codes are kept as hashes ------------------------------------------------------------
def test_recovery_codes_are_shown_once_and_kept_as_hashes(settings):
    settings.RECOVERY_CODE_ROUNDS = 600_000
    user = with_password()
    client = signing_in(user)
    codes = client.post(reverse("second_factor_sheet"), follow=True).context["unused_codes"]
    sheet = Authenticator.objects.get(user=user)
    salt = sheet.data["salt"].encode()
    assert len(bytes.fromhex(sheet.data["salt"])) == 16
    assert sheet.data["hashes"] == [
        hashlib.pbkdf2_hmac("sha256", code.encode(), salt, 600_000).hex() for code in codes
    ]
    assert sheet.data.keys() == {"hashes", "salt", "rounds", "viewed_at"}
    client.post(reverse("second_factor_sheet"))
    client.head(reverse("mfa_view_recovery_codes"))
    codes = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
    assert "****" not in codes
    again = client.get(reverse("mfa_view_recovery_codes"))
    words = again.content.decode()
    assert "You have 10 codes left." in " ".join(words.split())
    assert not any(code in words for code in codes)
    assert client.get(reverse("mfa_download_recovery_codes")).status_code == 403


@pytest.mark.differs
def test_recovery_codes_that_nobody_looked_at_do_not_stay_readable():
    user = with_password()
    client = signing_in(user)
    client.post(reverse("second_factor_sheet"))
    assert "unseen" in Authenticator.objects.get(user=user).data
    code = decrypt(Authenticator.objects.get(user=user).data["unseen"][0])
    client = signing_in(user)
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert client.get("/profile/").status_code == 200
    assert "unseen" not in Authenticator.objects.get(user=user).data


def test_codes_that_were_kept_as_the_library_does_are_hashed_and_still_work():
    user = with_password()
    data = {"seed": encrypt("5eed" * 20), "used_mask": 0b10}
    sheet = Authenticator.objects.create(user=user, type=SHEET, data=data)
    old = HashedCodes.__base__(sheet).generate_codes()
    for code, works in ((old[1], False), (old[2], True), (old[2], False)):
        client = signing_in(user)
        client.post(reverse("mfa_authenticate"), {"code": code})
        assert (client.get("/profile/").status_code == 200) == works
    sheet.refresh_from_db()
    assert sheet.data.keys() == {"hashes", "salt", "rounds", "viewed_at"}
    assert len(sheet.wrap().get_unused_codes()) == 8

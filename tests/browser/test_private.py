"""After signing out, nothing that was read comes back: shown with the browser's caches on."""

import shutil

import pytest

from apps.accounts.models.support import SupportProfile
from apps.accounts.roles import OFFICE

from ..environment import BROWSERS
from ..factories import UserFactory, programme_user
from .conftest import listening

SECRET = "Papers a week before; I am deaf in one ear."
WHOLE = [name for name in BROWSERS if "shell" not in name]


@pytest.fixture
def remembering_page(browser_type, browser_type_launch_args, browser_context_args):
    """A page of a browser that keeps pages for *Back*, as people's browsers do; tests' do not."""
    path = next(filter(None, map(shutil.which, WHOLE)), None)
    if path is None:
        pytest.skip("only a whole Chromium keeps pages for Back")
    launch = browser_type_launch_args | {"executable_path": path}
    browser = browser_type.launch(**launch, ignore_default_args=["--disable-back-forward-cache"])
    yield listening(browser.new_context(**browser_context_args).new_page())
    browser.close()


def back(page):
    """As the button does. Whether the page is a kept one tells ``persisted``."""
    page.evaluate("history.back()")
    page.wait_for_timeout(500)
    page.locator("h1").wait_for()


def test_back_after_signing_out_shows_nothing_that_was_private(remembering_page, sign_in):
    page, user = remembering_page, UserFactory(full_name="Amara Osei")
    page.add_init_script("onpageshow = event => { window.kept = event.persisted }")
    page.goto("/help/")
    page.goto("/accessibility/")
    back(page)
    assert page.evaluate("kept")  # this browser does keep what it may

    SupportProfile.objects.create(user=user, what_helps=SECRET)
    sign_in(page, user)
    page.goto("/profile/support/")
    assert page.locator("textarea").input_value() == SECRET
    page.locator("textarea").fill(f"{SECRET} Not sent yet.")
    page.get_by_role("link", name="Sign out").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_text("You have signed out").wait_for()
    for _ in range(2):
        back(page)
        assert SECRET not in page.content()
        boxes = page.locator("textarea").all()
        assert [box for box in boxes if SECRET in box.input_value()] == []


def test_before_a_session_ends_a_page_says_so_and_what_was_typed_stays(
    page, sign_in, sound, settings
):
    settings.SHORT_SESSION_IDLE, settings.SHORT_SESSION_MOST = 3600, 10 * 3600
    user, context = programme_user(OFFICE, full_name="Helen Marsh"), page.context
    sign_in(page, user)
    page.clock.install()
    page.goto("/profile/support/")
    assert "If you do nothing here for an hour" in page.locator(".app-session").inner_text()
    page.locator("textarea").fill(SECRET)
    page.clock.fast_forward("55:00")
    notice = page.get_by_role("status")
    notice.get_by_text("You will be signed out in 5 minutes").wait_for()
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"  # nobody is interrupted
    sound(page)
    notice.get_by_role("button", name="Stay signed in").click()
    notice.get_by_text("You stay signed in.").wait_for()
    assert page.evaluate("document.activeElement.getAttribute('role')") == "status"
    page.clock.fast_forward("01:00:00")
    notice.get_by_text("What you typed is still on this page, hidden.").wait_for()
    assert not page.locator("textarea").is_visible()
    sound(page)

    context.clear_cookies()
    sign_in(page, user)
    other = context.new_page()
    other.goto("/profile/")
    notice.get_by_text("You are signed in again. You can go on here.").wait_for()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("What helps you take part is saved.").wait_for()
    assert SupportProfile.objects.get(user=user).what_helps == SECRET


def test_signing_out_in_one_tab_leaves_nothing_to_read_in_another(page, sign_in):
    user, context = UserFactory(full_name="Amara Osei"), page.context
    SupportProfile.objects.create(user=user, what_helps=SECRET)
    sign_in(page, user)
    writing = context.new_page()
    for one in (page, writing):
        one.goto("/profile/support/")
    writing.locator("textarea").fill("Half a sent")
    leaving = context.new_page()
    leaving.goto("/accounts/logout/")
    leaving.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_role("heading", name="Sign in", exact=True).wait_for()
    assert SECRET not in page.content()
    writing.get_by_text("What you typed is still on this page, hidden.").wait_for()
    assert not writing.locator("textarea").is_visible()
    sign_in(page, user)
    page.goto("/profile/")
    writing.get_by_text("You are signed in again. You can go on here.").wait_for()
    writing.get_by_role("button", name="Save").click()
    writing.get_by_text("What helps you take part is saved.").wait_for()


def test_unsent_words_show_for_nobody_else(page, sign_in, settings):
    """Somebody else is in: no tab of theirs, nor a button in an older one, brings them back."""
    settings.SHORT_SESSION_IDLE, settings.SHORT_SESSION_MOST = 3600, 10 * 3600
    helen, ben = programme_user(OFFICE, full_name="Helen Marsh"), UserFactory(full_name="Ben Bell")
    context = page.context
    sign_in(page, helen)
    page.clock.install()
    second = context.new_page()
    for one, words in ((page, "Half a sentence"), (second, SECRET)):
        one.goto("/profile/support/")
        one.locator("textarea").fill(words)
    context.clear_cookies()
    bens = context.new_page()
    sign_in(bens, ben)
    bens.goto("/profile/support/")
    bens.locator("textarea").fill("Words of Ben")
    for one in (page, second):
        one.get_by_text("What you typed is still on this page, hidden.").wait_for()
    page.clock.fast_forward("55:00")
    assert page.get_by_role("button", name="Stay signed in").count() == 0
    page.evaluate(
        "person => new BroadcastChannel('session').postMessage({ person })", str(helen.pk)
    )
    bens.wait_for_timeout(500)
    assert not second.locator("textarea").is_visible()
    assert bens.locator("textarea").is_visible()  # and what Ben writes is not covered by it


def test_a_page_that_came_back_with_words_is_covered_and_not_left(page, sign_in):
    """Nothing was changed on it since: the words are those that were sent before."""
    user, context = UserFactory(full_name="Amara Osei"), page.context
    sign_in(page, user)
    page.goto("/profile/edit/")
    page.get_by_label("Name", exact=False).first.fill("")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("There is a problem").wait_for()
    context.clear_cookies()
    context.new_page().goto("/help/")
    page.get_by_text("What you typed is still on this page, hidden.").wait_for()

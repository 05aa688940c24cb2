"""The three kinds of browser that the tests drive are what they say."""

from ..factories import UserFactory


def test_the_front_page_fits_a_phone(phone_page, axe):
    phone_page.goto("/")
    assert phone_page.evaluate("innerWidth") == 320
    assert phone_page.evaluate("document.documentElement.scrollWidth") <= 320
    axe(phone_page)


def test_without_javascript_the_sign_in_form_works(no_js_page, base_url):
    user = UserFactory(email="nojs@test.example")
    user.set_password("tall green kettle")
    user.save()
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    no_js_page.goto("/accounts/login/")
    assert no_js_page.locator("body.js-enabled").count() == 0
    no_js_page.fill("[name=login]", user.email)
    no_js_page.fill("[name=password]", "tall green kettle")
    no_js_page.press("[name=password]", "Enter")
    no_js_page.wait_for_url(f"{base_url}/")
    assert no_js_page.locator("h1").inner_text().endswith("What needs you")


def test_signing_in_beside_the_form_makes_the_browser_that_person_s(page, sign_in):
    sign_in(page, UserFactory(full_name="Ada Wells"))
    page.goto("/")
    assert "Ada Wells" in page.locator("h1").inner_text()
    assert page.complaints == []

"""Every e-mail that the site sends, as a telephone and a narrow window show it, by day and dark."""

from html import escape
from types import SimpleNamespace

import pytest

from apps.accounts.mail import as_html
from apps.notifications.kinds import KINDS
from apps.notifications.mail import letter, sample
from apps.notifications.wording import put_in

READER = SimpleNamespace(
    pk=1, name="Bartholomew Featherstonehaugh-Cholmondeley", email="b@x.example"
)
LONG = "https://meet.test.example/" + "j" * 150  # what people paste, and cannot be broken

WIDER = """() => [...document.querySelectorAll('iframe')].map(frame => [
  frame.title, frame.contentDocument.documentElement.scrollWidth, frame.clientWidth
]).filter(([title, is, fits]) => is > fits || is === 0)"""


def mails():
    """(name, HTML) of each kind in each case: of examples, and of what hardly fits."""
    for kind in KINDS.values():
        for case in ("", *kind.cases):
            usual = sample(kind, case)
            worst = put_in(kind.words(case), kind.facts, dict.fromkeys(kind.placeholders, LONG))
            for name, said in (("usual", usual), ("worst", usual | worst)):
                made = letter(kind, said, READER, kind.essential, "https://test.example/stop")
                yield f"{kind.name} {case} {name}", made.html
    yield "account", as_html("Your code", f"Hello,\n\n123 456\n\n{LONG}", code="123 456")


@pytest.mark.parametrize("width", [320, 600])
def test_no_e_mail_is_wider_than_what_shows_it(page, width, db):
    made = list(mails())
    assert len(made) > 2 * len(KINDS)
    for start in range(0, len(made), 80):
        frames = (
            f'<iframe width="{width}" height="400" title="{name}" srcdoc="{escape(html)}"></iframe>'
            for name, html in made[start : start + 80]
        )
        page.set_content(f"<!DOCTYPE html>{''.join(frames)}")
        assert page.evaluate(WIDER) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "name",
    ["meetings.published", "notifications.digest", "accounts.invitation", "experience.asked"],
)
def test_it_can_be_read_by_day_and_dark(page, axe, name, scheme, db):
    kind = KINDS[name]
    made = letter(kind, sample(kind), READER, kind.essential, "https://test.example/stop")
    page.emulate_media(color_scheme=scheme)
    page.set_content(made.html)
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == {"light": "rgb(240, 244, 245)", "dark": "rgb(33, 43, 50)"}[scheme]
    axe(page)

"""The noticeboard: plain, moderated in the open, and quiet by e-mail."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from apps.core.exceptions import Conflict, NotYet
from apps.network.board.models import Post, PostReport
from apps.notifications.models import Delivery, Preference
from apps.search import index
from tests.factories import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.differs]


@pytest.fixture
def post(network, peer):
    return Post.write(network, by=peer, title="A room", text="Who knows a room?")


def page(client, url):
    return client.get(url).content.decode()


def test_newest_first_or_oldest_and_never_ranked(network, peer, sponsor, sign_in):
    first = Post.write(network, by=peer, title="First", text="x")
    second = Post.write(network, by=sponsor, title="Second", text="x")
    Post.write(network, by=sponsor, topic=first, text="A reply moves nothing")
    listed = sign_in(peer).get(reverse("board")).context["object_list"]
    assert list(listed) == [second, first]
    listed = sign_in(peer).get(reverse("board"), {"sort": "oldest"}).context["object_list"]
    assert list(listed) == [first, second]


def test_words_are_found_but_not_in_what_was_hidden(network, peer, lead, post, sign_in):
    other = Post.write(network, by=peer, title="Tea", text="At the garden, another room.")
    client = sign_in(lead)

    def found(words):
        return set(client.get(reverse("board"), {"q": words}).context["object_list"])

    assert found("room") == {post, other}
    assert found("garden") == {other}
    other.move("hide", by=lead, note="It names somebody.")
    assert found("room") == {post}
    assert "There is none." in client.get(reverse("board"), {"q": "garden"}).content.decode()


def test_the_file_holds_what_the_page_shows(network, peer, lead, post, sign_in):
    hidden = Post.write(network, by=peer, title="=Tea", text="Secret garden.")
    client = sign_in(peer)

    def lines():
        answer = client.get(reverse("board_csv"))
        return b"".join(answer).decode("utf-8-sig").splitlines()

    assert "'=Tea,Secret garden.,Shown" in lines()[1]
    hidden.move("hide", by=lead, note="It names somebody.")
    assert lines()[1].endswith(",,,,Hidden by a co-lead")
    assert "Who knows a room?" in lines()[2]


def test_given_a_post_then_it_comes_in_the_weekly_digest_unless_chosen_otherwise(
    network, peer, sponsor, post, sent, mailoutbox
):
    Preference.of(sponsor).choose(board="now")
    assert sent() == [("New on the noticeboard", sponsor.email)]
    in_app = Delivery.objects.filter(channel="in_app", occurrence__rule__kind="network.post")
    assert peer.pk not in in_app.values_list("recipient", flat=True)
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        others = [address for _, address in sent()]
    assert sponsor.email not in others
    assert len(others) == 2  # the two co-leads, in their digests


def test_given_a_reply_then_those_in_the_conversation_are_told(
    network, peer, sponsor, lead, post, sent
):
    """And do not wait for the weekly letter in which new posts come; whoever asked, for nothing."""
    sent()
    Post.write(network, by=sponsor, topic=post, text="I do.")
    assert sent() == [("A reply on the noticeboard", peer.email)]
    Post.write(network, by=lead, topic=post, text="So do I.")
    assert sorted(address for _, address in sent()) == sorted([peer.email, sponsor.email])
    Preference.of(peer).choose(board="weekly")
    with time_machine.travel("2026-11-23T23:00:00Z"):
        Post.write(network, by=lead, topic=post, text="At three?")
        assert sent() == [("A reply on the noticeboard", peer.email)]


def test_who_stopped_the_noticeboard_gets_no_reply_by_email(
    network, peer, sponsor, sent, mailoutbox
):
    Preference.of(peer).choose(board="none")
    first = Post.write(network, by=peer, title="First", text="x")
    Post.write(network, by=sponsor, topic=first, text="A reply")
    sent()
    assert [one.subject for one in mailoutbox if one.to == [peer.email]] == []


def test_given_hidden_before_it_left_then_nobody_gets_it(network, post, lead, sponsor, sent):
    Preference.of(sponsor).choose(board="now")
    post.move("hide", by=lead, note="About a person.")
    assert ("New on the noticeboard", sponsor.email) not in sent()


def test_hidden_is_shown_as_hidden_with_the_reason(network, peer, sponsor, lead, post, sign_in):
    post.move("hide", by=lead, note="It names somebody.")
    for person, reads in ((sponsor, False), (peer, True), (lead, True)):
        shown = page(sign_in(person), post.get_absolute_url())
        assert "It names somebody." in shown
        assert ("Who knows a room?" in shown) == reads
    listed = page(sign_in(sponsor), reverse("board"))
    assert "Hidden by a co-lead" in listed
    assert "A room" not in listed
    assert "A room" not in page(sign_in(sponsor), reverse("network"))
    with pytest.raises(NotYet):
        Post.write(network, by=sponsor, topic=post, text="But")
    post.move("unhide", by=lead)
    assert "Who knows a room?" in page(sign_in(sponsor), post.get_absolute_url())


def test_hiding_needs_a_reason(post, lead, sign_in):
    url = reverse("post_move", args=[post.pk, "hide"])
    assert sign_in(lead).post(url, {"note": ""}).status_code == 422


def test_the_author_changes_it_for_a_day_and_it_shows(post, peer, sponsor, sign_in):
    url = reverse("post_change", args=[post.pk])
    answer = sign_in(peer).post(url, {"title": "A bigger room", "text": "Anybody?"})
    assert answer.status_code == 302
    assert "(changed " in page(sign_in(sponsor), post.get_absolute_url())
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        answer = sign_in(peer).post(url, {"title": "Late", "text": "Late"})
        assert answer.status_code == 409
    with pytest.raises(Conflict), time_machine.travel(timezone.now() + timedelta(hours=25)):
        post.change(by=peer, title="Late", text="Late")
    with pytest.raises(PermissionDenied):
        post.change(by=sponsor, text="Not mine")


def test_given_removed_by_its_author_then_the_words_are_gone_and_the_trace_stays(
    network, post, peer, sponsor, sign_in
):
    reply = Post.write(network, by=sponsor, topic=post, text="I do.")
    post.move("remove", by=peer)
    post.refresh_from_db()
    assert (post.text, post.title) == ("", "Removed by its author")
    shown = page(sign_in(sponsor), post.get_absolute_url())
    assert "Removed by its author" in shown
    assert reply.text in shown


def test_given_a_report_then_the_co_leads_are_told_and_the_author_is_not(
    post, peer, sponsor, lead, sign_in, sent
):
    sent()
    url = reverse("post_report", args=[post.pk])
    assert sign_in(sponsor).post(url, {"reason": ""}).status_code == 422
    assert sign_in(sponsor).post(url, {"reason": "It names somebody."}).status_code == 302
    told = [address for subject, address in sent() if subject.startswith("Please look")]
    assert lead.email in told
    assert peer.email not in told
    assert "Look at a post that somebody reported" in page(sign_in(lead), "/")
    assert "It names somebody." in page(sign_in(lead), reverse("post_reports"))
    assert sign_in(sponsor).post(url, {"reason": "Again"}).status_code == 422
    PostReport.objects.get().move("settle", by=lead)
    assert ("Thank you for telling us", sponsor.email) in sent()
    assert "reported" not in page(sign_in(lead), "/")


def test_given_hidden_then_its_reports_are_settled(post, sponsor, lead):
    report = PostReport.make(post, by=sponsor, reason="x")
    post.move("hide", by=lead, note="Right.")
    report.refresh_from_db()
    assert report.state == "settled"


def test_whom_to_call_stands_wherever_people_write(network, post, peer, sign_in):
    client = sign_in(peer)
    for url in (
        reverse("board"),
        reverse("post_add"),
        reverse("post_reply", args=[post.pk]),
        reverse("practice_questions"),
        reverse("practice_add"),
        reverse("take_part"),
    ):
        shown = page(client, url)
        assert "I am worried about someone" in shown, url
        assert "116 123" in shown, url


def test_there_are_no_likes_and_no_counts():
    fields = {field.name for field in Post._meta.get_fields()}
    assert not [name for name in fields if "like" in name or "count" in name or "score" in name]


def test_somebody_outside_the_network_sees_nothing(post, sign_in):
    assert sign_in(StaffFactory()).get(post.get_absolute_url()).status_code == 404


def test_given_it_was_hidden_then_it_is_not_reported_and_a_reply_is_kept_in_its_box(
    post, sponsor, lead, sign_in
):
    post.move("hide", by=lead, note="It names somebody.")
    url = reverse("post_report", args=[post.pk])
    assert sign_in(sponsor).post(url, {"reason": "It names me."}).status_code == 409
    answer = sign_in(sponsor).post(reverse("post_reply", args=[post.pk]), {"text": "I know one."})
    assert answer.status_code == 422
    assert "I know one." in answer.content.decode()


def test_given_a_topic_is_hidden_then_its_replies_do_not_tell_its_title(
    network, peer, sponsor, lead, sign_in
):
    topic = Post.write(network, by=peer, title="Gertrude stole the money", text="x")
    Post.write(network, by=sponsor, topic=topic, text="Please keep calm.")
    index.follow()
    client = sign_in(sponsor)
    assert "Reply to" in page(client, f"{reverse('search')}?q=gertrude")
    topic.move("hide", by=lead, note="Names a person.")
    assert "Nothing found" in page(client, f"{reverse('search')}?q=gertrude")
    index.follow()
    assert "Nothing found" in page(client, f"{reverse('search')}?q=gertrude")
    assert "Gertrude" not in page(client, f"{reverse('search')}?q=calm")

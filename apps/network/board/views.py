"""The noticeboard, by when things were said: no likes, no counts, no ranking."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.views.generic import DetailView, ListView, View

from apps.core.clock import LONDON
from apps.core.exports import csv_response
from apps.core.views import PAGE, AsksAgain, FilteredMixin, PageFormView, VisibleMixin
from apps.groups.views import NetworkMixin

from .forms import BoardFilterForm, PostForm, PostReplyForm, ReportForm
from .models import Post, PostReport


class BoardMixin(NetworkMixin, FilteredMixin):
    filter_class = BoardFilterForm

    def posts(self):
        """What was posted on this network's board, as asked for."""
        posts = Post.objects.visible_to(self.request.user).filter(network=self.network).topics()
        if words := self.wanted.get("q"):
            posts = posts.saying(words)
        if self.wanted.get("sort"):
            posts = posts.reverse()
        return posts.select_related("author")


class Noticeboard(BoardMixin, ListView):
    """What was posted."""

    template_name = "network/board/list.html"

    def get_queryset(self):
        return self.posts()

    def get_context_data(self, **kwargs):
        user = self.request.user
        return super().get_context_data(
            wanted=self.wanted,
            may_write=user.has_perm("groups.propose_agenda", self.network),
            may_moderate=user.has_perm("groups.lead_workinggroup", self.network),
            **kwargs,
        )


class BoardExport(BoardMixin, AsksAgain, View):
    """The same list as a file: nothing that is not on the page of each post."""

    def get(self, request):
        rows = (
            (
                one.created_at.astimezone(LONDON).strftime("%Y-%m-%d %H:%M"),
                *((one.author.name, one.title, one.text) if one.is_shown else ("", "", "")),
                one.get_state_display(),
            )
            for one in self.posts().iterator()
        )
        header = ("When", "Who", "About", "What was said", "State")
        return csv_response("noticeboard.csv", header, rows)


class PostDetail(VisibleMixin, DetailView):
    """One post and its replies, in the order in which they were written."""

    queryset = Post.objects.topics().select_related("author", "network")
    template_name = "network/board/post.html"
    context_object_name = "post"

    def get_context_data(self, **kwargs):
        user, post = self.request.user, self.object
        replies = post.replies.select_related("author", "network").order_by("created_at", "pk")
        page = Paginator(replies, PAGE).get_page(self.request.GET.get("page"))
        moderates = user.has_perm("groups.lead_workinggroup", post.network)
        for one in [post, *page]:
            one.mine = one.author_id == user.pk
            one.may_read = one.is_read_by(user, moderates=moderates)
        return super().get_context_data(
            replies=page,
            moderates=moderates,
            may_reply=post.may(user, "reply"),
            **kwargs,
        )


class PostAdd(NetworkMixin, PageFormView):
    perm = "groups.propose_agenda"
    form_class = PostForm
    page_title = "Write on the noticeboard"
    button = "Post it"
    done_message = "It is on the noticeboard."
    free_writing = True

    def get_success_url(self):
        return self.post_made.get_absolute_url()

    def save(self, form):
        self.post_made = Post.write(self.network, by=self.request.user, **form.values())


class AboutPost:
    """A page about one post that I may see."""

    free_writing = True

    @cached_property
    def subject(self):
        seen = Post.objects.visible_to(self.request.user).select_related(
            "network", "author", "topic"
        )
        return get_object_or_404(seen, pk=self.kwargs["pk"])

    def dispatch(self, request, *args, **kwargs):
        self.check(request.user)
        return super().dispatch(request, *args, **kwargs)

    def check(self, user):
        """Raise PermissionDenied, or 404 through ``subject``."""
        return self.subject

    def get_context_data(self, **kwargs):
        topic = self.subject.topic or self.subject
        return super().get_context_data(post=self.subject, caption=topic.shown_title, **kwargs)

    def get_success_url(self):
        return self.subject.get_absolute_url()


class PostReply(AboutPost, PageFormView):
    form_class = PostReplyForm
    page_title = "Reply"
    button = "Post the reply"
    done_message = "Your reply is on the noticeboard."

    def check(self, user):
        if not user.has_perm("groups.propose_agenda", self.subject.network):
            raise PermissionDenied

    def save(self, form):
        topic = self.subject.topic or self.subject
        Post.write(self.subject.network, by=self.request.user, topic=topic, **form.values())


class PostChange(AboutPost, PageFormView):
    """Put right what I wrote; for some hours, and it shows."""

    page_title = "Change what you wrote"
    done_message = "Saved. That it was changed is shown."

    def check(self, user):
        if self.subject.author_id != user.pk:
            raise PermissionDenied

    def get_form_class(self):
        return PostReplyForm if self.subject.topic_id else PostForm

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"instance": Post.objects.get(pk=self.subject.pk)}

    def save(self, form):
        self.subject.change(by=self.request.user, **form.values())


class ReportPost(AboutPost, PageFormView):
    """Tell the co-leads."""

    form_class = ReportForm
    page_title = "Tell the co-leads about this"
    button = "Tell them"
    done_message = "Thank you. The co-leads will look at it."

    def save(self, form):
        PostReport.make(self.subject, by=self.request.user, reason=form.cleaned_data["reason"])


class Reports(NetworkMixin, ListView):
    """What was reported and not looked at yet, for the co-leads."""

    perm = "groups.lead_workinggroup"
    template_name = "network/board/reports.html"
    paginate_by = PAGE

    def get_queryset(self):
        waiting = PostReport.objects.visible_to(self.request.user).filter(
            state=PostReport.State.OPEN
        )
        return waiting.select_related("post__author", "post__topic", "reporter").order_by("pk")

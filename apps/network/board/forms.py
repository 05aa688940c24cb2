"""Writing on the noticeboard, and reporting what is not all right."""

from django import forms

from apps.core.forms import choice, words
from apps.core.nhs import Form, ModelForm

from .models import Post, PostReport


class BoardFilterForm(Form):
    """Which posts to show, and from which end. There is no ranking."""

    q = words("Words", help_text="In what was posted")
    sort = choice("In order of", [("oldest", "Oldest first")], "Newest first")


class PostForm(ModelForm):
    """Something new."""

    class Meta:
        model = Post
        fields = ["title", "text"]
        labels = {"title": "What is it about?", "text": "What would you like to say?"}
        help_texts = {
            "text": "Everybody in the network can read it. Think before you write about somebody "
            "else."
        }
        widgets = {"text": forms.Textarea(attrs={"rows": 6})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["title"].required = True

    def values(self):
        return {name: self.cleaned_data[name] for name in self.fields}


class PostReplyForm(PostForm):
    """An answer to it."""

    class Meta(PostForm.Meta):
        fields = ["text"]
        labels = {"text": "Your reply"}

    def __init__(self, *args, **kwargs):
        super(PostForm, self).__init__(*args, **kwargs)


class ReportForm(ModelForm):
    """What is not all right with it."""

    class Meta:
        model = PostReport
        fields = ["reason"]
        labels = {"reason": "What is not all right?"}
        help_texts = {
            "reason": "The co-leads of the network read it, and who sent it. The author does not."
        }
        widgets = {"reason": forms.Textarea(attrs={"rows": 4})}

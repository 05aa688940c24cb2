"""A page on which words are written: what somebody else saved meanwhile is shown beside them."""

from django.views.generic import TemplateView

from apps.core.differences import compared, differences
from apps.core.exceptions import IllegalMove, StaleEdit
from apps.core.views import PageFormView

from ..forms import VersionsForm


class WriteView(PageFormView):
    """Write the words of ``thing``, which has ``write``. A save from older words shows both texts,
    and loses neither.

    ``words`` are where they stand now: a thing with these fields.
    """

    page_title = "Write"
    done_message = "Saved."
    template_name = "reports/write.html"

    thing = None  # what is written

    @property
    def words(self):
        return self.thing

    def label(self, name):
        return self.words._meta.get_field(name).verbose_name

    def get_initial(self):
        words = self.words
        texts = {name: getattr(words, name) for name in self.form_class.TEXTS}
        return texts | {"seen": self.thing.revision}

    def get_context_data(self, **kwargs):
        first = self.thing.first_press("sign")
        signed_by = first and first.by
        return super().get_context_data(thing=self.thing, signed_by=signed_by, **kwargs)

    def get(self, request, *args, **kwargs):
        self.thing.check_open("write")
        return super().get(request, *args, **kwargs)

    def get_success_url(self):
        return self.thing.get_absolute_url()

    def save(self, form):
        mine = form.texts
        try:
            self.thing.write(by=self.request.user, seen=form.cleaned_data["seen"], **mine)
        except StaleEdit:
            return self.both_texts(mine)
        except IllegalMove:
            kept = [(self.label(name), text) for name, text in mine.items() if text]
            context = self.get_context_data(form=form, mine=kept)
            return self.render_to_response(context, status=409)
        return None

    def both_texts(self, mine):
        """Theirs as saved, mine in the boxes, and the words by which they differ."""
        words = self.words
        theirs = [
            (self.label(name), getattr(words, name), differences(getattr(words, name), text))
            for name, text in mine.items()
            if text != getattr(words, name)
        ]
        form = self.form_class(initial=mine | {"seen": self.thing.revision})
        context = self.get_context_data(form=form, theirs=theirs)
        return self.render_to_response(context, status=409)


class VersionsView(TemplateView):
    """Every save of what is written, and what changed between two. ``thing`` has ``saves``."""

    template_name = "reports/versions.html"

    thing = None

    def get_context_data(self, **kwargs):
        saves = self.thing.saves.select_related("by").order_by("-number")
        numbers = list(saves.values_list("number", flat=True))
        form = VersionsForm(self.request.GET or None, numbers=numbers)
        asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
        new = asked.get("new") or numbers[0]
        old = asked.get("old") or max((one for one in numbers if one < new), default=new)
        form.initial = {"old": old, "new": new}
        found = {one.number: one for one in saves.filter(number__in=[old, new])}
        changed, same = compared(found[old], found[new])
        return super().get_context_data(
            thing=self.thing,
            form=form,
            old=found[old],
            new=found[new],
            changed=changed,
            same=same,
            **kwargs,
        )

"""Which period is shown, and beside what."""

from django import forms

from apps.core.forms import Form

from .periods import Period, label, name, running, shortcuts, usual

BESIDE_PROGRAMME = "programme"


class PeriodForm(Form):
    """Whole quarters, from one to another; nothing chosen is the last twelve months.

    ``others`` are the groups that may stand beside this one, and ``programme`` says whether the
    programme may; without any of both nothing is asked.
    """

    def __init__(self, data, *, since, others=(), programme=False):
        super().__init__(data)
        every = Period(min(since, running()), running()).quarters[::-1]
        self.quarters = {name(one): one for one in every}
        choices = [(key, label(one)) for key, one in self.quarters.items()]
        self.usual, self.offered = usual(), shortcuts(since).values()
        for field, words, start in (
            ("from", "From", self.usual.first),
            ("to", "To", self.usual.last),
        ):
            if start not in self.quarters.values():
                start = every[-1]
            self.fields[field] = forms.ChoiceField(
                label=words,
                choices=choices,
                required=False,
                initial=name(start),
                error_messages={"invalid_choice": f"Choose a quarter for “{words}” from the list."},
            )
            self.fields[field].hide_optional = True
        if others or programme:
            offered = [(BESIDE_PROGRAMME, "The programme")] if programme else [("", "Nothing")]
            offered += [(group.slug, group.name) for group in others]
            self.fields["beside"] = forms.ChoiceField(
                label="Beside it",
                choices=offered,
                required=False,
                error_messages={"invalid_choice": "Choose what stands beside it from the list."},
            )
            self.fields["beside"].hide_optional = True
        if not any(self.data.get(one) for one in ("from", "to")):
            self.data = {
                **{key: self.data.get(key) for key in self.data},
                "from": self.fields["from"].initial,
                "to": self.fields["to"].initial,
            }

    def clean(self):
        given = super().clean()
        first, last = given.get("from"), given.get("to")
        if first and last and self.quarters[first] > self.quarters[last]:
            self.add_error("to", "“To” must not be before “From”.")
        return given

    @property
    def period(self):
        """What is to be shown: the usual period while something in the form is wrong."""
        if not self.is_valid():
            return self.usual
        first = self.quarters.get(self.cleaned_data["from"], self.usual.first)
        last = self.quarters.get(self.cleaned_data["to"], max(first, self.usual.last))
        return Period(first, last)

    @property
    def is_chosen(self):
        """Whether it shows what no link beside it does."""
        return bool(self.data.get("beside")) or self.period not in self.offered

    @property
    def chosen_beside(self):
        """The slug of the group that stands beside it, BESIDE_PROGRAMME, or nothing."""
        if "beside" not in self.fields:
            return ""
        chosen = self.cleaned_data.get("beside") if self.is_valid() else ""
        return chosen or self.fields["beside"].choices[0][0]

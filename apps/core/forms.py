"""Forms that every app shares."""

from django import forms

from .nhs import Form


class MoveForm(Form):
    """Confirmation of a move; with a reason where the move asks for one."""

    note = forms.CharField(
        label="Reason",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        help_text="People affected can read this. Keep private details out of it.",
    )

    def __init__(self, *args, move, **kwargs):
        super().__init__(*args, **kwargs)
        if not move.reason:
            del self.fields["note"]

"""What a form says beside a field that is empty, too long, or has a choice that there is not: in
the field's own words, in place of the framework's.
"""

import re

from django import forms

from .labels import in_a_sentence

FRAMEWORKS_OWN = str(forms.Field.default_error_messages["required"])
FRAMEWORKS_CHOICES = {
    str(kind.default_error_messages["invalid_choice"])
    for kind in (
        forms.ChoiceField,
        forms.MultipleChoiceField,
        forms.ModelChoiceField,
        forms.ModelMultipleChoiceField,
    )
}
# What reads well after *Enter* or *Choose* as it is.
WITHOUT_ARTICLE = re.compile(
    r"(the|an?|another|one|what|who|whom|whose|when|where|which|why|how|whether|if|your|their|my|our|its"
    r"|his|her|this|that|these|those|each|any|all|every|anything|anybody|at|on|in|from|to|until|by)\b",
    re.IGNORECASE,
)
# *Begins at*, *Paid by*, *I agree*: no thing that somebody could enter.
NO_NOUN = re.compile(r"(^|\s)(at|by|as|from|to)$|\bat most$|^I\b", re.IGNORECASE)
# *Say what it was* is one already.
AN_ORDER = re.compile(r"^(say|describe|give|write|tell) ", re.IGNORECASE)
BECAUSE = re.compile(r"^because\W*$", re.IGNORECASE)
# *Where*, *Why not*: a question of its own.
ASKS = re.compile(r"^(where|why|when|who)( not)?$", re.IGNORECASE)
CHOSEN = forms.Select | forms.RadioSelect | forms.CheckboxSelectMultiple


TOO_LONG = (
    "This is too long: at most %(limit_value)d characters fit here, and it has %(show_value)d."
)


def missing(label, widget):
    """What to do about an empty field of this label."""
    label = label.strip().rstrip(".:")
    if isinstance(widget, forms.FileInput):
        return "Choose a file."
    if isinstance(widget, forms.CheckboxInput):
        return f"Tick the box: {label}."
    if label.endswith("?"):
        return f"Answer this: {label}"
    if AN_ORDER.search(label):
        return f"{label}."
    if BECAUSE.search(label):
        return "Write the reason."
    chosen = isinstance(widget, CHOSEN)
    if NO_NOUN.search(label):
        return f"{'Choose an answer for' if chosen else 'Fill in'} “{label}”."
    if ASKS.search(label) and not chosen:
        return f"Say {label.lower()}."
    label = in_a_sentence(label.replace(" Password", " password"))  # as allauth has it
    article = "" if WITHOUT_ARTICLE.match(label) else "the "
    return f"{'Choose' if chosen else 'Enter'} {article}{label}."

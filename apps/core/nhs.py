"""The NHS design system: its own Jinja macros, called from Django templates and forms."""

from functools import cache, lru_cache
from html import escape

import jinja2
from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates
from django.forms.utils import pretty_name
from django.template.loader import get_template
from django.utils.functional import Promise
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from markupsafe import Markup

from .lines import NAMES, UNSEEN, all_is_seen
from .missing import FRAMEWORKS_CHOICES, FRAMEWORKS_OWN, TOO_LONG, missing
from .says import has_a_shape, says_something


# --- components -----------------------------------------------------------------------------
class _Environment(jinja2.Environment):
    """Components take in others each time that they are drawn, and Jinja then looks whether they
    were given globals of their own. None is: with one dict for all, that is seen at once.
    """

    def make_globals(self, d):
        return self.globals


@cache
def _environment():
    return _Environment(
        loader=jinja2.PackageLoader("nhsuk_frontend_jinja"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.ChainableUndefined,
    )


@cache
def _macro(name):
    words = name.split("-")
    function = words[0] + "".join(word.title() for word in words[1:])
    module = _environment().get_template(f"nhsuk/components/{name}/macro.jinja").module
    return getattr(module, function)


def component(name, /, **params):
    """The HTML of one component of the NHS design system, e.g. ``component("tag", text="Draft")``.

    Names and parameters are those of the design system's own documentation. Text is escaped;
    what Django marked safe stays as it is.
    """
    return mark_safe(str(_macro(name)(_plain(params))))  # noqa: S308 - autoescaped by Jinja


def _plain(value):
    """Parameters as Jinja expects them: plain text, and Markup where Django says safe."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Promise):
        value = str(value)
    if isinstance(value, SafeString):
        return Markup(value)  # noqa: S704 - already marked safe by Django
    return value


# --- form fields ----------------------------------------------------------------------------
class NHSBoundField(BoundField):
    """A field that renders itself as a component of the design system."""

    @property
    def data(self):
        """What was sent; text that nobody can see is none, whatever letters it is made of."""
        sent = super().data
        is_text = isinstance(self.field, forms.CharField) and isinstance(sent, str)
        if is_text and not isinstance(self.field.widget, forms.PasswordInput):
            return sent if says_something(sent) else ""
        return sent

    def as_field_group(self):
        return field_group(self)


class NHSRenderer(DjangoTemplates):
    """Set per form, never globally: a global renderer would leak into Django admin."""

    form_template_name = "components/form_fields.html"
    bound_field_class = NHSBoundField

    def get_template(self, template_name):
        """Our own template from the project's folder; Django's widgets from Django's."""
        if template_name == self.form_template_name:
            return get_template(template_name)
        return super().get_template(template_name)


def address_is_seen(address):
    """An address that looks like another's is not taken. Raises ValidationError."""
    if not all(map(has_a_shape, address)):
        raise forms.ValidationError(
            "This address has a character in it that nobody can see. Type it again, without "
            "copying it."
        )


def is_a_line(field):
    """Whether one line of text is typed here."""
    return isinstance(field, forms.CharField) and type(field.widget) is forms.TextInput


class NHSFormMixin:
    """A form made of NHS components. Combine with ``forms.Form`` or ``forms.ModelForm``."""

    default_renderer = NHSRenderer
    use_required_attribute = False  # the server's message beats the browser's bubble
    template_name_label = None

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, forms.EmailField):
                field.validators.append(address_is_seen)
            elif name in NAMES and is_a_line(field):
                field.validators.append(all_is_seen)

    def full_clean(self):
        self.say_what_is_missing()
        super().full_clean()

    def say_what_is_missing(self):
        """Each empty field says what belongs there, by its own label: *Enter the reason.* So does
        one with what cannot be seen, and one with a choice that there is not, or no longer."""
        for name, field in self.fields.items():
            label = str(field.label or pretty_name(name))
            if str(field.error_messages.get("required")) == FRAMEWORKS_OWN:
                field.error_messages["required"] = missing(label, field.widget)
            if str(field.error_messages.get("invalid_choice")) in FRAMEWORKS_CHOICES:
                again = missing(label, field.widget)
                field.error_messages["invalid_choice"] = f"That is not in the list. {again}"
            if getattr(field, "max_length", None):
                field.error_messages["max_length"] = TOO_LONG
            if all_is_seen in field.validators:
                field.error_messages["unseen"] = f"“{label}” has {UNSEEN}"


class Form(NHSFormMixin, forms.Form):
    """A plain form in the NHS design."""


class ModelForm(NHSFormMixin, forms.ModelForm):
    """A model form in the NHS design."""


def field_group(field):
    """Label, hint, error and control of one bound field, as the design system draws them."""
    if field.is_hidden:
        return mark_safe(str(field))  # noqa: S308 - Django's own escaped widget
    widget = field.field.widget
    for kind, draw in _WIDGETS:
        if isinstance(widget, kind):
            return draw(field, widget)
    return component("input", **_common(field, widget))


def _label(field):
    text = str(field.label)
    optional = not field.field.required and not isinstance(field.field, forms.BooleanField)
    if optional and not getattr(field.field, "hide_optional", False):
        text = f"{text} (optional)"
    return text


def _text(field):
    value = field.value()
    if value is None:
        return ""
    return str(field.field.prepare_value(value) if not isinstance(value, str) else value)


def _base(field):
    params = {"name": field.html_name, "id": field.auto_id or field.html_name}
    if field.help_text:
        hint = conditional_escape(field.help_text)
        params["hint"] = {"html": hint}
    if field.errors:
        html = mark_safe("<br>".join(conditional_escape(error) for error in field.errors))  # noqa: S308
        params["errorMessage"] = {"html": html}
    return params


def _common(field, widget):
    attrs = dict(widget.attrs)
    attrs.pop("aria-describedby", None)
    classes = attrs.pop("class", None)
    width = attrs.pop("width", None)
    autocomplete = attrs.pop("autocomplete", None)
    inputmode = attrs.pop("inputmode", None)
    if getattr(widget, "input_type", "text") == "number":
        inputmode, input_type = inputmode or "numeric", "text"
    else:
        input_type = getattr(widget, "input_type", "text")
    if input_type in ("datetime-local", "date", "time"):
        input_type = "text"
    attrs = {
        key: True if value is True else str(value)
        for key, value in attrs.items()
        if value not in (None, False)
    }
    for noisy in ("placeholder", "maxlength", "minlength", "autofocus", "required"):
        attrs.pop(noisy, None)
    return _base(field) | {
        "label": {"text": _label(field), "size": getattr(field.field, "label_size", None)},
        "type": input_type,
        "value": _text(field),
        "classes": classes,
        "width": width,
        "autocomplete": autocomplete,
        "inputmode": inputmode,
        "attributes": attrs,
    }


def _password(field, widget):
    params = _common(field, widget)
    params.pop("type")
    params["value"] = ""
    return component("password-input", **params)


def _textarea(field, widget):
    params = _common(field, widget)
    params.pop("type")
    params["rows"] = params["attributes"].pop("rows", "6")
    params["attributes"].pop("cols", None)
    if words := getattr(field.field, "max_words", None):
        return component("character-count", maxwords=words, threshold=75, **params)
    limit = getattr(field.field, "max_length", None)
    if limit and limit <= 5000:
        return component("character-count", maxlength=limit, threshold=75, **params)
    return component("textarea", **params)


def _fieldset(field):
    return {"legend": {"text": _label(field), "size": getattr(field.field, "label_size", "s")}}


def _options(field, widget):
    chosen = field.value()
    chosen = [str(item) for item in chosen] if isinstance(chosen, list | tuple) else [str(chosen)]
    if field.value() is None:
        chosen = [""]
    hints = getattr(field.field, "choice_hints", {})
    for value, label in widget.choices:
        if isinstance(label, list | tuple):
            continue
        value = "" if value is None else str(value)
        yield value, label, value in chosen, hints.get(value)


def _written(words):
    """Escaped; what Django marked safe stays as it is."""
    return words if isinstance(words, SafeString) else escape(words)


def _select(field, widget):
    params = _base(field) | {"label": {"text": _label(field)}}
    # The macro takes 0.1 ms an option, and format_html a third of that: a list of groups may have
    # hundreds.
    options = "\n".join(
        f'<option value="{_written(value)}"{" selected" if selected else ""}>'
        f"{_written(str(label))}</option>"
        for value, label, selected, _ in _options(field, widget)
    )
    params["items"] = []
    html = component("select", **params) if field.errors else _drawn_once("select", _frozen(params))
    return mark_safe(html.replace("</select>", f"{options}</select>", 1))  # noqa: S308 - the same


def _choices(name):
    def draw(field, widget):
        params = _base(field) | {"fieldset": _fieldset(field)}
        params["idPrefix"] = params.pop("id")
        if looks := widget.attrs.get("class"):  # side by side, say
            params["classes"] = looks
        params["items"] = [
            {
                "value": value,
                "text": str(label),
                "checked": selected,
                "hint": {"text": str(hint)} if hint else None,
            }
            for value, label, selected, hint in _options(field, widget)
            if value or name == "radios"
        ]
        if getattr(field.field, "is_drawn_once", False):
            return _drawn_once(name, _frozen(params))
        return component(name, **params)

    return draw


def _frozen(value):
    """The same as a key: equal only where all of it is, and safe in the same places."""
    if isinstance(value, dict):
        return dict, tuple((key, _frozen(one)) for key, one in value.items())
    if isinstance(value, list | tuple):
        return list, tuple(map(_frozen, value))
    return type(value), value


def _thawed(frozen):
    kind, value = frozen
    if kind is dict:
        return {key: _thawed(one) for key, one in value}
    return list(map(_thawed, value)) if kind is list else value


@lru_cache(maxsize=256)
def _drawn_once(name, params):
    """For fields that are the same for everybody, without what anybody chose or typed, and many
    boxes: the macro takes half a millisecond for each.
    """
    return component(name, **_thawed(params))


def _checkbox(field, widget):
    params = _base(field)
    hint = params.pop("hint", None)
    params["idPrefix"] = params.pop("id")
    item = {"value": "on", "text": _label(field), "checked": bool(field.value()), "hint": hint}
    return component("checkboxes", **params, items=[item])


def _file(field, widget):
    params = _base(field) | {"label": {"text": _label(field)}}
    attrs = {key: str(value) for key, value in widget.attrs.items() if key in ("accept",)}
    html = component("file-upload", **params, attributes=attrs)
    # Without the component's script, which puts a button with another name (WCAG 2.5.3) over it.
    return mark_safe(html.replace(' data-module="nhsuk-file-upload"', ""))  # noqa: S308 - the same


class DateWidget(forms.MultiWidget):
    """Day, month and year in three boxes, as the design system asks for dates."""

    def __init__(self, attrs=None):
        super().__init__({name: forms.TextInput() for name in ("day", "month", "year")}, attrs)

    def decompress(self, value):
        return [value.day, value.month, value.year] if value else ["", "", ""]


def _date(field, widget):
    params = _base(field) | {"fieldset": _fieldset(field)}
    name = params.pop("name")
    value = field.value()
    values = value if isinstance(value, list | tuple) else widget.decompress(value)
    parts = ("day", "month", "year")
    params["items"] = [
        {
            "name": f"{name}_{part}",
            # The first box carries the field's own id, so that the error summary leads to it.
            "id": params["id"] if part == "day" else f"{params['id']}_{part}",
            "label": part.title(),
            "value": str(values[index] or ""),
            "width": 4 if part == "year" else 2,
            "error": bool(field.errors),
        }
        for index, part in enumerate(parts)
    ]
    params["id"] = f"{params['id']}_group"
    return component("date-input", **params)


_WIDGETS = (
    (DateWidget, _date),
    (forms.PasswordInput, _password),
    (forms.Textarea, _textarea),
    (forms.CheckboxSelectMultiple, _choices("checkboxes")),
    (forms.RadioSelect, _choices("radios")),
    (forms.CheckboxInput, _checkbox),
    (forms.Select, _select),
    (forms.FileInput, _file),
)


def error_list(form):
    """The errors of a form for the error summary, each linked to its field."""
    errors = [{"text": str(error)} for error in form.non_field_errors()]
    for field in form:
        errors += [{"text": str(error), "href": f"#{field.auto_id}"} for error in field.errors]
    return errors

"""Files that people upload: sniffed, bounded, kept outside the web root, served after a check."""

import hashlib
import logging
import uuid
from functools import partial
from pathlib import PurePath

import puremagic
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import models
from django.http import FileResponse

from . import clock, pdf_traces, says, traces
from .virus import ScannerError, infected

log = logging.getLogger(__name__)

# What may be uploaded: extension -> what the bytes must be. Office files are ZIP containers.
KINDS = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".txt": "text/plain; charset=utf-8",
}
# Beside those, where a page asks for sound.
AUDIO = {".mp3": "audio/mpeg"}


# What telephones make that browsers do not show.
TELEPHONES = (".heic", ".heif")
SCREENSHOT = "Take a screenshot of the picture and send that."


def random_name(instance, filename):
    """A name that tells nothing and cannot be guessed."""
    return f"{uuid.uuid4().hex}{PurePath(filename).suffix.lower()[:5]}"


class Upload(models.Model):
    """A file and what is known of it. Subclasses say whose it is and who may read it."""

    file = models.FileField(upload_to=random_name, max_length=100)
    name = models.CharField("file name", max_length=200)
    size = models.PositiveIntegerField(help_text="Bytes.")
    content_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        abstract = True

    def __str__(self):
        return self.name

    @classmethod
    def describe(cls, file):
        """The fields that describe a cleaned upload, for ``Model(**describe(file), …)``."""
        digest = hashlib.sha256()
        for chunk in file.chunks():
            digest.update(chunk)
        file.seek(0)
        return {
            "file": file,
            "name": says.plain(PurePath(file.name).name)[-200:],
            "size": file.size,
            "content_type": (KINDS | AUDIO)[PurePath(file.name).suffix.lower()],
            "sha256": digest.hexdigest(),
        }

    def response(self):
        """The file as a download, never shown inside the site's own pages."""
        handle = storages["default"].open(str(self.file.name))
        response = FileResponse(
            handle, as_attachment=True, filename=self.name, content_type=self.content_type
        )
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response["Cache-Control"] = "private, no-store"
        return response


class UploadField(forms.FileField):
    """A file of an allowed kind and size, whose bytes are what its name says.

    ``also`` are kinds that this field takes beside the usual ones.
    """

    def __init__(self, *, also=(), **kwargs):
        self.kinds = KINDS | dict(also)
        sound = "sound (MP3), " if ".mp3" in self.kinds else ""
        kwargs.setdefault(
            "help_text",
            f"PDF, Word, Excel, PowerPoint, OpenDocument, {sound}text or picture, "
            f"up to {settings.UPLOAD_MAX_BYTES // 1024 // 1024} MB. We remove the place, the time "
            "and who made it, but not from files that are signed or locked.",
        )
        kwargs.setdefault("widget", forms.FileInput(attrs={"accept": ",".join(self.kinds)}))
        super().__init__(**kwargs)
        self.error_messages["empty"] = "The file is empty. Choose a file with something in it."

    def clean(self, data, initial=None):
        file = super().clean(data, initial)
        if file and file is not initial:
            check_file(file, self.kinds)
            return without_traces(file)
        return file


def check_file(file, kinds=KINDS):
    """Raise ValidationError, in plain words, for a file that may not come in."""
    if file.size > settings.UPLOAD_MAX_BYTES:
        limit = settings.UPLOAD_MAX_BYTES // 1024 // 1024
        raise ValidationError(f"The file is too big. It must be smaller than {limit} MB.")
    suffix = PurePath(file.name).suffix.lower()
    if suffix in TELEPHONES and suffix not in kinds:
        raise ValidationError(f"This kind of picture cannot be used. {SCREENSHOT}")
    if suffix not in kinds:
        raise ValidationError("This kind of file cannot be used. Save it as a PDF and try again.")
    file.seek(0)
    head = file.read(256 * 1024)
    file.seek(0)
    if not _is_what_it_says(suffix, head):
        raise ValidationError(
            f"The file is called {suffix} but is something else. Check that it opens."
        )
    _scan(file)


def without_traces(file):
    """The file as it is kept: without where, with what, when and by whom it was made (traces.py).

    Plain text becomes UTF-8. What is signed or locked stays as it is; the page says so. Raises
    ValidationError for what cannot be read, and for what would be vast once it is opened.
    """
    suffix = PurePath(file.name).suffix.lower()
    clean = CLEANED.get(suffix)
    if clean is None:
        return file
    file.seek(0)
    try:
        content = clean(file.read())
    except traces.UnreadableError:
        raise ValidationError(
            "The file cannot be read. Open it, save it again and try once more."
        ) from None
    except pdf_traces.BusyError:
        raise ValidationError(
            "We are busy with other files. Please try again in a minute."
        ) from None
    except traces.TooMuchError:
        raise ValidationError(
            f"The picture has too many pixels. It must have fewer than {MEGAPIXELS} million. "
            + SCREENSHOT
            if suffix in PICTURES
            else "Too much is packed into the file. Print it to a new PDF and try again."
            if suffix == ".pdf"
            else "Too much is packed into the file. Save it as a PDF and try again."
        ) from None
    return ContentFile(content, name=file.name)


def _office(parts, data):
    return traces.office(data, UNPACKED, settings.UPLOAD_MAX_PIXELS, parts)


MEGAPIXELS = settings.UPLOAD_MAX_PIXELS // 1_000_000
PICTURES = (".jpg", ".jpeg", ".png")
CLEANED = {
    ".jpg": lambda data: traces.jpeg(data, settings.UPLOAD_MAX_PIXELS),
    ".jpeg": lambda data: traces.jpeg(data, settings.UPLOAD_MAX_PIXELS),
    ".png": lambda data: traces.png(data, settings.UPLOAD_MAX_PIXELS),
    ".mp3": traces.mp3,
    ".txt": traces.text,
    ".pdf": lambda data: pdf_traces.pdf(data, settings.UPLOAD_MAX_PIXELS),
} | {
    suffix: partial(_office, parts)
    for suffix, parts in {
        ".docx": (traces.CONTENT_TYPES, "word/"),
        ".xlsx": (traces.CONTENT_TYPES, "xl/"),
        ".pptx": (traces.CONTENT_TYPES, "ppt/"),
        ".odt": ("mimetype", "content.xml"),
    }.items()
}
UNPACKED = 10 * settings.UPLOAD_MAX_BYTES  # what an Office file may unpack to


def _is_what_it_says(suffix, head):
    if suffix == ".txt":
        return b"\x00" not in head and not head.startswith((b"MZ", b"\x7fELF", b"#!"))
    if suffix == ".mp3":
        return head[:3] == b"ID3" or (head[:1] == b"\xff" and head[1:2] >= b"\xe0")
    if suffix == ".pdf":
        return head.lstrip()[:5] == b"%PDF-"
    if suffix in (".docx", ".xlsx", ".pptx", ".odt"):
        return head[:4] == b"PK\x03\x04"
    try:
        return puremagic.from_string(head, mime=True) == KINDS[suffix]
    except puremagic.PureError:
        return False


def _scan(file):
    if not settings.CLAMAV_ADDRESS:
        return
    file.seek(0)
    try:
        found = infected(file)
    except ScannerError as fault:
        log.error("The virus scanner did not answer: %s", fault)
        raise ValidationError(
            "We could not check the file for viruses just now. It was not saved. Try again later."
        ) from fault
    file.seek(0)
    if found:
        raise ValidationError("The file did not pass the virus check. It was not saved.")

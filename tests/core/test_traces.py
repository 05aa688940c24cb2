"""What is uploaded tells nothing of where, with what, when and by whom it was made."""

import io
import multiprocessing
import os
import random
import re
import resource
import signal
import struct
import subprocess
import time
import zipfile
import zlib
from pathlib import Path

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook
from PIL import Image, ImageCms, PngImagePlugin

from apps.conversations.models.photograph import without_traces
from apps.core import bounded, pdf_traces, traces
from apps.core.uploads import AUDIO, KINDS, UploadField

from ..factories import pdf

WORD = "Kestrelword"
ORIENTATION, ARTIST, MAKER, GPS = 0x0112, 0x013B, 0x010F, 0x8825
ROOT = Path(__file__).resolve().parents[2]


def exif(turned=6):
    found = Image.Exif()
    found[ORIENTATION], found[ARTIST], found[MAKER] = turned, WORD, WORD
    found.get_ifd(GPS)[2] = (51.0, 24.0, 0.0)
    found.get_ifd(GPS)[29] = WORD
    return found


def drawn():
    """A picture that is not the same upside down."""
    picture = Image.new("RGB", (60, 40), "white")
    picture.paste("red", (0, 0, 20, 10))
    return picture


def saved(kind, **options):
    out = io.BytesIO()
    drawn().save(out, kind, **options)
    return out.getvalue()


COLOURS = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def photographed(turned=6):
    """A JPEG as a telephone makes it: with Exif, words, colours and a second picture behind it."""
    more = {"exif": exif(turned), "comment": WORD, "icc_profile": COLOURS}
    xmp = traces._segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + WORD.encode())
    iptc = traces._segment(0xED, b"Photoshop 3.0\x00" + WORD.encode())
    further = traces._segment(0xE2, b"MPF\x00" + WORD.encode())
    whole = saved("JPEG", progressive=True, **more)
    return whole[:2] + xmp + iptc + further + whole[2:] + saved("JPEG", exif=exif())


def kept(name, content):
    """What is kept of an upload."""
    return UploadField(also=AUDIO).clean(SimpleUploadedFile(name, content)).read()


def test_a_jpeg_keeps_its_picture_its_colours_and_which_way_is_up_and_nothing_else():
    before = photographed()
    assert WORD.encode() in before
    after = kept("garden.jpg", before)
    assert WORD.encode() not in after
    plain = io.BytesIO(saved("JPEG", progressive=True))
    with Image.open(plain) as one, Image.open(io.BytesIO(after)) as other:
        assert other.tobytes() == one.tobytes()
        assert dict(other.getexif()) == {ORIENTATION: 6}
        assert other.getexif().get_ifd(GPS) == {}
        assert other.info["icc_profile"] == COLOURS
        assert "comment" not in other.info
    assert after.count(b"\xff\xd9") == 1


def test_a_png_keeps_its_picture_and_which_way_is_up_and_nothing_else():
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", WORD)
    words.add_text("Long", WORD * 9, zip=True)
    words.add_itxt("XML:com.adobe.xmp", WORD)
    before = saved("PNG", pnginfo=words, exif=exif(3), dpi=(300, 300))
    after = kept("garden.png", before)
    with Image.open(io.BytesIO(after)) as picture:
        assert picture.tobytes() == drawn().tobytes()
        assert dict(picture.getexif()) == {ORIENTATION: 3}
        assert picture.text == {}
        assert round(picture.info["dpi"][0]) == 300
    assert WORD.encode() not in after
    moving = saved("PNG", save_all=True, append_images=[Image.new("RGB", (60, 40), "blue")])
    with Image.open(io.BytesIO(kept("moving.png", moving))) as picture:
        assert not getattr(picture, "is_animated", False)


@pytest.mark.parametrize("turned", [1, 2, 3, 6, 8])
def test_a_photograph_stands_upright_however_the_camera_was_held(turned):
    shown = without_traces(io.BytesIO(kept("garden.jpg", photographed(turned))))
    with Image.open(shown) as picture:
        assert dict(picture.getexif()) == {}
        assert "icc_profile" in picture.info
        wanted = (40, 60) if turned in (6, 8) else (60, 40)
        assert picture.size == wanted
        corner = {1: (3, 3), 2: (56, 3), 3: (56, 36), 6: (36, 3), 8: (3, 56)}[turned]
        red, green, _ = picture.getpixel(corner)
        assert red > 200 > 90 > green


def begin(archive, name):
    """What makes the archive a file of this kind."""
    if name.endswith(".odt"):
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", "<office:document-content/>")
    else:
        archive.writestr(traces.CONTENT_TYPES, "<Types/>")
        archive.writestr("word/document.xml", "<document/>")


def test_an_office_file_loses_its_author_and_what_its_pictures_tell():
    book = Workbook()
    book.active["A1"] = "What it says"
    book.properties.creator = book.properties.lastModifiedBy = WORD
    out = io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/media/image1.jpeg", photographed())
        archive.writestr("docProps/custom.xml", f"<Properties>{WORD}</Properties>")
    after = kept("plan.xlsx", out.getvalue())
    opened = load_workbook(io.BytesIO(after))
    assert opened.active["A1"].value == "What it says"
    assert opened.properties.lastModifiedBy is None
    with zipfile.ZipFile(io.BytesIO(after)) as archive:
        assert archive.testzip() is None
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        told = [one for one in archive.namelist() if WORD.encode() in archive.read(one)]
    assert told == []


@pytest.mark.parametrize(
    ("name", "part", "content"),
    [
        ("signed.docx", "_xmlsignatures/sig1.xml", "<Signature/>"),
        ("locked.odt", "META-INF/manifest.xml", "<manifest:encryption-data/>"),
    ],
)
def test_an_office_file_that_is_signed_or_locked_stays_as_it_is(name, part, content):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        begin(archive, name)
        archive.writestr("docProps/core.xml", WORD)
        archive.writestr(part, content)
    assert kept(name, out.getvalue()) == out.getvalue()


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("docProps/core0.xml", WORD.encode()),
        ("DOCPROPS/CORE.XML", WORD.encode()),
        ("package/services/metadata/core-properties/1.psmdcp", WORD.encode()),
        ("Object 1/meta.xml", WORD.encode()),
        ("word/media/image1.jpe", photographed()),
        ("word/media/image1.tmp", saved("PNG", exif=exif())),
    ],
)
def test_an_office_file_keeps_no_trace_under_another_name(part, content):
    """Nor where an empty file says that it is signed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        begin(archive, "plan.docx")
        archive.writestr("_xmlsignatures/x", b"")
        archive.writestr("_xmlsignatures/sig1.xml", b"")
        archive.writestr(part, content)
    assert WORD.encode() in content
    with zipfile.ZipFile(io.BytesIO(kept("plan.docx", out.getvalue()))) as archive:
        assert WORD.encode() not in archive.read(part)


def stream(head, content):
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (head, len(content), content)


XMP = stream(b"/Type/Metadata/Subtype/XML", WORD.encode())


def written(title=b"Plan for peers"):
    """A PDF as a word processor makes it, with a photograph."""
    shape = b"/Type/XObject/Subtype/Image/Width 60/Height 40/BitsPerComponent 8/Filter/DCTDecode"
    picture = stream(shape + b"/ColorSpace/DeviceRGB/Metadata 4 0 R", photographed())
    own = b"<</PieceInfo<</Program<</Private(%s)>>>>>>" % WORD.encode()
    return pdf(
        XMP,
        picture,
        own,
        information=b"/Author(%s)/Title(%s)" % (WORD.encode(), title),
        catalog=b"/Lang(en-GB)/Metadata 4 0 R/Picture 5 0 R/Own 6 0 R",
    )


def opened(content):
    return pikepdf.open(io.BytesIO(content))


def test_a_pdf_loses_its_author_and_what_its_pictures_tell_and_keeps_its_title():
    before = written()
    assert before.count(WORD.encode()) > 5
    after = kept("plan.pdf", before)
    with opened(after) as document:
        parts = [one for one in document.objects if isinstance(one, pikepdf.Stream)]
        told = [bytes(one.read_raw_bytes()) for one in parts]
        assert not any(WORD.encode() in one for one in (after, *told))
        assert dict(document.docinfo) == {"/Title": "Plan for peers"}
        assert (len(document.pages), document.Root.Lang) == (1, "en-GB")
        with Image.open(io.BytesIO(document.Root.Picture.read_raw_bytes())) as picture:
            assert dict(picture.getexif()) == {ORIENTATION: 6}
            with Image.open(io.BytesIO(saved("JPEG", progressive=True))) as plain:
                assert picture.tobytes() == plain.tobytes()


PICTURE = b"/Type/XObject/Subtype/Image/Width 60/Height 40/BitsPerComponent 8/ColorSpace/DeviceRGB"
PRIVATE = b"/PieceInfo<</Program(%s)>>" % WORD.encode()
PACKET = b'<?xpacket begin=""?>' + WORD.encode()


@pytest.mark.parametrize(
    ("thing", "catalog"),
    [
        (stream(PICTURE + b"/Filter[/FlateDecode/DCTDecode]", zlib.compress(photographed())), b""),
        (stream(PICTURE + b"/Filter[/AHx/DCT]", photographed().hex().encode() + b">"), b""),
        (stream(PICTURE + b"/Filter/DCT", photographed()), b""),
        (stream(b"/Width 60/Height 40/Filter/DCTDecode", photographed()), b""),
        (stream(PICTURE + b"/Filter/DCTDecode", b"\n" + photographed()), b""),
        (stream(b"/Type/EmbeddedFile", photographed()), b""),
        (stream(b"/Type/EmbeddedFile/Filter/FlateDecode", zlib.compress(photographed())), b""),
        (stream(b"/Type/Metadata/Subtype/XML", WORD.encode()), b""),
        (stream(b"/Filter/FlateDecode", zlib.compress(PACKET)), b""),
        (XMP, b"/Own<</Its<</Metadata 4 0 R>>>>"),
        (b"<<>>", b"/Own<</Its[<<%s>>]>>" % PRIVATE),
        (b"<</ByteRange[0 1 2 3]>>", PRIVATE),
        (b"<</ByteRange[0 1 2 3]/Filter/X/Contents<00>>>", PRIVATE),
    ],
    ids=[
        *("packed", "hex", "short name", "thumbnail", "a byte before", "attached"),
        *("attached and packed", "another key", "XMP by its bytes", "direct", "in a list"),
        *("no signature", "an empty one"),
    ],
)
def test_a_pdf_keeps_no_trace_where_it_says_otherwise(thing, catalog):
    before = pdf(thing, catalog=b"/Thing 4 0 R" + catalog)
    with opened(kept("plan.pdf", before)) as document:
        told = [document.Root.unparse(resolved=True)]
        for one in document.objects:
            if isinstance(one, pikepdf.Stream):
                raw = bytes(one.read_raw_bytes())
                packed = "FlateDecode" in str(one.get("/Filter"))
                told += [raw, zlib.decompress(raw) if packed else b""]
                if "DCT" in str(one.get("/Filter")):
                    with Image.open(io.BytesIO(raw)) as picture:
                        assert picture.size == (60, 40)
        assert not any(WORD.encode() in one for one in told)


def test_where_another_pdf_has_its_turn_people_are_asked_to_try_again(monkeypatch):
    monkeypatch.setattr(pdf_traces, "WAITING", 0.1)
    with pdf_traces.ONE_AT_A_TIME, pytest.raises(ValidationError, match="again in a minute"):
        kept("plan.pdf", pdf())


def test_a_pdf_that_was_saved_again_keeps_no_earlier_author():
    first = pdf(information=b"/Author(%s)" % WORD.encode())
    later = b"1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
    table = b"xref\n1 1\n%010d 00000 n \n" % len(first)
    end = b"trailer\n<</Size 4/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
    after = first + later + table + end % (first.index(b"xref"), len(first) + len(later))
    assert WORD.encode() not in kept("plan.pdf", after)


def test_a_path_is_no_title():
    with opened(kept("plan.pdf", written(rb"C:\\Users\\Kestrelword\\plan.doc"))) as document:
        assert "/Info" not in document.trailer


def test_a_pdf_that_is_signed_or_locked_stays_as_it_is_and_the_page_says_so():
    signed = pdf(
        b"<</Type/Sig/Filter/Adobe.PPKLite/Contents<3082>/ByteRange[0 9 20 9]>>",
        information=b"/Author(%s)" % WORD.encode(),
        catalog=b"/AcroForm<</SigFlags 3/Fields[<</FT/Sig/V 4 0 R>>]>>",
    )
    assert kept("signed.pdf", signed) == signed
    for user in ("", "a password to open it"):
        out = io.BytesIO()
        with opened(written()) as document:
            document.save(out, encryption=pikepdf.Encryption(owner="another", user=user))
        assert kept("locked.pdf", out.getvalue()) == out.getvalue()
    assert "not from files that are signed or locked" in UploadField().help_text


def bomb():
    """A PDF of a kilobyte that unpacks to 300 MB before anything of it can be read."""
    packed = zlib.compress(zlib.compress(bytes(300_000_000), 1))
    head = pdf()[: pdf().index(b"xref")]
    shape = b"/Type/XRef/Size 5/W[1 4 1]/Root 1 0 R/Filter[/FlateDecode/FlateDecode]"
    table = b"4 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF" % (stream(shape, packed), len(head))
    return head + table


@pytest.mark.parametrize(
    "make",
    [
        lambda: b"%PDF-1.7 nothing",
        lambda: written()[:200],
        lambda: b"%PDF-1.7\n" + b"1 0 obj<<>>endobj\n" * 90_000,
    ],
    ids=["nothing", "cut", "things"],
)
def test_a_pdf_that_is_not_whole_is_refused(make):
    with pytest.raises(ValidationError, match="cannot be read"):
        kept("plan.pdf", make())


@pytest.mark.parametrize("make", [bomb, lambda: pdf(b"[" * 9_000_000, catalog=b"/X 4 0 R")])
def test_a_pdf_that_was_made_to_keep_us_busy_is_mended_small(make):
    """What is not reached, or is too deep, does not come along."""
    content = make()
    began = time.monotonic()
    assert len(kept("plan.pdf", content)) < 2000
    assert time.monotonic() - began < pdf_traces.SECONDS


def test_a_pdf_takes_no_more_memory_and_time_than_its_process_may(monkeypatch):
    """Nor does it find a secret there."""
    given = {}

    def run(command, **how):
        given.update(how, command=command)
        return subprocess.CompletedProcess(command, -signal.SIGXCPU, b"")

    monkeypatch.setattr(bounded.subprocess, "run", run)
    with pytest.raises(ValidationError, match=r"Print it to a new PDF"):
        kept("slow.pdf", written())
    assert (given["env"], given["timeout"]) == ({}, 2 * pdf_traces.SECONDS)

    def limited():
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(pdf_traces.sys, "argv", ["", "1"])
            patch.setattr(pdf_traces.sys, "stdin", io.TextIOWrapper(io.BytesIO(b"%PDF-1.7")))
            pdf_traces.main()
        os._exit(
            resource.getrlimit(resource.RLIMIT_AS)[0] != pdf_traces.MEMORY
            or resource.getrlimit(resource.RLIMIT_CPU)[0] != pdf_traces.SECONDS
        )

    process = multiprocessing.get_context("fork").Process(target=limited)
    process.start()
    process.join(30)
    assert process.exitcode == 0


def test_sound_loses_its_tags():
    tag = b"ID3\x04\x00\x00\x00\x00\x00\x0b" + WORD.encode()
    sound = b"\xff\xfb\x90\x00" + b"\x01" * 400
    assert kept("minutes.mp3", tag + sound + b"TAG" + WORD.encode().ljust(125)) == sound


HEAD = traces.PNG + traces._chunk(b"IHDR", struct.pack(">II5x", 9, 9))
SHAPE = b"\xff\xc0\x00\x0b\x08\x00\x10\x00\x10\x01\x01\x11\x00"


def compressed(method):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("word/document.xml", bytes(10_000))
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("short.jpg", b"\xff\xd8\xff\xc0\x00\x02"),
        ("short.png", traces.PNG + b"\0\0\0\0IHDR\0\0\0\0"),
        ("segments.jpg", b"\xff\xd8" + b"\xff\xe0\x00\x02" * 4_000_000 + SHAPE + b"\xff\xd9"),
        ("restarts.jpg", b"\xff\xd8\xff\xe0\x00\x02" + b"\xff\xd0" * 8_000_000 + SHAPE),
        ("filled.jpg", b"\xff\xd8" + b"\xff" * 18_000_000),
        ("chunks.png", HEAD + traces._chunk(b"IDAT", b"") * 1_500_000),
        ("tags.mp3", b"ID3\x03\x00\x00\x00\x00\x00\x00" * 1_800_000 + b"\xff\xfb\x90\x00"),
        ("lzma.docx", compressed(zipfile.ZIP_LZMA)),
        ("lzma-broken.docx", compressed(zipfile.ZIP_LZMA).replace(b"\x5d\0\0", b"\xff\xff\xff")),
        ("bzip2.docx", compressed(zipfile.ZIP_BZIP2)),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_what_was_made_to_keep_us_busy_is_refused_at_once(name, content):
    began = time.thread_time()
    with pytest.raises(ValidationError, match="cannot be read"):
        kept(name, content)
    assert time.thread_time() - began < 0.5


def test_sound_of_many_tags_loses_all_of_them():
    sound = b"\xff\xfb\x90\x00" + b"\x01" * 400
    assert kept("minutes.mp3", b"ID3\x03\x00\x00\x00\x00\x00\x00" * 5_000 + sound) == sound


# --- what would be vast ---------------------------------------------------------------------------
def vast(width=20_000, height=20_000):
    """A picture of that size in 236 bytes or so: nobody has to look further than its head."""
    head = traces._chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    body = traces._chunk(b"IDAT", zlib.compress(bytes(1000)))
    return traces.PNG + head + body + traces._chunk(b"IEND", b"")


def vast_jpeg():
    whole = saved("JPEG")
    at = next(start for marker, start, _ in traces._segments(whole) if marker in traces.FRAMES)
    return whole[: at + 5] + struct.pack(">HH", 60_000, 60_000) + whole[at + 9 :]


def packed(size=1001):
    """An Office file that says of itself that each of its three parts has so many bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"word/{number}.xml", bytes(1001))
    return out.getvalue().replace(struct.pack("<I", 1001), struct.pack("<I", size))


def packed_as(*names):
    """An archive of empty parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, b"")
    return out.getvalue()


def test_plain_text_is_kept_in_the_one_writing_in_which_it_is_served():
    assert kept("notes.txt", "Zoë £5".encode("cp1252")).decode() == "Zoë £5"
    assert kept("notes.txt", "Zoë 是".encode()).decode() == "Zoë 是"
    assert KINDS[".txt"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    ("name", "make", "says"),
    [
        ("vast.png", vast, "too many pixels. It must have fewer than 40 million"),
        ("vast.jpg", vast_jpeg, "too many pixels. It must have fewer than 40 million"),
        ("vast.docx", lambda: packed(100_000_000), "Too much is packed into the file"),
        ("wide.png", vast, "Take a screenshot of the picture and send that"),
        (
            "garden.heic",
            lambda: b"\0\0\0\x18ftypheic",
            "Take a screenshot of the picture and send that",
        ),
        ("broken.png", lambda: saved("PNG")[:80], "cannot be read"),
        ("broken.jpg", lambda: saved("JPEG")[:80], "cannot be read"),
        ("broken.docx", lambda: b"PK\x03\x04 nothing", "cannot be read"),
        ("archive.docx", lambda: packed_as("a.exe"), "cannot be read"),
        (
            "words.xlsx",
            lambda: packed_as(traces.CONTENT_TYPES, "word/document.xml"),
            "cannot be read",
        ),
        (
            "words.odt",
            lambda: packed_as(traces.CONTENT_TYPES, "word/document.xml"),
            "cannot be read",
        ),
        ("notes.txt", lambda: b"neither \xff\x81 nor", "cannot be read"),
    ],
)
def test_what_would_be_vast_or_is_not_whole_is_refused_in_words(name, make, says):
    with pytest.raises(ValidationError, match=says):
        kept(name, make())


def test_a_small_file_takes_little_memory_whatever_it_says_of_itself():
    """The largest picture that is taken, of one colour, and one that is not; in a process that may
    take 400 MB more than it has."""
    rows = zlib.compressobj(1)
    row = bytes(1 + 3 * 6_300)
    squeezed = b"".join(rows.compress(row) for _ in range(6_300)) + rows.flush()
    head = traces._chunk(b"IHDR", struct.pack(">IIBBBBB", 6_300, 6_300, 8, 2, 0, 0, 0))
    largest = traces.PNG + head + traces._chunk(b"IDAT", squeezed) + traces._chunk(b"IEND", b"")
    assert len(largest) < 600_000

    def child(said):
        used = int(re.search(r"VmSize:\s+(\d+)", Path("/proc/self/status").read_text())[1]) * 1024
        resource.setrlimit(resource.RLIMIT_AS, (used + 400_000_000,) * 2)
        shown = Image.open(without_traces(io.BytesIO(kept("largest.png", largest))))
        try:
            kept("vast.png", vast())
        except ValidationError:
            said.put(shown.size)

    processes = multiprocessing.get_context("fork")
    said = processes.SimpleQueue()
    process = processes.Process(target=child, args=(said,))
    process.start()
    process.join(30)
    assert process.exitcode == 0
    assert said.get() == (1600, 1600)


def test_a_file_cut_anywhere_or_with_bytes_changed_is_cleaned_or_refused():
    chance = random.Random(7)  # noqa: S311 - the same each time
    for clean, whole in (
        (lambda data: traces.jpeg(data, 10**6), photographed()),
        (lambda data: traces.png(data, 10**6), saved("PNG", exif=exif())),
        (traces.mp3, b"ID3\x04\x00\x00\x00\x00\x00\x0b" + bytes(300)),
        (lambda data: traces.office(data, 10**6, 10**6), packed()),
    ):
        broken = [whole[:end] for end in range(0, len(whole), 37)]
        for _ in range(150):
            changed = bytearray(whole)
            for _ in range(3):
                changed[chance.randrange(len(whole))] = chance.randrange(256)
            broken.append(bytes(changed))
        for data in broken:
            try:
                clean(data)
            except (traces.UnreadableError, traces.TooMuchError):
                continue


def test_every_file_that_is_kept_comes_in_by_the_one_field():
    """The list of people to invite is read and not kept."""
    others = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "apps").rglob("*.py")
        if re.search(r"forms\.(File|Image)Field\b|\bImageField\(", path.read_text())
    }
    assert others == {"apps/core/uploads.py", "apps/accounts/forms.py"}

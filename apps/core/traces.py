"""What files tell of themselves: where a picture was taken, with what, when and by whom.

Taken out of whatever is uploaded, without opening what is in it: pictures and sound keep every bit
of what one sees and hears, which way is up, and their colours. The formats as published: JPEG
(ITU-T T.81) with Exif's one tag for the orientation, PNG (W3C, third edition), ID3 (id3.org),
Office files (ECMA-376, ODF 1.3).
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator

SOI, EOI, SOS = 0xD8, 0xD9, 0xDA
# What a picture is made of has any other marker: APP0 is its shape, APP2 its colours, APP14 also.
FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # these say how large it is
DROPPED = {*range(0xE1, 0xF0), 0xFE} - {0xE2, 0xEE}  # Exif, XMP, IPTC, makers' own, comments
COLOURS = b"ICC_PROFILE\x00"
EXIF = b"Exif\x00\x00"
ORIENTATION = 0x0112
FILL = re.compile(rb"\xff*")
IN_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")

PNG = b"\x89PNG\r\n\x1a\n"
# Others are words, times, Exif, or the further pictures of an animation.
PNG_KEPT = {
    *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP"),
    *(b"sBIT", b"bKGD", b"pHYs"),
}

# A picture or a sound of more parts was made to keep us busy.
PARTS = 10_000
CHUNKS = 100_000  # of a PNG, which may cut its picture small


class UnreadableError(Exception):
    """The file is not whole, or not what it says it is."""


class TooMuchError(Exception):
    """Opened, the file would be vast."""


# --- pictures -------------------------------------------------------------------------------------
def jpeg(data: bytes, pixels: int) -> bytes:
    """A JPEG picture without its traces.

    Raises UnreadableError, and TooMuchError where it has more than so many pixels.
    """
    out, at, turned, size = [b"\xff\xd8"], 2, 1, None
    for marker, start, end in _segments(data):
        body = data[start:end]
        if marker in FRAMES:
            if end < start + 9:
                raise UnreadableError
            height, width = struct.unpack(">HH", data[start + 5 : start + 9])
            size = _bounded(width, height, pixels)
        if marker == 0xE1 and body[4:].startswith(EXIF):
            turned = _orientation(body[4 + len(EXIF) :]) or turned
        if marker in DROPPED or (marker == 0xE2 and not body[4:].startswith(COLOURS)):
            continue
        out.append(body)
        at = end
    if size is None or at == 2:
        raise UnreadableError
    if turned != 1:
        out.insert(1, _segment(0xE1, EXIF + _upright(turned)))
    return b"".join([*out, b"\xff\xd9"])


def _segments(data) -> Iterator[tuple[int, int, int]]:
    """(marker, where it begins, where it ends) of each part; what comes after the end is left."""
    at = 2
    for _ in range(PARTS):
        if filled := FILL.match(data, at):
            at = max(at, filled.end() - 1)
        if at + 2 > len(data) or data[at] != 0xFF:
            raise UnreadableError
        marker = data[at + 1]
        if marker == EOI:
            return
        if marker == 0x01 or 0xD0 <= marker <= SOI:
            at += 2
            continue
        if at + 4 > len(data):
            raise UnreadableError
        end = at + 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
        if end > len(data) or end < at + 4:
            raise UnreadableError
        if marker == SOS:
            after = IN_SCAN.search(data, end)
            if after is None:  # cut off in the middle: what is there can be seen
                yield marker, at, len(data)
                return
            end = after.start()
        yield marker, at, end
        at = end
    raise UnreadableError


def _segment(marker, body):
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def _orientation(tiff: bytes) -> int:
    """The orientation that Exif gives, 1 to 8; 0 for none."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    try:
        [first] = struct.unpack_from(f"{order}I", tiff, 4)
        [count] = struct.unpack_from(f"{order}H", tiff, first)
        for number in range(min(count, 200)):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", tiff, first + 2 + 12 * number)
            if tag == ORIENTATION and kind == 3 and 1 <= value <= 8:
                return value
    except struct.error:
        return 0
    return 0


def _upright(turned: int) -> bytes:
    """Exif that says which way is up, and nothing else."""
    head = struct.pack(">2sHIH", b"MM", 42, 8, 1)
    return head + struct.pack(">HHIHHI", ORIENTATION, 3, 1, turned, 0, 0)


def _bounded(width, height, pixels):
    if not width or not height:
        raise UnreadableError
    if width * height > pixels:
        raise TooMuchError
    return width, height


def png(data: bytes, pixels: int) -> bytes:
    """A PNG picture without its traces; of an animation, its first picture. Raises as ``jpeg``."""
    out, at, name = [PNG], len(PNG), b""
    for _ in range(CHUNKS):
        if name == b"IEND":
            return b"".join(out)
        try:
            length, name = struct.unpack_from(">I4s", data, at)
        except struct.error:
            raise UnreadableError from None
        end = at + 12 + length
        if end > len(data) or (at == len(PNG)) != (name == b"IHDR"):
            raise UnreadableError
        if name == b"IHDR":
            if length != 13:
                raise UnreadableError
            width, height = struct.unpack_from(">II", data, at + 8)
            _bounded(width, height, pixels)
        if name in PNG_KEPT:
            out.append(data[at:end])
        elif name == b"eXIf" and (turned := _orientation(data[at + 8 : end - 4])) > 1:
            out.append(_chunk(name, _upright(turned)))
        at = end
    raise UnreadableError


def _chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


# --- sound ----------------------------------------------------------------------------------------
def mp3(data: bytes) -> bytes:
    """Sound without the tags before and after it. Raises UnreadableError for what is all tags."""
    at = 0
    for _ in range(PARTS):
        head = data[at : at + 10]
        if head[:3] != b"ID3" or len(head) < 10 or max(head[6:]) >= 0x80:
            break
        length = sum(byte << 7 * place for place, byte in enumerate(reversed(head[6:])))
        end = at + 10 + length + (10 if head[5] & 0x10 else 0)
        if end >= len(data):
            break
        at = end
    else:
        raise UnreadableError
    last = len(data) - 128
    return data[at:last] if last >= at and data[last : last + 3] == b"TAG" else data[at:]


# --- text -----------------------------------------------------------------------------------------
def text(data: bytes) -> bytes:
    """The text in UTF-8, in which it is served. Raises UnreadableError where it is neither that nor
    what Windows writes."""
    for codec in ("utf-8", "cp1252"):
        try:
            return data.decode(codec).encode()
        except UnicodeDecodeError:
            continue
    raise UnreadableError


# --- Office files ---------------------------------------------------------------------------------
RELATED = "http://schemas.openxmlformats.org/"
OFFICE = f"{RELATED}officeDocument/2006"
# Author, last editor, company, dates, the template's path: without them such a file opens as well.
CORE = f'<cp:coreProperties xmlns:cp="{RELATED}package/2006/metadata/core-properties"/>'
PROPERTIES = {
    r"docprops/core[^/]*\.xml": CORE,
    r"package/services/metadata/core-properties/[^/]+": CORE,
    r"docprops/app[^/]*\.xml": f'<Properties xmlns="{OFFICE}/extended-properties"/>',
    r"docprops/custom[^/]*\.xml": f'<Properties xmlns="{OFFICE}/custom-properties"/>',
    r"(object [^/]+/)?meta\.xml": "<office:document-meta xmlns:office="
    '"urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.3"/>',
}
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
MEMBERS = 5000
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # as Office does; others take long to open
BROKEN = (  # what zipfile raises for what is no such file, or is locked
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError),
    *(NotImplementedError, RuntimeError, ValueError),
)
CONTENT_TYPES = "[Content_Types].xml"  # each Office file that is no OpenDocument has it
MANIFEST = "META-INF/manifest.xml"
SIGNATURE = re.compile(r"_xmlsignatures/[^/]+\.xml|meta-inf/documentsignatures\.xml", re.IGNORECASE)


def office(data: bytes, most: int, pixels: int, parts: tuple[str, ...] = ()) -> bytes:
    """A Word, Excel, PowerPoint or OpenDocument file without its properties and with the pictures
    in it cleaned. One that is signed or locked stays as it is: it would no longer open.

    Raises UnreadableError, also where none of its members has a name that begins with one of
    ``parts``, and TooMuchError where it unpacks to more than so many bytes.
    """
    out = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
            members = old.infolist()
            if len(members) > MEMBERS or sum(one.file_size for one in members) > most:
                raise TooMuchError
            if not all(any(one.filename.startswith(part) for one in members) for part in parts):
                raise UnreadableError
            if any(one.compress_type not in PACKED for one in members):
                raise UnreadableError
            if any(_keeps_whole(one, old) for one in members):
                return data
            for one in members:
                # Its own time goes too: when somebody saved it.
                kept = zipfile.ZipInfo(one.filename)
                kept.compress_type = one.compress_type
                new.writestr(kept, _member(one.filename, _read(one, old), pixels))
    except BROKEN as fault:
        raise UnreadableError from fault
    return out.getvalue()


def _read(one: zipfile.ZipInfo, archive: zipfile.ZipFile) -> bytes:
    """What a member says that it unpacks to, and no more."""
    with archive.open(one) as file:
        return file.read(one.file_size) + file.read(1)  # the end compares its sum


def _keeps_whole(one, archive):
    """Whether this member is a signature, or says that the file is locked."""
    if one.filename == MANIFEST:
        return b"encryption-data" in _read(one, archive)
    return bool(SIGNATURE.fullmatch(one.filename)) and b"Signature" in _read(one, archive)


def _member(name: str, content: bytes, pixels: int) -> bytes:
    for pattern, empty in PROPERTIES.items():
        if re.fullmatch(pattern, name, re.IGNORECASE):
            return (HEAD + empty).encode()
    # By its bytes: its name may say anything.
    kinds = ((b"\xff\xd8\xff", jpeg), (PNG, png))
    clean = next((clean for head, clean in kinds if content.startswith(head)), None)
    try:
        return clean(content, pixels) if clean else content
    except UnreadableError:
        return content  # no picture by its bytes: nothing shows it

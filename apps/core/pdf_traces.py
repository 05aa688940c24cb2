"""What a PDF tells of who made it, taken out in a process of its own (``bounded.py``).

What goes: the document information (ISO 32000-2, 14.3.3) but for the title, which screen readers
say first; metadata streams (XMP, 14.3.2) of the document and of whatever is in it; what programs
keep for themselves (14.5); and what its JPEG pictures tell. Nothing is drawn and no picture opened.
"""

import io
import sys
import threading

from . import bounded, traces

MEMORY = 768 * 1024 * 1024
SECONDS = 15
WAITING = 10  # seconds for the turn of a file: then whoever sends it is asked to try again
DEPTH = 500  # of things in things, as qpdf reads them
XMP = (b"<?xpacket", b"<x:xmpmeta")
HEAD = 1024  # bytes: readers look for the picture behind what stands before it
ONE_AT_A_TIME = threading.Lock()  # in each process that serves pages
UNREADABLE, TOO_MUCH, AS_IT_IS = 3, 4, 5  # what the process ends with, beside nought
INFORMATION, TITLE = "/Info", "/Title"


class BusyError(Exception):
    """Another file has its turn. It says nothing of this one."""


def pdf(data: bytes, pixels: int) -> bytes:
    """A PDF without its traces. One that is signed or locked stays as it is.

    Raises UnreadableError, BusyError, and TooMuchError where it takes more memory or time than it
    may, or holds a picture of more than so many pixels.
    """
    if not ONE_AT_A_TIME.acquire(timeout=WAITING):
        raise BusyError
    try:
        ended, written = bounded.run(__name__, str(pixels), data=data, seconds=SECONDS)
    except bounded.TooLongError as fault:
        raise traces.TooMuchError from fault
    finally:
        ONE_AT_A_TIME.release()
    if ended == AS_IT_IS:
        return data
    if ended == UNREADABLE:
        raise traces.UnreadableError
    if ended:  # or a signal: the operating system ended it
        raise traces.TooMuchError
    return written


# --- in the process of its own --------------------------------------------------------------------
def cleaned(data: bytes, pixels: int) -> bytes | None:
    """The PDF without its traces; None for one that must stay as it is."""
    import pikepdf

    try:
        document = pikepdf.open(io.BytesIO(data))
    except pikepdf.PasswordError:
        return None
    with document:
        if document.is_encrypted or any(map(_is_a_signature, _with_keys(document))):
            return None
        for one in document.objects:
            _clean(one, pixels)
        _only_title(document)
        out = io.BytesIO()
        document.save(
            out,
            compress_streams=True,  # those that are not, its own among them
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            fix_metadata_version=False,
            preserve_pdfa=False,
            deterministic_id=True,
        )
    return out.getvalue()


def _with_keys(document):
    """Every dictionary, those that stand directly in another thing too."""
    import pikepdf

    def inside(one, depth=0):
        if isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
            yield one
        for part in _parts(one) if depth < DEPTH else ():
            yield from inside(part, depth + 1)

    for one in document.objects:
        yield from inside(one)


def _parts(one):
    """What stands directly in a thing: what has a number of its own comes by itself."""
    import pikepdf

    if isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
        parts = [one.get(key) for key in one.keys()]  # noqa: SIM118 - no mapping
    elif isinstance(one, pikepdf.Array):
        parts = list(one)
    else:
        return
    for part in parts:
        if isinstance(part, pikepdf.Dictionary | pikepdf.Array) and not part.is_indirect:
            yield part


def _is_a_signature(one):
    """ISO 32000-2, 12.8.1: what was signed, by whose filter, and the signature itself."""
    import pikepdf

    signed = one.get("/ByteRange")
    return (
        isinstance(signed, pikepdf.Array)
        and len(signed) >= 4
        and isinstance(one.get("/Filter"), pikepdf.Name)
        and isinstance(one.get("/Contents"), pikepdf.String)
        and any(bytes(one.get("/Contents")))
    )


def _clean(one, pixels, depth=0):
    import pikepdf

    if isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
        for key in ("/PieceInfo", "/LastModified"):
            if key in one:
                del one[key]
        told = one.get("/Metadata")
        if told is not None and (
            one.get("/Type") == "/Catalog" or isinstance(told, pikepdf.Stream)
        ):
            del one["/Metadata"]
    if isinstance(one, pikepdf.Stream):
        _clean_stream(one, pixels)
    for part in _parts(one) if depth < DEPTH else ():
        _clean(part, pixels, depth + 1)


def _clean_stream(one, pixels):
    """XMP and JPEG pictures, by their bytes, whatever the thing says that it is."""
    import pikepdf

    names, how = (_listed(one.get(key)) for key in ("/Filter", "/DecodeParms"))
    pictured = bool(names) and names[-1] in ("/DCTDecode", "/DCT")
    content = _undone(one, names[:-1] if pictured else names, how)
    if content is None:
        return
    if one.get("/Type") == "/Metadata" or content.lstrip().startswith(XMP):
        one.write(b"\n")
        return
    begins = content.find(b"\xff\xd8\xff", 0, HEAD)
    if begins < 0:
        return
    try:
        picture = traces.jpeg(content[begins:], pixels)
    except traces.UnreadableError:
        return  # no picture by its bytes: nothing shows it
    if not pictured:  # a file that is attached, say
        one.write(content[:begins] + picture)
        return
    last = how[-1] if len(how) == len(names) else None
    last = last if isinstance(last, pikepdf.Dictionary) else None
    one.write(picture, filter=pikepdf.Name("/DCTDecode"), decode_parms=last)


def _listed(given):
    """A filter, or what it works with: one, several, or none."""
    import pikepdf

    return [] if given is None else list(given) if isinstance(given, pikepdf.Array) else [given]


def _undone(one, names, how):
    """The bytes of a stream once these filters are undone, within the bounds; or None."""
    import pikepdf

    if not names:
        return one.read_raw_bytes()
    kept = {key: one.get(key) for key in ("/Filter", "/DecodeParms")}
    try:
        one["/Filter"] = pikepdf.Array(names)
        if len(how) > len(names):
            one["/DecodeParms"] = pikepdf.Array(how[: len(names)])
        return one.read_bytes(pikepdf.StreamDecodeLevel.generalized)
    except pikepdf.PdfError:
        return None  # a scan, JPEG 2000, or more than may be unpacked
    finally:
        for key, value in kept.items():
            if value is not None:
                one[key] = value


def _only_title(document):
    """The title is what a window is called and what is read out first; a path is no title."""
    import pikepdf

    told = document.trailer.get(INFORMATION)
    title = str(told.get(TITLE, "")) if isinstance(told, pikepdf.Dictionary) else ""
    if INFORMATION in document.trailer:
        del document.trailer[INFORMATION]
    if title and not {"/", "\\"} & set(title):
        document.trailer[INFORMATION] = document.make_indirect(pikepdf.Dictionary({TITLE: title}))


def main():
    bounded.keep_within(memory=MEMORY, seconds=SECONDS)
    import pikepdf
    from pikepdf import settings as limits

    unpacked = MEMORY // 8
    limits.set_qpdf_limits(
        flate_max_memory=unpacked,
        png_max_memory=unpacked,
        tiff_max_memory=unpacked,
        run_length_max_memory=unpacked,
        doc_max_warnings=10_000,
    )
    try:
        content = cleaned(sys.stdin.buffer.read(), int(sys.argv[1]))
    except (MemoryError, traces.TooMuchError):
        return TOO_MUCH
    except (pikepdf.PdfError, traces.UnreadableError, ValueError, TypeError, RuntimeError):
        return UNREADABLE
    if content is None:
        return AS_IT_IS
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())

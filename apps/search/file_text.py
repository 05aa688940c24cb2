"""The text of a file, read in a process of its own: without the site's secrets, and bounded by the
operating system in memory and time, as ``core/pdf_traces.py`` is and for its reasons.

PDF by pypdf. Word and OpenDocument files are XML in a ZIP archive: their paragraphs, and nothing
that an entity would fetch or multiply. Nothing is drawn, run or looked up.
"""

import io
import subprocess
import sys
import zipfile

from django.conf import settings

MEMORY = 512 * 1024 * 1024
SECONDS = 20
AT_MOST = 200_000  # characters
PAGES = 500
UNPACKED = 64 * 1024 * 1024
KINDS = {".pdf": "pdf", ".docx": "docx", ".odt": "odt", ".txt": "txt"}
MEMBERS = {"docx": "word/document.xml", "odt": "content.xml"}
# What begins a new line; what is a space.
BREAKS = {"p", "h", "br", "line-break", "tr", "table-row", "list-item"}
SPACES = {"tab", "s"}


def read(kind: str, data: bytes) -> str:
    """The text of a file of this kind; "" where it has none, or takes more than it may."""
    try:
        done = subprocess.run(  # noqa: S603 - this module, by the Python that runs it
            [sys.executable, "-m", __name__, kind],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=settings.BASE_DIR,
            env={},  # no secret of the site
            timeout=2 * SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return ""
    if done.returncode:  # or a signal: the operating system ended it
        return ""
    return done.stdout.decode(errors="replace")[:AT_MOST].replace("\x00", "")


# --- in the process of its own --------------------------------------------------------------------
def text_of(kind, data):
    if kind == "pdf":
        pieces = _pdf(data)
    elif kind == "txt":
        pieces = iter([data.decode("utf-8", "replace")])
    else:
        pieces = _office(kind, data)
    out, length = [], 0
    for piece in pieces:
        out.append(piece)
        length += len(piece)
        if length > AT_MOST:
            break
    return "".join(out)


def _pdf(data):
    import pypdf

    document = pypdf.PdfReader(io.BytesIO(data))
    if document.is_encrypted and not document.decrypt(""):
        return
    for number, page in enumerate(document.pages):
        if number == PAGES:
            return
        yield page.extract_text() + "\n"


def _office(kind, data):
    from lxml import etree

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        member = archive.getinfo(MEMBERS[kind])
        if member.file_size > UNPACKED:
            return
        with archive.open(member) as file:
            content = io.BytesIO(file.read(UNPACKED))
    events = etree.iterparse(
        content,
        events=("start", "end"),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    for event, element in events:
        name = etree.QName(element).localname
        if event == "start":
            yield "\n" if name in BREAKS else " " if name in SPACES else ""
            continue
        # Word keeps words in runs, of which some are instructions; OpenDocument in its paragraphs.
        if kind == "docx":
            yield (element.text or "") if name == "t" else ""
            element.clear()
    if kind == "odt":
        yield from _words(events.root)


def _words(element):
    from lxml import etree

    for event, one in etree.iterwalk(element, events=("start", "end")):
        name = etree.QName(one).localname
        if event == "start":
            yield "\n" if name in BREAKS else " " if name in SPACES else ""
            yield one.text or ""
        else:
            yield one.tail or ""


def main():
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it writes no file
    try:
        text = text_of(sys.argv[1], sys.stdin.buffer.read())
    except Exception:  # whatever a broken file makes a library say
        return 3
    sys.stdout.buffer.write(text[:AT_MOST].encode("utf-8", "replace"))
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The text of a file, read in a process of its own (``core/bounded.py``).

PDF by pypdf. Word and OpenDocument files are XML in a ZIP archive: their paragraphs as one reads
them, and nothing that an entity would fetch or multiply. What is hidden there, was deleted while
changes are tracked, or is a comment, whoever wrote it did not mean for all who may open the file.
Nothing is drawn, run or looked up.
"""

import io
import sys
import zipfile

from apps.core import bounded

MEMORY = 512 * 1024 * 1024
SECONDS = 20
AT_MOST = 200_000  # characters
PAGES = 500
UNPACKED = 64 * 1024 * 1024
KINDS = {".pdf": "pdf", ".docx": "docx", ".odt": "odt", ".txt": "txt"}
# What holds the words, and what else holds styles.
MEMBERS = {"docx": "word/document.xml", "odt": "content.xml"}
STYLES = {"docx": "word/styles.xml", "odt": "styles.xml"}
# What begins a new line; what is a space.
BREAKS = {"p", "h", "br", "line-break", "tr", "table-row", "list-item"}
SPACES = {"tab", "s"}
OFF = {"0", "false", "off"}  # of what Word otherwise switches on by naming it
DELETED = {"del", "moveFrom"}
UNREAD = {"tracked-changes", "annotation", "script"}  # OpenDocument: what was deleted, comments
HIDES = {"hidden-text", "hidden-paragraph"}


def read(kind: str, data: bytes) -> str:
    """The text of a file of this kind; "" where it has none, or takes more than it may."""
    try:
        ended, text = bounded.run(__name__, kind, data=data, seconds=SECONDS)
    except bounded.TooLongError:
        return ""
    if ended:  # or a signal: the operating system ended it
        return ""
    return text.decode(errors="replace")[:AT_MOST].replace("\x00", "")


# --- in the process of its own --------------------------------------------------------------------
def text_of(kind, data):
    if kind == "pdf":
        pieces = _pdf(data)
    elif kind == "txt":
        pieces = iter([data.decode("utf-8", "replace")])
    else:
        pieces = OFFICE[kind](data)
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


def _parsed(data, member, events):
    """The events of a part of an archive."""
    from lxml import etree

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if archive.getinfo(member).file_size > UNPACKED:
            raise ValueError("Too large.")
        with archive.open(member) as file:
            content = io.BytesIO(file.read(UNPACKED))
    return etree.iterparse(
        content,
        events=events,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _tree(data, member):
    """The root of a part; None where the file has no such part."""
    try:
        events = _parsed(data, member, ("end",))
    except KeyError:
        return None
    for _ in events:
        pass
    return events.root


def _name(element):
    from lxml import etree

    return etree.QName(element).localname


def _own(element, name):
    """An attribute of the element's own vocabulary."""
    return element.get(element.tag[: element.tag.find("}") + 1] + name, "")


def _hidden(styles):
    """The names of styles that hide. ``styles``: {name: (that it is made from, whether it hides,
    None where it does not say)}."""

    def hides(name, seen=frozenset()):
        parent, says = styles.get(name, (None, False))
        if says is None and parent not in seen:
            return hides(parent, seen | {name})
        return bool(says)

    return {name for name in styles if hides(name)}


# Word: words stand in runs, of which some are instructions.
def _docx(data):
    hidden = _hidden(_word_styles(_tree(data, STYLES["docx"])))
    paragraphs, runs, deleted = [False], [False], 0  # whether it is hidden; a box nests them
    for event, element in _parsed(data, MEMBERS["docx"], ("start", "end")):
        name = _name(element)
        if event == "start":
            of = _grandparent(element)
            if name == "p":
                paragraphs.append(False)
            elif name == "r":
                runs.append(paragraphs[-1])
            elif name in DELETED:
                deleted += 1
            elif name == "pStyle" and of == "p":
                paragraphs[-1] = _own(element, "val") in hidden
            elif name == "rStyle" and of == "r":
                runs[-1] = runs[-1] or _own(element, "val") in hidden
            elif name == "vanish" and of == "r":
                runs[-1] = _own(element, "val") not in OFF
            yield "\n" if name in BREAKS else " " if name in SPACES else ""
            continue
        if name == "t" and not (runs[-1] or deleted):
            yield element.text or ""
        elif name == "p":
            paragraphs.pop()
        elif name == "r":
            runs.pop()
        elif name in DELETED:
            deleted -= 1
        element.clear()


def _grandparent(element):
    """Of which run or paragraph a property is: it stands in a list of them."""
    parent = element.getparent()
    above = None if parent is None else parent.getparent()
    return None if above is None else _name(above)


def _word_styles(root):
    styles = {}
    for one in () if root is None else root.iter("{*}style"):
        says = one.find("{*}rPr/{*}vanish")
        made = one.find("{*}basedOn")
        styles[_own(one, "styleId")] = (
            None if made is None else _own(made, "val"),
            None if says is None else _own(says, "val") not in OFF,
        )
    return styles


# OpenDocument: words stand in paragraphs, and between what these hold.
def _odt(data):
    from lxml import etree

    root = _tree(data, MEMBERS["odt"])
    styles = {}
    for part in (_tree(data, STYLES["odt"]), root):
        styles |= _odt_styles(part)
    hidden = _hidden(styles)
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, one in walk:
        name = _name(one)
        if event == "end":
            yield one.tail or ""
            continue
        yield "\n" if name in BREAKS else " " if name in SPACES else ""
        if _is_unread(one, name, hidden):
            walk.skip_subtree()
        else:
            yield one.text or ""


def _is_unread(one, name, hidden):
    return (
        name in UNREAD
        or _own(one, "style-name") in hidden
        or _own(one, "display") == "none"
        or (name in HIDES and _own(one, "is-hidden") == "true")
        or (
            name in BREAKS
            and any(_own(part, "is-hidden") == "true" for part in one.iter("{*}hidden-paragraph"))
        )
    )


def _odt_styles(root):
    styles = {}
    for one in () if root is None else root.iter("{*}style"):
        words = one.find("{*}text-properties")
        said = () if words is None else words.items()
        shown = next((value for key, value in said if key.endswith("}display")), None)
        made = _own(one, "parent-style-name") or None
        styles[_own(one, "name")] = made, None if shown is None else shown == "none"
    return styles


OFFICE = {"docx": _docx, "odt": _odt}


def main():
    bounded.keep_within(memory=MEMORY, seconds=SECONDS)
    try:
        text = text_of(sys.argv[1], sys.stdin.buffer.read())
    except Exception:  # whatever a broken file makes a library say
        return 3
    sys.stdout.buffer.write(text[:AT_MOST].encode("utf-8", "replace"))
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())

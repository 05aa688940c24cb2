"""The text of files is found, and is read in a process that is bounded and has no secrets."""

import io
import time
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.core import bounded
from apps.meetings.models.paper import Paper
from apps.search import file_text, index
from apps.search.finding import Wanted, find

from .. import factories as make

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
ODF = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
BOMB = '<!DOCTYPE a [<!ENTITY b "bombbomb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
STOLEN = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'


def archive(*parts):
    """A ZIP archive of (name, content)s."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts:
            packed.writestr(name, content)
    return out.getvalue()


def docx(words, head="", more=""):
    runs = "".join(f"<w:r><w:t>{word}</w:t></w:r>" for word in words)
    hidden = "<w:r><w:instrText>HYPERLINK secret</w:instrText></w:r>"
    body = f"<w:p>{runs}{hidden}</w:p><w:p><w:r><w:t>{more or 'end'}</w:t></w:r></w:p>"
    whole = f'{head}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
    return archive(("word/document.xml", whole))


def odt(words, head="", more=""):
    whole = (
        f'{head}<d xmlns:t="{ODF}"><t:p>{words}<t:span>{more}</t:span> last</t:p><t:p>end</t:p></d>'
    )
    return archive(("content.xml", whole))


def pdf(words, drawn=""):
    stream = f"BT {drawn}/F1 12 Tf 10 50 Td ({words}) Tj ET".encode()
    return make.pdf(
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ).replace(b"/MediaBox", b"/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>/MediaBox")


def test_each_kind_of_file_gives_its_words_and_nothing_else():
    assert file_text.read("txt", "Zoë\u2019s aardvark".encode()) == "Zoë\u2019s aardvark"
    assert file_text.read("docx", docx(["aard", "vark"])).split() == ["aardvark", "end"]
    assert file_text.read("odt", odt("aard", more="vark")).split() == ["aardvark", "last", "end"]
    assert file_text.read("pdf", pdf("aardvark and baboon")).strip() == "aardvark and baboon"


WORD_STYLES = f"""<w:styles xmlns:w="{WORD}">
<w:style w:styleId="Secret"><w:rPr><w:vanish/></w:rPr></w:style>
<w:style w:styleId="Like"><w:basedOn w:val="Secret"/></w:style>
<w:style w:styleId="Open"><w:basedOn w:val="Secret"/><w:rPr><w:vanish w:val="0"/></w:rPr></w:style>
</w:styles>"""
VANISH = "<w:rPr><w:vanish/></w:rPr>"


def run(words, more=""):
    return f"<w:r>{more}<w:t>{words}</w:t></w:r>"


def test_of_a_word_file_what_is_hidden_or_was_deleted_is_not_read():
    hidden = [
        run("hid", VANISH),
        f"<w:del>{run('hid')}<w:r><w:delText>hid</w:delText></w:r></w:del>",
        f"<w:moveFrom>{run('hid')}</w:moveFrom>",
        run("hid", '<w:rPr><w:rStyle w:val="Like"/></w:rPr>'),
        f'<w:p><w:pPr><w:pStyle w:val="Secret"/></w:pPr>{run("hid")}</w:p>',
        f"<w:r>{VANISH}<w:pict><w:p>{run('box')}</w:p></w:pict><w:t>hid</w:t></w:r>",
    ]
    read = [
        run("plain"),
        run("off", '<w:rPr><w:vanish w:val="false"/></w:rPr>'),
        run("open", '<w:rPr><w:rStyle w:val="Open"/></w:rPr>'),
        run("was", f"<w:rPr><w:rPrChange>{VANISH}</w:rPrChange></w:rPr>"),
        f"<w:pPr>{VANISH}</w:pPr>{run('mark')}",
        f"<w:ins>{run('added')}</w:ins>",
        f"<w:rPr><w:del/></w:rPr>{run('after')}",
    ]
    body = "".join(f"<w:p>{one}</w:p>" for one in (*hidden, *read))
    file = archive(
        ("word/document.xml", f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'),
        ("word/styles.xml", WORD_STYLES),
        ("word/comments.xml", f'<w:comments xmlns:w="{WORD}">{run("hid")}</w:comments>'),
    )
    words = file_text.read("docx", file).split()
    assert words == ["box", "plain", "off", "open", "was", "mark", "added", "after"]


def test_of_an_opendocument_file_what_is_hidden_or_was_deleted_is_not_read():
    style = '<t:style t:name="{}" t:parent-style-name="{}"><t:text-properties {}/></t:style>'
    styles = [
        style.format("Like", "Secret", ""),
        style.format("Open", "Secret", 't:display="true"'),
    ]
    body = [
        "<t:tracked-changes><t:changed-region><t:p>hid</t:p></t:changed-region></t:tracked-changes>",
        "<t:p>plain<t:annotation><t:p>hid</t:p></t:annotation> after</t:p>",
        '<t:p>one<t:span t:style-name="Secret">hid</t:span> two</t:p>',
        '<t:p t:style-name="Like">hid</t:p><t:p t:style-name="Open">open</t:p>',
        '<t:section t:display="none"><t:p>hid</t:p></t:section>',
        '<t:p>now<t:hidden-text t:is-hidden="true">hid</t:hidden-text> here</t:p>',
        '<t:p>hid<t:hidden-paragraph t:is-hidden="true"/></t:p>',
        '<t:p>told<t:hidden-paragraph t:is-hidden="false"/></t:p>',
    ]

    def part(*pieces):
        return f'<d xmlns:t="{ODF}">{"".join(pieces)}</d>'

    file = archive(
        ("content.xml", part(*styles, *body)),
        ("styles.xml", part(style.format("Secret", "", 't:display="none"'))),
    )
    words = file_text.read("odt", file).split()
    assert words == ["plain", "after", "one", "two", "open", "now", "here", "told"]


def test_words_behind_a_scanned_page_are_read():
    """They are drawn so that nobody sees them: the picture shows them."""
    assert file_text.read("pdf", pdf("aardvark", drawn="3 Tr ")).strip() == "aardvark"


@pytest.mark.parametrize("make_one", [docx, odt])
def test_entities_are_neither_multiplied_nor_fetched(make_one):
    for head, name in ((BOMB, "c"), (STOLEN, "b")):
        text = file_text.read(make_one.__name__, make_one("aardvark", head, f"&{name};"))
        assert "bomb" not in text
        assert "root:" not in text


def test_what_is_broken_vast_or_endless_has_no_text_and_ends_in_time(monkeypatch):
    assert file_text.read("pdf", b"%PDF-1.7 nothing") == ""
    assert file_text.read("docx", b"PK nothing") == ""
    assert file_text.read("odt", archive(("other.xml", "<a/>"))) == ""
    vast = archive(("word/document.xml", b"<a>" + b" " * (file_text.UNPACKED + 1) + b"</a>"))
    assert file_text.read("docx", vast) == ""
    assert len(file_text.read("txt", b"a" * (file_text.AT_MOST + 9))) == file_text.AT_MOST
    monkeypatch.setattr(file_text, "SECONDS", 0.001)  # the one that waits; the other has its own
    began = time.monotonic()
    assert file_text.read("pdf", pdf("aardvark")) == ""
    assert time.monotonic() - began < 5


def test_the_process_has_no_secret_and_is_bounded(monkeypatch):
    given = {}

    def run(command, **options):
        given.update(options, command=command)
        raise bounded.subprocess.TimeoutExpired(command, 1)

    with monkeypatch.context() as patch:
        patch.setattr(bounded.subprocess, "run", run)
        assert file_text.read("pdf", b"") == ""
    assert (given["env"], given["timeout"]) == ({}, 2 * file_text.SECONDS)
    limits = {}
    import resource

    monkeypatch.setattr(resource, "setrlimit", lambda what, most: limits.update({what: most[0]}))
    monkeypatch.setattr(file_text.sys, "argv", ["", "txt"])
    stdin = io.TextIOWrapper(io.BytesIO(b"x"))
    monkeypatch.setattr(file_text.sys, "stdin", stdin)
    out = io.TextIOWrapper(io.BytesIO())
    monkeypatch.setattr(file_text.sys, "stdout", out)
    assert file_text.main() == 0
    assert limits == {
        resource.RLIMIT_AS: file_text.MEMORY,
        resource.RLIMIT_CPU: file_text.SECONDS,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
    }


@pytest.mark.django_db
@pytest.mark.differs
@pytest.mark.both
def test_a_paper_is_found_by_its_text_by_those_who_see_it_and_read_once(monkeypatch):
    group = make.working_group(name="Role design", slug="role-design")
    member, outsider = make.UserFactory(), make.UserFactory()
    make.appoint(group, member)
    meeting = make.published(group)
    file = SimpleUploadedFile("plan.docx", docx(["aardvark"]))
    paper = Paper.objects.create(
        meeting=meeting, title="The plan", uploaded_by=meeting.created_by, **Paper.describe(file)
    )
    index.follow()
    (found,) = find(member, Wanted("aardvark"))
    assert (found.kind, found.title, found.url) == ("paper", "The plan", f"/papers/{paper.pk}/")
    assert "<mark>aardvark</mark>" in found.snippet
    assert find(outsider, Wanted("aardvark")) == []
    monkeypatch.setattr(file_text, "read", lambda *given: pytest.fail("It is known already."))
    index.build()
    assert len(find(member, Wanted("aardvark"))) == 1
    paper.delete()
    assert find(member, Wanted("aardvark")) == []

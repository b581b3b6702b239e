"""Links of an .ods file that LibreOffice would follow when it opens it: cut, told, and never followed."""

import http.server
import threading

import openpyxl
import pytest

from haven.cli import main
from haven.errors import HavenError
from haven.hosts.libreoffice.convert import converted
from haven.workbook.files import zipped
from haven.workbook.inspect.opendocument import MIMETYPE, OpenDocument
from haven.workbook.unlinked import unlinked
from tests.workbook.books import book, needs_libreoffice
from tests.workbook.poisoned import holds, png

XLINK = 'xmlns:l="http://www.w3.org/1999/xlink" xmlns:d="d"'


def document(markup, part="content.xml"):
    content = f"<x {XLINK}>{markup}</x>".encode()
    return OpenDocument(zipped({"mimetype": MIMETYPE, "content.xml": b"<x/>", part: content}), "book.ods")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<d:image l:href="http://z.example/x.png" d:a="b"/>', '<d:image d:a="b"/>'),
        ("<d:image d:a='>' l:href = 'file:///x.png'/>", "<d:image d:a='>'/>"),
        ('<d:image l:href="../x.png"/>', "<d:image/>"),
        ('<d:image l:href="%2e%2E/x.png"/>', "<d:image/>"),
        ('<d:image l:href="Pictures/../../x.png"/>', "<d:image/>"),
        ('<d:image l:href="/x.png"/>', "<d:image/>"),
        ('<d:source l:href="&#104;ttp&#58;//x"/>', "<d:source/>"),
    ],
)
@pytest.mark.parametrize("part", ["content.xml", "styles.xml", "Object 1/content.xml"])
def test_a_link_that_is_followed_satisfies_being_cut(before, after, part):
    data, count = unlinked(document(before, part))
    assert count == 1
    assert OpenDocument(data).part(part).decode() == f"<x {XLINK}>{after}</x>"


@pytest.mark.parametrize(
    "markup", ['<d:a l:href="http://z.example"/>', '<d:chart l:href=".."/>', '<d:image l:href="Pictures/1.png"/>']
)
def test_what_is_clicked_or_inside_satisfies_staying(markup):
    source = document(markup)
    assert unlinked(source) == (source.data, 0)


def test_a_link_that_can_not_be_cut_is_refused():
    with pytest.raises(HavenError, match=r"book\.ods links to http://one; break its links first"):
        unlinked(document('<d:\u00e9 l:href="http://one"/>'))


@needs_libreoffice
def test_a_linked_picture_satisfies_neither_being_fetched_nor_sent(tmp_path, capsys):
    asked = []

    class Server(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET  # noqa: N815 - as http.server calls them

    (tmp_path / "secret.png").write_bytes(png())
    with http.server.HTTPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        frame = (
            '<draw:frame svg:width="2cm" svg:height="2cm"><draw:image xlink:href="{}" xlink:show="embed"/></draw:frame>'
        )
        targets = (f"http://127.0.0.1:{server.server_port}/secret", (tmp_path / "secret.png").as_uri())
        made = OpenDocument(converted(book(lambda workbook: workbook.active.append(["shown"])), ".xlsx", ".ods"))
        parts = {name: made.raw(name) for name in made.names}
        linked = "".join(map(frame.format, targets)).encode()
        parts["content.xml"] = parts["content.xml"].replace(b"</table:table-cell>", linked + b"</table:table-cell>", 1)
        file, out = tmp_path / "book.ods", tmp_path / "client.xlsx"
        file.write_bytes(zipped(parts))
        words = ["client", file, "--sheet", "Sheet", "--client", "A", "--as-of", "2025-04-11", "--out", out]
        assert main([str(word) for word in words]) == 0
        server.shutdown()
    assert "left out: what 2 links of book.ods to pictures or files show" in capsys.readouterr().out
    assert asked == [] and not holds(out.read_bytes(), "secret")
    sheet = openpyxl.load_workbook(out)["Sheet"]
    assert sheet["A4"].value == "shown" and sheet._images == []

import zipfile

import pytest

from haven.errors import HavenError
from haven.market import archive
from haven.market.archive import check_archive


def written(path, **parts):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return path


def test_archive_satisfies_passing_pictures_and_markup(tmp_path):
    check_archive(written(tmp_path / "a.xlsx", sheet="<a><b/></a>", image=bytes(range(256)) * 9))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("<a/>" * 101, "has more than 100 elements at sheet"),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", "without a document type"),
        (" " * (archive._CHUNK - 5) + "<!DOCTYPE a><a/>", "without a document type"),
        ("<a/>".encode("utf-16"), "without a document type"),
        ("<a/>".encode("utf-16-le"), "without a document type"),
        ("<a/>".encode("utf-32-be"), "without a document type"),
        (" " * 3_000_001, "has more than 3 MB at sheet"),
    ],
)
def test_archive_refuses_hostile_markup(tmp_path, monkeypatch, content, message):
    monkeypatch.setattr(archive, "MAX_ELEMENTS", 100)
    monkeypatch.setattr(archive, "MAX_PART", 3_000_000)
    with pytest.raises(HavenError, match=message):
        check_archive(written(tmp_path / "a.xlsx", sheet=content))


def test_archive_refuses_too_many_parts_and_no_zip(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MAX_PARTS", 2)
    with pytest.raises(HavenError, match="at most 2 parts"):
        check_archive(written(tmp_path / "a.xlsx", a="", b="", c=""))
    (tmp_path / "b.xlsx").write_bytes(b"PK\3\4")
    with pytest.raises(HavenError, match="is damaged"):
        check_archive(tmp_path / "b.xlsx")

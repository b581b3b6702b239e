import errno
import io
import os
import time
from pathlib import Path

import pytest

from haven.errors import HavenError
from haven.market.atomic import atomic_write
from haven.workbook.files import check_replaceable


def test_atomic_write_satisfies_replacing_the_whole_file_with_its_permissions(tmp_path):
    path = tmp_path / "book.xlsx"
    path.write_bytes(b"a much longer old content")
    path.chmod(0o640)
    with atomic_write(path) as file:
        file.write(b"new")
        assert path.read_bytes() == b"a much longer old content"
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_atomic_write_satisfies_ordinary_permissions_of_a_new_file(tmp_path):
    (tmp_path / "plain").write_bytes(b"")
    with atomic_write(tmp_path / "book.xlsx") as file:
        file.write(b"new")
    assert (tmp_path / "book.xlsx").stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.parametrize("failure", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_atomic_write_satisfies_leaving_everything_as_it_was_on_failure(tmp_path, failure):
    path = tmp_path / "book.xlsx"
    path.write_bytes(b"old")
    with pytest.raises(type(failure)), atomic_write(path) as file:  # noqa: PT012
        file.write(b"half")
        raise failure
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_atomic_write_satisfies_reporting_a_full_disk_from_the_flush(tmp_path, monkeypatch):
    path = tmp_path / "book.xlsx"
    path.write_bytes(b"old")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", lambda *_: io.FileIO("/dev/full", "wb"))
        with pytest.raises(OSError, match="No space left on device"), atomic_write(path) as file:
            file.write(b"new")
    assert path.read_bytes() == b"old"


def test_atomic_write_satisfies_naming_the_file_it_was_to_write(tmp_path):
    path = tmp_path / "absent" / "out.csv"
    with pytest.raises(FileNotFoundError) as failure, atomic_write(path):
        pass
    assert failure.value.filename == str(path)


def test_atomic_write_satisfies_following_a_link(tmp_path):
    (tmp_path / "real.xlsx").write_bytes(b"old")
    (tmp_path / "link.xlsx").symlink_to("real.xlsx")
    with atomic_write(tmp_path / "link.xlsx") as file:
        file.write(b"new")
    assert (tmp_path / "link.xlsx").is_symlink()
    assert (tmp_path / "real.xlsx").read_bytes() == b"new"


def test_atomic_write_satisfies_clearing_only_what_a_killed_writer_left(tmp_path):
    yesterday = time.time() - 90_000
    old, young = tmp_path / f".haven-{'0a' * 8}.tmp", tmp_path / f".haven-{'1b' * 8}.tmp"
    others = [tmp_path / ".haven-notes.tmp", tmp_path / "book.tmp", tmp_path / f".haven-{'0A' * 7}zz.tmp"]
    for file in (old, young, *others):
        file.write_bytes(b"half")
    for file in (old, *others):
        os.utime(file, (yesterday, yesterday))
    with atomic_write(tmp_path / "book.xlsx") as file:
        file.write(b"new")
    assert set(tmp_path.iterdir()) == {tmp_path / "book.xlsx", young, *others}


@pytest.mark.parametrize(("lock", "program"), [("~$book.xlsx", "Excel"), (".~lock.book.xlsx#", "LibreOffice")])
def test_check_replaceable_refuses_a_workbook_held_open_and_names_the_lock(tmp_path, lock, program):
    path = tmp_path / "book.xlsx"
    path.write_bytes(b"")
    (tmp_path / lock).write_bytes(b"")
    with pytest.raises(HavenError) as failure:
        check_replaceable(path)
    assert program in failure.value.message
    assert lock in failure.value.message


def test_check_replaceable_refuses_a_read_only_file(tmp_path):
    path = tmp_path / "book.xlsx"
    path.write_bytes(b"")
    path.chmod(0o444)
    with pytest.raises(HavenError, match="is read-only"):
        check_replaceable(path)


def test_check_replaceable_refuses_a_folder_and_a_missing_folder(tmp_path):
    with pytest.raises(HavenError, match="must be a file"):
        check_replaceable(tmp_path)
    with pytest.raises(HavenError, match="must be a folder that exists"):
        check_replaceable(tmp_path / "nowhere" / "book.xlsx")


def test_check_replaceable_satisfies_writable_and_absent_files(tmp_path):
    check_replaceable(tmp_path / "absent.xlsx")
    (tmp_path / "book.xlsx").write_bytes(b"")
    check_replaceable(tmp_path / "book.xlsx")


def test_check_replaceable_refuses_another_ending(tmp_path):
    check_replaceable(tmp_path / "out.XLSX", like=Path("book.xlsx"))
    with pytest.raises(HavenError, match=r"out must be named \.xlsx like book\.xlsx, got out\.csv"):
        check_replaceable(tmp_path / "out.csv", like=Path("book.xlsx"))

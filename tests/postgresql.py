"""A PostgreSQL server for tests: the one HAVEN_TEST_POSTGRESQL names, else one of their own on loopback."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

PASSWORD = "hunter2"
SECONDS_TO_START = 30


def _programs():
    """The folder of the newest server installed; None where there is none."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = shutil.which("initdb")
    return installed[-1].parent if installed else found and Path(found).resolve().parent


@contextmanager
def server():
    """The URL of a server on which databases may be made."""
    if url := os.environ.get("HAVEN_TEST_POSTGRESQL"):
        yield sa.make_url(url).set(drivername="postgresql+pg8000")
        return
    programs = _programs()
    if programs is None:
        pytest.skip("needs PostgreSQL: install its server, or name one by HAVEN_TEST_POSTGRESQL")
    # The server refuses to be run by root.
    is_root = os.name == "posix" and os.getuid() == 0
    user = {"user": "postgres", "group": "postgres", "extra_groups": []} if is_root else {}
    folder = Path(tempfile.mkdtemp(prefix="haven-postgresql-"))
    try:
        secret = folder / "password"
        secret.write_text(PASSWORD)
        if is_root:
            shutil.chown(folder, "postgres", "postgres")
            shutil.chown(secret, "postgres", "postgres")
        data = folder / "data"
        make = [programs / "initdb", "-D", data, "-U", "desk", "-A", "scram-sha-256", "--pwfile", secret, "-E", "UTF8"]
        subprocess.run([*make, "--no-sync"], check=True, stdout=subprocess.DEVNULL, cwd=folder, **user)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off"]
        run = [
            programs / "postgres",
            "-D",
            data,
            "-p",
            str(port),
            *(part for each in settings for part in ("-c", each)),
        ]
        with (folder / "log").open("w") as log:
            process = subprocess.Popen(run, stdout=log, stderr=log, cwd=folder, **user)
        try:
            url = sa.URL.create("postgresql+pg8000", "desk", PASSWORD, "127.0.0.1", port, "postgres")
            _wait(url, process, folder / "log")
            yield url
        finally:
            process.send_signal(2)
            process.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait(url, process, log):
    engine = sa.create_engine(url)
    deadline = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            engine.connect().close()
        except sa.exc.SQLAlchemyError:
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"PostgreSQL did not start: {log.read_text()}")
            time.sleep(0.1)
        else:
            engine.dispose()
            return


@contextmanager
def database(url, name):
    """The URL of a new, empty database, as a user would write it."""
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    yield url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
    engine.dispose()

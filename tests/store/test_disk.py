"""What the state file does when the disk, another program or another release gets in the way."""

import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from shipsync.errors import ConfigError, TryLaterError
from shipsync.store import db
from shipsync.store.db import SCHEMA_VERSION, Database
from shipsync.store.store import Store
from tests.clocks import START
from tests.journeys.merchant import Merchant, Setup


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state.db"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Merchant]:
    merchant = Merchant(tmp_path, Setup(in_process=True))
    yield merchant
    merchant.close()


def test_every_commit_is_on_the_disk_before_the_next_thing_happens(path: Path) -> None:
    database = Database.open(path)
    with database.read() as sql:
        assert sql.execute("PRAGMA synchronous").fetchone()[0] == 2
        assert sql.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    database.close()


def test_the_files_are_the_owners_before_anything_is_in_them(path: Path) -> None:
    database = Database.open(path)
    with database.write() as sql:
        sql.execute("INSERT INTO store (name) VALUES ('x')")
    assert {stat.S_IMODE(each.stat().st_mode) for each in path.parent.glob("state.db*")} == {0o600}
    database.close()


def test_a_newer_schema_is_refused(path: Path) -> None:
    Database.open(path).close()
    with sqlite3.connect(path) as sql:
        sql.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    with pytest.raises(ConfigError, match=f"schema {SCHEMA_VERSION + 1}"):
        Database.open(path)


def test_an_empty_file_is_a_new_state(path: Path) -> None:
    path.touch()
    Database.open(path).close()
    with sqlite3.connect(path) as sql:
        assert sql.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION


@pytest.mark.parametrize("content", [b"not a database at all" * 100, b"SQLite format 3\x00" + b"\xff" * 4000])
def test_a_broken_file_is_said_and_left_as_it_is(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(ConfigError, match="state file"):
        Database.open(path)
    assert path.read_bytes() == content


def test_a_read_only_folder_is_said(tmp_path: Path) -> None:
    missing = tmp_path / "no such folder" / "state.db"
    with pytest.raises(ConfigError, match="state file"):
        Database.open(missing)


def test_a_dry_run_leaves_no_byte_changed(path: Path) -> None:
    Database.open(path).close()
    before = path.read_bytes()
    copy = Database.copy_of(path)
    with copy.write() as sql:
        sql.execute("INSERT INTO store (name) VALUES ('x')")
    copy.close()
    assert path.read_bytes() == before


def test_two_first_runs_at_once_make_one_state(path: Path) -> None:
    code = (
        f"from pathlib import Path; from shipsync.store.db import Database; Database.open(Path({str(path)!r})).close()"
    )
    started = [subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE) for _ in range(4)]
    said = [process.communicate()[1] for process in started]
    assert [process.returncode for process in started] == [0, 0, 0, 0], said
    with sqlite3.connect(path) as sql:
        assert sql.execute("SELECT count(*) FROM _sqlite_migrations").fetchone()[0] == 1


def test_a_file_that_somebody_else_keeps_locked_is_try_later(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, "BUSY_SECONDS", 0.1)
    database = Database.open(path)
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(TryLaterError, match="locked"), database.write():
            pass
        other.execute("ROLLBACK")
    with database.write() as sql:
        sql.execute("INSERT INTO store (name) VALUES ('x')")
    database.close()


def test_one_connection_serves_several_threads(path: Path) -> None:
    database = Database.open(path)
    store = Store(database, "acme")
    failed: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for each in range(20):
                store.runs.begin(f"{number}-{each}", START)
        except sqlite3.Error as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with database.read() as sql:
        assert sql.execute("SELECT count(*) FROM run").fetchone()[0] == 160
    database.close()


FULL = """
import resource, sys
from pathlib import Path
sys.path.insert(0, {root!r})
from shipsync.store.db import Database
from shipsync.store.store import Store
from shipsync.errors import ShipsyncError
from shipsync.clock import SystemClock
database = Database.open(Path({path!r}))
store = Store(database, "acme")
size = sum(p.stat().st_size for p in Path({path!r}).parent.glob("state.db*"))
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 20000, size + 20000))
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
done = 0
try:
    for number in range(100000):
        store.runs.begin("x" * 500, SystemClock().now())
        done += 1
except ShipsyncError as error:
    print(type(error).__name__, done, str(error).splitlines()[0])
"""


def test_a_full_disk_stops_before_the_call_that_could_not_be_recorded(path: Path) -> None:
    code = FULL.format(root=str(Path(__file__).parents[2]), path=str(path))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("ConfigError"), done.stdout + done.stderr
    kept = int(done.stdout.split()[1])
    with sqlite3.connect(path) as sql:
        assert sql.execute("SELECT count(*) FROM run").fetchone()[0] == kept


def test_nothing_is_sent_that_could_not_be_recorded(shop: Merchant, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk fills up while an order is written: the intent fails, so no call is made."""
    name = shop.baseline()[0]
    shop.edit.change_address(name, address1="22 Moved Avenue")
    begin = type(shop.state.journal).begin

    def full(*arguments: object) -> list[int]:
        raise ConfigError("state file: database or disk is full")

    monkeypatch.setattr(type(shop.state.journal), "begin", full)
    with pytest.raises(ConfigError):
        shop.run()
    assert shop.mutations() == []
    monkeypatch.setattr(type(shop.state.journal), "begin", begin)
    assert shop.run().statuses() == {f"{name} address": "applied"}

"""The real command, as cron and a person start it, against both servers over HTTP."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from shipsync.model.plan import Document
from shipsync.sandbox.running import Running, Town, running


class Shop:
    """A running merchant and a folder with its configuration."""

    def __init__(self, opened: Running, folder: Path) -> None:
        self.opened, self.folder = opened, folder
        self.edit, self.floor = opened.sandbox.merchant, opened.sandbox.warehouse
        self.names = sorted(opened.sandbox.shop.by_name)

    def __call__(self, *arguments: str, code: int | None = 0, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, **variables}
        done = subprocess.run(
            [sys.executable, "-m", "shipsync", *arguments],
            cwd=self.folder,
            env=environment | {"PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True,
            text=True,
            check=False,
        )
        assert code is None or done.returncode == code, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        return done

    def json(self, *arguments: str, code: int | None = 0) -> Any:
        return json.loads(self(*arguments, "--json", code=code).stdout)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with running(Town(orders=5)) as opened:
        opened.write(tmp_path)
        yield Shop(opened, tmp_path)


def test_first_run_then_quiet(shop: Shop) -> None:
    assert "nothing to do" in shop("run").stdout
    assert shop("run", "--quiet").stdout == ""
    assert shop("run", "--quiet").stderr == ""


def test_files_are_for_the_owner_only(shop: Shop) -> None:
    shop("run")
    shop("plan", "-o", "plan.json")
    for name in ("shipsync.db", "shipsync.db.tokens", "plan.json"):
        assert stat.S_IMODE((shop.folder / name).stat().st_mode) == 0o600, name


def test_plan_says_what_run_then_does(shop: Shop) -> None:
    shop("run")
    name = shop.names[0]
    shop.edit.change_address(name, address1="200 Changed Avenue")
    planned = shop.json("plan")
    assert msgspec.convert(planned, Document).changes[0].status == "planned"
    assert shop("plan", "--exit-code", code=4).returncode == 4
    ran = shop.json("run")
    assert [c["id"] for c in ran["changes"]] == [c["id"] for c in planned["changes"]]
    assert [c["status"] for c in ran["changes"]] == ["applied"]
    assert "nothing to do" in shop("run").stdout


def test_a_table_elsewhere_than_on_a_terminal_shows_nobodys_street(shop: Shop) -> None:
    shop("run")
    shop.edit.change_address(shop.names[0], address1="200 Changed Avenue", last_name="Example")
    hidden = shop("plan").stdout + shop("plan", "--markdown").stdout
    assert "200 Changed" not in hidden
    assert "200 Changed" in shop("plan", "--show-personal").stdout


def test_a_plan_file_applies_what_was_reviewed_and_skips_what_moved(shop: Shop) -> None:
    shop("run")
    first, second, third = shop.names[:3]
    for name in (first, second):
        shop.edit.change_address(name, address1="200 Changed Avenue")
    shop("plan", "-o", "plan.json")
    shop.edit.change_address(second, address1="300 Changed again")
    shop.edit.change_address(third, address1="400 Not in the plan")
    applied = shop.json("apply", "plan.json", code=5)
    assert {c["order"]: c["status"] for c in applied["changes"]} == {first: "applied", second: "stale"}
    assert {c["order"]: c["status"] for c in shop.json("run")["changes"]} == {second: "applied", third: "applied"}


def test_a_plan_file_of_which_nothing_is_left_is_refused(shop: Shop) -> None:
    shop("run")
    shop.edit.change_address(shop.names[0], address1="200 Changed Avenue")
    shop("plan", "-o", "plan.json")
    shop.edit.change_address(shop.names[0], address1="300 Changed again")
    assert {c["status"] for c in shop.json("apply", "plan.json", code=6)["changes"]} == {"stale"}


def test_a_plan_file_is_the_approval_in_a_store_that_wants_one(shop: Shop) -> None:
    path = shop.folder / "shipsync.yaml"
    path.write_text(path.read_text().replace("  acme:\n", "  acme:\n    apply: review\n"))
    shop("run")
    shop.edit.change_address(shop.names[0], address1="200 Changed Avenue")
    shop("plan", "-o", "plan.json")
    assert [c["status"] for c in shop.json("apply", "plan.json")["changes"]] == ["applied"]


def test_review_by_command(shop: Shop) -> None:
    shop("run")
    name = shop.names[0]
    shop.floor.edit_address(name, address1="7 Corrected by the warehouse")
    shop.edit.change_address(name, address1="300 Changed by the customer")
    shop("run", code=5)
    waiting = shop.json("review")["changes"]
    assert [(c["order"], c["status"], c["rule"]) for c in waiting] == [(name, "review", "conflict")]
    assert "conflict" not in shop("review", "platform-wins", waiting[0]["id"]).stderr
    shop("run")
    assert "nothing waits" in shop("review").stdout
    shop("review", "approve", waiting[0]["id"], code=2)


def test_guards_stop_a_kind_and_let_it_through_by_force(shop: Shop) -> None:
    path = shop.folder / "shipsync.yaml"
    path.write_text(path.read_text() + "    guards: {address: {count: 2, percent: 10}}\n")
    shop("run")
    for name in shop.names[:4]:
        shop.edit.change_address(name, address1="200 Changed Avenue")
    shop.edit.set_note(shop.names[4], "unchanged")
    stopped = shop("run", code=6)
    assert "--force" in stopped.stderr
    assert {c["status"] for c in shop.json("run", code=6)["changes"]} == {"blocked"}
    assert {c["status"] for c in shop.json("run", "--force")["changes"]} == {"applied"}


def test_only_and_since_leave_the_cursor(shop: Shop) -> None:
    shop("run")
    before = shopify_cursors(shop)
    shop.edit.change_address(shop.names[0], address1="200 Changed Avenue")
    assert {c["order"] for c in shop.json("run", "--only", shop.names[0].removeprefix("#"))["changes"]} == {
        shop.names[0]
    }
    done = shop("run", "--since", "3 days ago")
    assert "since 20" in done.stderr
    assert shopify_cursors(shop) == before
    shop("run", "--only", "#9999", code=2)
    shop("run", "--since", "1 hour", code=2)


def shopify_cursors(shop: Shop) -> list[str]:
    return [line for line in shop("cursor", "show").stdout.splitlines() if "platform" not in line]


def test_cursor_set_reads_again(shop: Shop) -> None:
    shop("run")
    shop("cursor", "set", "3 days ago")
    assert shop.json("run")["summary"]["seen"] >= 5
    shop("cursor", "set", "2199-01-01T00:00:00Z", code=2)


def test_show_and_status_tell_the_story(shop: Shop) -> None:
    shop("run")
    shop.edit.change_address(shop.names[0], address1="200 Changed Avenue")
    shop("run")
    told = shop("show", shop.names[0]).stdout
    assert all(text in told for text in ("order_update", "applied", "200 Changed Avenue"))
    stand = shop.json("status")["acme"]
    assert stand["orders"]["orders"] == 5
    assert stand["runs"][0]["exit_code"] == 0
    shop("show", "#9999", code=2)


def test_a_second_run_while_one_is_at_work_says_try_later_and_is_quiet_when_asked(shop: Shop) -> None:
    from filelock import FileLock

    shop("run")
    with FileLock(shop.folder / "shipsync.db.acme.lock"):
        assert "another run" in shop("run", code=75).stderr
        assert shop("run", "--quiet", code=75).stderr == ""
    shop("run")


def test_configuration_faults_come_all_at_once(shop: Shop) -> None:
    path = shop.folder / "shipsync.yaml"
    path.write_text(path.read_text().replace("orders: adopt", "orders: adpot\n      retrys: 3"))
    said = shop("config", "check", code=3).stderr
    assert all(text in said for text in ("adpot", "retrys"))


def test_a_wrong_credential_is_code_7_and_tells_no_secret(shop: Shop) -> None:
    (shop.folder / "shipsync.env").write_text(
        "SHOPIFY_CLIENT_ID=sandbox-client\nSHOPIFY_CLIENT_SECRET=canary-wrong\nSHIPHERO_REFRESH_TOKEN=x\n"
    )
    failed = shop("run", code=7)
    assert "canary" not in failed.stderr + failed.stdout


def test_a_server_that_is_down_is_code_75_and_the_other_store_runs(shop: Shop) -> None:
    path = shop.folder / "shipsync.yaml"
    text = path.read_text()
    acme = text[text.index("  acme:") :]
    broken = acme.replace("  acme:", "  gone:").replace(shop.opened.shopify.url, "http://127.0.0.1:9")
    path.write_text(text + broken)
    shop.opened.sandbox.clock  # noqa: B018 - the sandbox stays up
    done = shop("run", "--store", "acme")
    assert "nothing to do" in done.stdout
    documents = json.loads(shop("run", "--json", code=None).stdout)
    assert [d["store"] for d in documents] == ["acme"]


def test_sandbox_verbs_by_command(shop: Shop) -> None:
    listed = shop("sandbox", "warehouse", "--folder", ".").stdout
    assert "pick" in listed
    shop("sandbox", "warehouse", "pick", f"order={shop.names[0]}", "--folder", ".")
    shop("sandbox", "edit", "change_address", f"order={shop.names[1]}", "address1=2 Other Road", "--folder", ".")
    shop("sandbox", "edit", "no_such_verb", "--folder", ".", code=2)
    assert shop.names[0] in shop("sandbox", "orders", "--folder", ".").stdout

"""The waiting dbt works on the project that it has parsed, and only while that is the project it is asked for."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

DBT = Path(__file__).resolve().parents[2] / "dbt"
PARSED, CHANGED = "stamp of the parsed project", "stamp of a changed project"


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project that dbt cannot parse: its success shows that it did not try."""
    project = tmp_path_factory.mktemp("broken") / "dbt"
    shutil.copytree(DBT, project)
    (project / "models" / "nem" / "marts" / "fact_dispatch.sql").write_text("{% if %}")
    return project


def command(name: str, project: Path, target: Path, *more: str) -> list[str]:
    folders = ("--project-dir", project, "--profiles-dir", project, "--target-path", target)
    return ["--no-use-colors", "--log-path", str(target), name, *map(str, folders), *more]


def spare(*orders: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, DBT / "spare_dbt.py"],
        input="".join(f"{json.dumps(each)}\n" for each in orders),
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
    )


def listed(tmp_path: Path, broken: Path, stamp: str) -> tuple[int, str]:
    """Exit code and output of `dbt ls` on the broken project, after a rehearsal on the whole one."""
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TRINO_CATALOG": "slot_1", "DO_NOT_TRACK": "1"}
    select = ("--select", "path:models/nem/marts", "--resource-type", "model", "--output", "name")
    common: dict[str, Any] = {"env": env, "cwd": str(tmp_path)}
    rehearsal = {
        **common,
        "isRehearsal": True,
        "stamp": PARSED,
        "parse": command("parse", DBT, tmp_path / "rehearsal"),
        "args": command("ls", DBT, tmp_path / "rehearsal", *select),
    }
    work = {**common, "stamp": stamp, "args": command("ls", broken, tmp_path / "work", *select)}
    ended = spare(rehearsal, work)
    return ended.returncode, ended.stdout


def test_project_is_parsed_once(tmp_path: Path, broken: Path) -> None:
    code, output = listed(tmp_path, broken, PARSED)
    assert code == 0
    # Once: the rehearsal said nothing.
    assert output.splitlines().count("fact_dispatch") == 1


def test_changed_project_is_parsed_again(tmp_path: Path, broken: Path) -> None:
    code, _ = listed(tmp_path, broken, CHANGED)
    assert code == 2


def test_results_are_written_and_no_manifest(tmp_path: Path) -> None:
    """Without a Trino: dbt is told which tables there are, and asks for nothing else."""
    target = tmp_path / "work"
    offline = ("--no-introspect", "--select", "dim_region_keeps_rules")
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "DO_NOT_TRACK": "1",
        "TRINO_CATALOG": "slot_1",
        "DBT_KNOWN_TABLES": "nem_gold.dim_region",
    }
    parse, compile_ = command("parse", DBT, target), command("compile", DBT, target, *offline)
    common: dict[str, Any] = {"env": env, "cwd": str(tmp_path), "stamp": PARSED, "args": compile_}
    ended = spare({**common, "isRehearsal": True, "parse": ["--no-write-json", *parse]}, common)
    assert ended.returncode == 0, ended.stdout
    assert (target / "run_results.json").exists()
    assert not (target / "manifest.json").exists()


def test_nothing_is_done_without_orders() -> None:
    ended = spare()
    assert (ended.returncode, ended.stdout) == (0, "")

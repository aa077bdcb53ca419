"""The list of referenced files holds all that the tables need, whatever snapshot needs it."""

import json
from pathlib import Path
from typing import Any

import pytest
from py4j.protocol import Py4JJavaError
from pyspark.sql import SparkSession

from currents_spark.errors import InvalidJobSpecError
from currents_spark.jobs.list_files import ListFiles
from nem_lake import NemLake
from nem_messages import scada


def states(lake: NemLake) -> list[str]:
    """The newest metadata file of every table."""
    newest: dict[Path, Path] = {}
    for path in lake.folder.rglob("v*.metadata.json"):
        if path.parent not in newest or version_of(path) > version_of(newest[path.parent]):
            newest[path.parent] = path
    return sorted(str(path) for path in newest.values())


def version_of(metadata: Path) -> int:
    return int(metadata.name.removeprefix("v").split(".")[0])


def listed(lake: NemLake, out: Path, metadata: list[str]) -> tuple[dict[str, str], dict[str, Any]]:
    spec = lake.spec("list_files", metadata=metadata, out_uri=out.as_uri())
    result = ListFiles(lake.session, spec, lake.control(spec)).run()["files"]
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    return {row["path"].removeprefix("file:"): row["kind"] for row in rows}, result


@pytest.fixture(scope="module")
def used(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> NemLake:
    """One lake for all tests of this file; the last one writes to it."""
    lake = NemLake(spark, tmp_path_factory.mktemp("used") / "lake", "hadoop")
    for mw, header in (("1", "2025/12/27 00:00:13"), ("2", "2025/12/27 00:06:00")):
        lake.log.send("nem_dispatch", [scada("A", mw, file=mw, header_at=header), scada("B", "5", line=4)])
        lake.refine()
    return lake


def test_every_file_on_disk_is_listed_with_its_kind(used: NemLake, tmp_path: Path) -> None:
    (used.folder / "nem" / "silver_dispatch_clean" / "data" / "stray.parquet").write_text("nobody's")
    paths, result = listed(used, tmp_path / "files.ndjson", states(used))
    on_disk = {
        str(path)
        for path in used.folder.rglob("*")
        if path.is_file() and not path.name.startswith(".") and path.name != "version-hint.text"
    }
    assert {path for path in on_disk if path not in paths} == {
        str(used.folder / "nem/silver_dispatch_clean/data/stray.parquet")
    }
    assert set(paths) <= on_disk
    assert set(paths.values()) == {"metadata", "manifest_list", "manifest", "data", "delete"}
    assert result["count"] == len(paths) == sum(result["by_kind"].values())


def test_only_what_the_states_named_need_is_listed(used: NemLake, tmp_path: Path) -> None:
    [bronze] = [state for state in states(used) if "/bronze_dispatch/" in state]
    paths, _ = listed(used, tmp_path / "c", [bronze])
    assert paths and all("/nem/bronze_dispatch/" in path for path in paths)


def test_main_may_be_read(lake: NemLake) -> None:
    lake.catalog = {
        "mode": "native",
        "uri": "http://n",
        "ref": "main",
        "warehouse": "s3://w",
        "s3_endpoint": "http://s",
    }
    assert lake.spec("list_files").catalog.ref == "main"


def test_no_state_is_an_error_and_no_empty_list(used: NemLake, tmp_path: Path) -> None:
    with pytest.raises(InvalidJobSpecError, match="at least one of metadata"):
        listed(used, tmp_path / "d", [])
    assert not (tmp_path / "d").exists()


def test_a_state_that_is_not_there_fails_the_job(used: NemLake, tmp_path: Path) -> None:
    with pytest.raises(Py4JJavaError, match="v99.metadata.json"):
        listed(
            used,
            tmp_path / "e",
            [
                *states(used),
                str(used.folder / "nem" / "silver_dispatch_clean" / "metadata" / "v99.metadata.json"),
            ],
        )
    assert not (tmp_path / "e").exists()


def test_files_of_older_snapshots_and_of_older_states_count(used: NemLake, tmp_path: Path) -> None:
    older = states(used)
    before = {
        path for path, kind in listed(used, tmp_path / "a", older)[0].items() if kind in ("data", "delete")
    }
    used.session.sql("DELETE FROM lake.nem.silver_dispatch_clean")
    newer, _ = listed(used, tmp_path / "b", states(used))
    both, result = listed(used, tmp_path / "f", [*older, *states(used)])
    assert before <= set(newer)
    assert set(both) == set(newer)
    assert result["tables"] == len(older) + len(states(used))

"""
Rows come as messages of texts or typed ones, from Kafka or staged, in small batches or large: the lake is the
same.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from currents_spark.runner.session import BULK
from nem_lake import NemLake, unit
from nem_messages import Record, row_message, scada
from staged import stage
from test_landing import bulk  # noqa: F401 - a fixture
from typed_rows import stage_typed, typed

AT = "2025/12/27 00:05:00"
BRONZE = ("dispatch", "price", "region", "interconnector", "case", "rooftop")
SILVER = ("dispatch_clean", "region_clean", "interconnector_clean", "rooftop_clean")


def regional(texts: dict[str, Any], line: int = 3, **coordinates: Any) -> bytes:
    return row_message({"SETTLEMENTDATE": AT, **texts}, file="d.zip", line=line, **coordinates)


def rooftop(kind: str, mw: str, line: int) -> bytes:
    values = {
        "INTERVAL_DATETIME": "2025/12/27 04:30:00",
        "REGIONID": "QLD1",
        "TYPE": kind,
        "QI": "1",
        "POWER": mw,
    }
    return row_message(values, file="r.zip", line=line)


# With repeats, corrections, trailing blanks, whole numbers with a fraction, columns outside the contract,
# columns that the file is missing, and times on both sides of the day's end.
DAY: dict[str, list[bytes]] = {
    "nem_dispatch": [
        scada("A", "1"),
        scada("B ", "-1E-05", line=4, changed="2025/12/27 00:00:22"),
        scada("B ", "-1E-05", line=4, changed="2025/12/27 00:00:22"),
        scada("C", "7", line=5, at="2025/12/27 04:05:00"),
        scada("A", "9", file="b.zip", header_at="2025/12/27 00:06:00", file_id="7"),
        scada("C", "7", file="b.zip", line=4, at="2025/12/27 04:05:00", file_id="7"),
        scada("D", None, file="c.zip", missing_columns=["SCADAVALUE", "LASTCHANGED"]),
    ],
    "nem_price": [
        regional(
            {"REGIONID": "NSW1", "INTERVENTION": "0", "RUNNO": "1.0", "RRP": "50.5", "PRICE_STATUS": "FIRM"}
        ),
        regional({"REGIONID": "NSW1", "INTERVENTION": "1", "RRP": "0.1", "PRICE_STATUS": ""}, line=4),
    ],
    "nem_region": [
        regional(
            {"REGIONID": "NSW1", "INTERVENTION": "0", "TOTALDEMAND": "6257.51", "LORSURPLUS": "", "NEW": "7"},
            line=5,
        ),
        regional({"REGIONID": "VIC1", "INTERVENTION": "0", "TOTALDEMAND": "1e3"}, line=6),
    ],
    "nem_interconnector": [
        regional(
            {
                "INTERCONNECTORID": "N-Q-MNSP1",
                "INTERVENTION": str(run),
                "METEREDMWFLOW": "1",
                "MWFLOW": "2.5",
            },
            line=run,
        )
        for run in (0, 1)
    ],
    "nem_case": [regional({"INTERVENTION": "0", "SOLUTIONSTATUS": "0", "TOTALOBJECTIVE": "-1.5"}, line=9)],
    "nem_rooftop": [rooftop("MEASUREMENT", "1", 3), rooftop("SATELLITE", "2", 4)],
}


def refined(lake: NemLake, form: str, folder: Path) -> dict[str, Any]:
    """One run over DAY."""
    lake.load_units([unit("A"), unit("B")])
    lake.runs = 0
    if form == "texts in kafka":
        for topic, messages in DAY.items():
            lake.log.send(topic, messages)
        return lake.refine()
    if form == "typed in kafka":
        for topic, messages in DAY.items():
            lake.log.send(topic, [typed(topic, message) for message in messages])
        return lake.refine()
    if form == "texts staged":
        return lake.refine_landing([stage(folder, topic, messages) for topic, messages in DAY.items()])
    return lake.refine_landing(
        [stage_typed(lake.session, folder, topic, messages) for topic, messages in DAY.items()]
    )


def contents(lake: NemLake) -> dict[str, list[Any]]:
    tables = [f"bronze_{name}" for name in BRONZE] + [f"silver_{name}" for name in SILVER]
    found = {}
    for table in tables:
        frame = lake.session.table(f"lake.nem.{table}").drop("partition", "offset")
        rows = frame.selectExpr(*[_comparable(name, kind) for name, kind in frame.dtypes])
        found[table] = sorted(rows.collect(), key=repr)
    return found


def _comparable(name: str, kind: str) -> str:
    return f"map_entries({name}) AS {name}" if kind.startswith("map") else f"`{name}`"


FORMS = ("typed in kafka", "texts staged", "typed staged")


@pytest.fixture(scope="module")
def of_texts(
    spark: SparkSession, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, Any], dict[str, list[Any]]]:
    """The result and the lake that every other form is compared with."""
    folder = tmp_path_factory.mktemp("texts")
    lake = NemLake(spark, folder / "lake")
    result = refined(lake, "texts in kafka", folder)
    return result, contents(lake)


@pytest.mark.parametrize("form", [f"{form}{size}" for form in FORMS for size in ("", ", large")])
def test_every_form_of_the_same_rows_makes_the_same_lake(
    spark: SparkSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    of_texts: tuple[dict[str, Any], dict[str, list[Any]]],
    form: str,
) -> None:
    expected, tables = of_texts
    other = NemLake(spark, tmp_path / "other")
    if form.endswith("large"):
        monkeypatch.setattr("currents_spark.engine.refine.BULK_RECORDS_MIN", 1)
        other.in_bulk(BULK)
    result = refined(other, form.removesuffix(", large"), tmp_path)
    assert contents(other) == tables
    assert len(tables["bronze_dispatch"]) == 6
    for name in ("counts", "touched", "intervals", "trading_dates", "unknown_units", "written_tables"):
        assert result[name] == expected[name], name


def reasons(lake: NemLake, records: list[Record]) -> list[tuple[str, str]]:
    """Of each record that the lake has no row of, by offset."""
    lake.log.send("nem_dispatch", records, partition=0)
    lake.refine()
    return lake.values("SELECT offset, reason, rule FROM lake.nem_ops.dead_letters ORDER BY offset")


def changed(message: bytes = scada(), *, header: dict[str, Any] | None = None, **changes: Any) -> Record:
    """A typed message of the dispatch topic; None leaves a part out."""
    good = typed("nem_dispatch", message)
    value = {**json.loads(good.value or b""), **changes}
    file = {**json.loads(good.headers["currents.file"]), **(header or {})}
    return Record(
        json.dumps({name: each for name, each in value.items() if each is not None}).encode(),
        {"currents.file": json.dumps({name: each for name, each in file.items() if each is not None})},
    )


VALUES = {"trading_interval": "2025-12-27T00:05:00", "unit_id": "A", "scada_value_mw": 1.5}


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in VALUES.items() if key != name}


def test_the_guard_rejects_typed_messages_by_the_reasons_of_texts(lake: NemLake) -> None:
    file = changed().headers
    foreign = Record((changed(line=24, values=VALUES).value or b"").replace(b'"A"', b'"\xc4"'), file)
    assert b"\xc4" in (foreign.value or b"")
    cases: list[tuple[Record, str, str]] = [
        (Record(b"{oops", file), "malformed_json", "json:row_message"),
        (Record(None, file), "malformed_json", "json:row_message"),
        (changed(line=11, values={**VALUES, "scada_value_mw": "1,5"}), "malformed_json", "json:row_message"),
        (
            changed(line=12, values={**VALUES, "trading_interval": "soon"}),
            "malformed_json",
            "json:row_message",
        ),
        *(
            (
                changed(line=line, values={**VALUES, "scada_value_mw": number}),
                "malformed_json",
                "json:row_message",
            )
            for line, number in ((21, float("nan")), (22, float("-inf")), (23, "NaN"))
        ),
        (foreign, "not_utf8", "utf8:message"),
        (changed(line=13, v=3), "contract_version_unknown", "contract_version:1,2"),
        (changed(line=None), "coordinates_missing", ""),
        (changed(line=14, header={"source_sha256": None}), "coordinates_missing", ""),
        (changed(line=15, header={"header_at": "yesterday"}), "coordinates_missing", ""),
        (Record(changed().value, {}), "coordinates_missing", ""),
        (
            changed(line=16, values=without("trading_interval")),
            "settlementdate_invalid",
            "nem_timestamp:SETTLEMENTDATE",
        ),
        (changed(line=17, values=without("unit_id")), "empty_unit_id", "not_null:DUID"),
        (changed(line=18, values={**VALUES, "unit_id": "  "}), "empty_unit_id", "not_null:DUID"),
        (changed(line=19, values=without("scada_value_mw")), "scadavalue_missing", "not_null:SCADAVALUE"),
        (changed(line=20, values=None), "settlementdate_invalid", "nem_timestamp:SETTLEMENTDATE"),
    ]
    found = reasons(lake, [*(record for record, _, _ in cases), changed(line=99)])
    place = "not_null:source_file,source_sha256,source_line,file_id,header_at,ingested_at"
    assert found == [(offset, reason, rule or place) for offset, (_, reason, rule) in enumerate(cases)]
    assert lake.values("SELECT source_line FROM lake.nem.bronze_dispatch") == [99]


def test_a_batch_may_hold_messages_of_both_versions(lake: NemLake) -> None:
    lake.log.send("nem_dispatch", [scada("A", "1"), typed("nem_dispatch", scada("B", "2", line=4))])
    lake.log.send(
        "nem_dispatch", [typed("nem_dispatch", scada("A", "1")), scada("C", "NaN", line=5), b"{oops"]
    )
    result = lake.refine()
    assert lake.values("SELECT unit_id, scada_value_mw FROM lake.nem.bronze_dispatch ORDER BY 1") == [
        ("A", 1.0),
        ("B", 2.0),
    ]
    counts = result["counts"][0]
    assert (counts["rows_in"], counts["redelivered"], counts["dead_letters"]) == (5, 1, 2)


def test_a_replayed_dead_letter_of_a_typed_message_comes_through(lake: NemLake) -> None:
    """What a dead letter keeps, value and headers, is all that the message needs."""
    bad = changed(values=without("scada_value_mw"))
    assert reasons(lake, [bad]) == [(0, "scadavalue_missing", "not_null:SCADAVALUE")]
    kept = lake.rows("SELECT payload, headers FROM lake.nem_ops.dead_letters")[0]
    assert (kept.payload.encode(), kept.headers) == (bad.value, bad.headers)

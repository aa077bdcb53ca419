"""Links, regions and limits of the market, loaded again and again from different sources."""

import json
from typing import Any

from currents_spark.pipelines.nem.definition import PIPELINE
from currents_spark.pipelines.nem.load_reference import LoadReference
from nem_lake import NemLake

BUILT_IN = "built in"


def load(lake: NemLake, **rows: list[dict[str, Any]]) -> list[str]:
    """Loads tables by their names; the tables written."""
    uris = {}
    for name, items in rows.items():
        path = lake.folder.parent / f"{name}-{lake.runs}.ndjson"
        path.write_text("\n".join(json.dumps(item) for item in items))
        uris[name] = path.as_uri()
    spec = lake.spec("load_reference", tables=uris)
    written: list[str] = LoadReference(lake.session, spec, lake.control(spec), PIPELINE).run()[
        "written_tables"
    ]
    return written


def limit(value: float, day: str, source: str = BUILT_IN) -> dict[str, Any]:
    stamps = {"valid_from": f"{day} 00:00:00", "valid_to": "2999-12-31 00:00:00"}
    return {"name": "price_cap_aud_per_mwh", "value": value, **stamps, "source": source}


def link(ends: tuple[str, str], source: str = BUILT_IN) -> dict[str, Any]:
    stamps = {"valid_from": "1998-12-01 00:00:00", "valid_to": "2999-12-31 00:00:00"}
    return {
        "interconnector_id": "V-SA",
        "region_from": ends[0],
        "region_to": ends[1],
        **stamps,
        "source": source,
    }


LIMITS = (
    "SELECT value, CAST(valid_from AS DATE), CAST(valid_to AS DATE) FROM lake.nem.market_limits ORDER BY 2"
)
ENDS = "SELECT region_from, region_to, source FROM lake.nem.interconnector_metadata"


def test_a_limit_ends_where_the_next_begins_whichever_load_brought_it(lake: NemLake) -> None:
    load(lake, limits=[limit(20300, "2025-07-01")])
    load(lake, limits=[limit(25600, "2027-07-01", "limits.csv")])
    assert [(value, str(low), str(high)) for value, low, high in lake.values(LIMITS)] == [
        (20300.0, "2025-07-01", "2027-07-01"),
        (25600.0, "2027-07-01", "2999-12-31"),
    ]


def test_what_is_built_in_never_replaces_what_a_file_or_an_archive_said(lake: NemLake) -> None:
    named = f"{BUILT_IN}: a schedule"
    load(lake, limits=[limit(20300, "2025-07-01", named)], interconnectors=[link(("VIC1", "SA1"), named)])
    load(
        lake,
        limits=[limit(20400, "2025-07-01", "MMSDM 2026-03")],
        interconnectors=[link(("SA1", "VIC1"), "MMSDM 2026-03")],
    )
    again = load(
        lake, limits=[limit(20300, "2025-07-01", named)], interconnectors=[link(("VIC1", "SA1"), named)]
    )
    assert again == []
    assert [row[0] for row in lake.values(LIMITS)] == [20400.0]
    assert lake.values(ENDS) == [("SA1", "VIC1", "MMSDM 2026-03")]


def test_a_limit_of_zero_is_a_value(lake: NemLake) -> None:
    assert load(lake, limits=[limit(0, "2025-07-01")]) == ["nem.market_limits"]

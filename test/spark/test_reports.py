"""Reports beside dispatch and rooftop: what bronze and silver hold of each."""

from typing import Any

from nem_lake import NemLake, count_of
from nem_messages import row_message

TRADING = "nem.silver_trading_price_clean"


def trading_price(price: str, changed: str, **coordinates: Any) -> bytes:
    values = {
        "SETTLEMENTDATE": "2024/03/03 13:35:00",
        "RUNNO": "1",
        "REGIONID": "SA1",
        "PERIODID": "163",
        "RRP": price,
        "ROP": "-63.45",
        "INVALIDFLAG": "A",
        "PRICE_STATUS": "FIRM",
        "EEP": "0",
        "LASTCHANGED": changed,
    }
    return row_message(values, report="TRADINGIS", table="TRADING.PRICE", table_version=3, **coordinates)


def test_an_adjusted_trading_price_replaces_the_first(lake: NemLake) -> None:
    lake.log.send("nem_trading_price", [trading_price("-63.45", "2024/03/03 13:30:04", file="t.zip")])
    first = lake.refine()
    assert count_of(first, TRADING)["inserted"] == 1
    lake.log.send("nem_trading_price", [trading_price("-60", "2024/03/04 09:00:00", file="adjusted.zip")])
    assert count_of(lake.refine(), TRADING)["updated"] == 1
    assert lake.values(
        "SELECT region_id, price_aud_per_mwh, original_price_aud_per_mwh, invalid_flag, price_status, "
        f"source_file FROM lake.{TRADING}"
    ) == [("SA1", -60.0, -63.45, "A", "FIRM", "adjusted.zip")]
    assert lake.values(
        "SELECT period_id, run_no, extra['EEP'], CAST(last_changed_at_nem AS STRING) "
        "FROM lake.nem.bronze_trading_price ORDER BY last_changed_at_nem"
    ) == [(163, 1, "0", "2024-03-03 13:30:04"), (163, 1, "0", "2024-03-04 09:00:00")]


def unit_solution(target: str, intervention: str = "0", **coordinates: Any) -> bytes:
    values = {
        "SETTLEMENTDATE": "2026/05/14 04:05:00",
        "RUNNO": "1",
        "DUID": "HDWF2",
        "DISPATCHINTERVAL": "20260514001",
        "INTERVENTION": intervention,
        "INITIALMW": "96.7",
        "TOTALCLEARED": target,
        "AVAILABILITY": "97.2543",
        "SEMIDISPATCHCAP": "1",
        "UIGF": "97.2543",
        "LASTCHANGED": "2026/05/14 04:00:04",
        "RAMPUPRATE": "1260",
    }
    return row_message(
        values, report="NEXT_DAY_DISPATCH", table="DISPATCH.UNIT_SOLUTION", table_version=6, **coordinates
    )


def test_a_unit_has_the_target_of_the_physical_run_and_touches_no_gold(lake: NemLake) -> None:
    rows = [unit_solution("97.2543", file="n.zip"), unit_solution("50", "1", file="n.zip", line=4)]
    lake.log.send("nem_unit_solution", rows)
    result = lake.refine()
    assert result["touched"] == []
    assert lake.values(
        "SELECT unit_id, initial_mw, target_mw, availability_mw, uigf_mw, semi_dispatch_cap, intervention, "
        "energy_storage_mwh, CAST(trading_date AS STRING) FROM lake.nem.silver_unit_solution_clean"
    ) == [("HDWF2", 96.7, 50.0, 97.2543, 97.2543, 1, 1, None, "2026-05-14")]
    assert lake.values("SELECT count(*) FROM lake.nem.bronze_unit_solution") == [2]

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


def rooftop_forecast(mw: str, made: str, region: str = "NSW1", **coordinates: Any) -> bytes:
    values = {
        "VERSION_DATETIME": made,
        "REGIONID": region,
        "INTERVAL_DATETIME": "2026/09/01 12:00:00",
        "POWERMEAN": mw,
        "POWERPOE50": mw,
        "POWERPOELOW": "1000",
        "POWERPOEHIGH": "4000",
        "LASTCHANGED": "2026/08/24 08:51:58",
    }
    return row_message(
        values, report="ROOFTOP_FORECAST", table="ROOFTOP.FORECAST", table_version=1, **coordinates
    )


def test_silver_has_the_newest_rooftop_forecast_whatever_comes_last(lake: NemLake) -> None:
    newer = rooftop_forecast("3310", "2026/08/24 09:30:00", file="newer.zip")
    part = rooftop_forecast("5", "2026/08/24 09:30:00", "QLDC", file="newer.zip", line=4)
    lake.log.send("nem_rooftop_forecast", [newer, part])
    assert lake.refine()["touched"] == []
    lake.log.send("nem_rooftop_forecast", [rooftop_forecast("3000", "2026/08/24 09:00:00", file="older.zip")])
    lake.refine()
    assert lake.values(
        "SELECT region_id, power_poe50_mw, power_poe90_mw, power_poe10_mw, "
        "CAST(forecast_at_nem AS STRING), source_file FROM lake.nem.silver_rooftop_forecast"
    ) == [("NSW1", 3310.0, 1000.0, 4000.0, "2026-08-24 09:30:00", "newer.zip")]
    assert lake.values(
        "SELECT region_id, CAST(forecast_at_nem AS STRING) FROM lake.nem.bronze_rooftop_forecast "
        "ORDER BY region_id, forecast_at_nem"
    ) == [
        ("NSW1", "2026-08-24 09:00:00"),
        ("NSW1", "2026-08-24 09:30:00"),
        ("QLDC", "2026-08-24 09:30:00"),
    ]


def price_forecast(price: str, run: str, intervention: str = "0", **coordinates: Any) -> bytes:
    values = {
        "RUN_DATETIME": run,
        "INTERVENTION": intervention,
        "INTERVAL_DATETIME": "2026/10/09 12:40:00",
        "REGIONID": "NSW1",
        "RRP": price,
        "TOTALDEMAND": "3681.83",
        "LASTCHANGED": "2026/10/09 11:46:18",
    }
    return row_message(values, report="P5MIN", table="P5MIN.REGIONSOLUTION", table_version=10, **coordinates)


def test_silver_has_the_price_of_the_newest_pricing_run(lake: NemLake) -> None:
    rows = [
        price_forecast("46.72", "2026/10/09 11:50:00", file="p.zip"),
        price_forecast("25.1", "2026/10/09 11:55:00", file="q.zip"),
        price_forecast("99", "2026/10/09 12:00:00", "1", file="r.zip"),
    ]
    lake.log.send("nem_price_forecast", rows)
    lake.refine()
    assert lake.values(
        "SELECT region_id, price_aud_per_mwh, demand_mw, CAST(forecast_at_nem AS STRING), "
        "CAST(trading_interval AS STRING) FROM lake.nem.silver_price_forecast"
    ) == [("NSW1", 25.1, 3681.83, "2026-10-09 11:55:00", "2026-10-09 12:40:00")]

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

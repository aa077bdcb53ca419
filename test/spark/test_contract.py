"""Feeds from contracts: the tables of lakes written before contracts, and what is wrong with a contract."""

from pathlib import Path

import pytest
from conftest import REPOSITORY
from currents_spark.engine.contract_feeds import feeds_of
from currents_spark.engine.contract_files import read_contracts
from currents_spark.engine.json_message import JsonMessage
from currents_spark.engine.yaml_core import read_yaml
from currents_spark.errors import ContractInvalidError
from currents_spark.pipelines.nem.definition import PIPELINE
from currents_spark.pipelines.nem.nem_time import CLOCK

TOY = REPOSITORY / "test" / "pipelines" / "toy"
_ORIGIN = (
    "last_changed_at_nem timestamp_ntz, header_at_nem timestamp_ntz, file_id string, source_file string, "
    "source_sha256 string, source_line int, table_version int, missing_columns array<string>, "
    "extra map<string,string>, topic string, partition int, offset bigint, ingested_at timestamp, run_id string"
)
# Written down from the tables of version 0.2, before contracts: a lake of then must not change.
BRONZE = {
    "nem_dispatch": "unit_id string, scada_value_mw double",
    "nem_price": (
        "region_id string, intervention int, run_no int, dispatch_interval string, price_aud_per_mwh double, "
        "price_status string"
    ),
    "nem_region": (
        "region_id string, intervention int, run_no int, dispatch_interval string, demand_mw double, "
        "available_generation_mw double, dispatchable_generation_mw double, semischedule_cleared_mw double, "
        "net_interchange_mw double, solar_uigf_mw double, wind_uigf_mw double"
    ),
    "nem_interconnector": (
        "interconnector_id string, intervention int, run_no int, dispatch_interval string, "
        "metered_mw_flow double, mw_flow double, mw_losses double, export_limit_mw double, "
        "import_limit_mw double"
    ),
    "nem_case": "intervention int, run_no int, solution_status int, total_objective double",
    "nem_rooftop": ("region_id string, rooftop_type string, quality_indicator double, power_mw double"),
}


@pytest.mark.parametrize("topic", BRONZE)
def test_bronze_tables_are_those_of_lakes_from_before(topic: str) -> None:
    columns = f"trading_date date, trading_interval timestamp_ntz, {BRONZE[topic]}, {_ORIGIN}"
    table = PIPELINE.bronze[topic]
    assert ", ".join(f"{name} {kind}" for name, kind in table.columns) == columns
    assert (table.name, table.partitioned_by) == (topic.replace("nem_", "nem.bronze_"), "trading_date")


def test_required_measures_and_keys_come_from_the_contract() -> None:
    required = {topic: feed.required for topic, feed in PIPELINE.feed_of_topic.items() if topic in BRONZE}
    assert required == {
        "nem_dispatch": ("SCADAVALUE",),
        "nem_price": ("RRP",),
        "nem_region": ("TOTALDEMAND",),
        "nem_interconnector": ("METEREDMWFLOW", "MWFLOW"),
        "nem_case": (),
        "nem_rooftop": ("POWER",),
    }
    keys = [column.source for column in PIPELINE.feed_of_topic["nem_rooftop"].keys]
    assert keys == ["REGIONID", "TYPE"]
    assert not PIPELINE.feed_of_topic["nem_case"].is_touching


def test_allowed_values_are_those_that_reject() -> None:
    columns = {
        column.name: column.allowed
        for contract in read_contracts(REPOSITORY / "pipelines" / "nem")
        for column in contract.columns
    }
    assert columns["rooftop_type"] == ("MEASUREMENT", "SATELLITE", "DAILY")
    assert columns["price_status"] == ()


def test_every_wrong_file_is_named(tmp_path: Path) -> None:
    good = (TOY / "contracts" / "events.yaml").read_text("utf-8")
    (tmp_path / "contracts").mkdir()
    for name, text in (
        ("a.yaml", good.replace("physicalType: bigint", "physicalType: long")),
        ("b.yaml", "schema: ["),
        ("c.yaml", good.replace("property: topic", "property: topik")),
        ("d.yaml", good),
    ):
        (tmp_path / "contracts" / name).write_text(text, "utf-8")
    with pytest.raises(ContractInvalidError) as caught:
        read_contracts(tmp_path)
    for part in ("a.yaml: ", "sequence: expected a physicalType", "b.yaml: ", "c.yaml: ", "topic"):
        assert part in str(caught.value)
    assert "d.yaml" not in str(caught.value)


def test_a_pipeline_without_contracts_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(ContractInvalidError, match="expected data contracts, found none"):
        read_contracts(tmp_path)


def test_a_contract_of_another_clock_is_an_error() -> None:
    with pytest.raises(ContractInvalidError, match="toy_events: expected time, its type and partition"):
        feeds_of(TOY, CLOCK, lambda _: JsonMessage())


def test_words_of_a_contract_are_those_that_workers_read(tmp_path: Path) -> None:
    """PyYAML alone takes `no` and `on` for booleans, 12:30 for 750 and 010 for 8."""
    good = (TOY / "contracts" / "events.yaml").read_text("utf-8")
    words = "validValues: [NO, on, 12:30, 2026-01-01, 1_000]"
    rule = f"quality: [{{metric: invalidValues, arguments: {{{words}}}, mustBe: 0, severity: error}}]"
    text = good.replace("name: device_id", f"name: device_id\n        {rule}").replace(
        "primaryKeyPosition: 2", "primaryKeyPosition: 02"
    )
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "events.yml").write_text(text, "utf-8")
    (contract,) = read_contracts(tmp_path)
    device = contract.keys[0]
    assert device.allowed == ("NO", "on", "12:30", "2026-01-01", "1_000")
    assert (device.key, contract.is_touching) == (2, True)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[true, False, null, ~, yes]", [True, False, None, None, "yes"]),
        ("[010, 0o10, 0x1F, -7, +7]", [10, 8, 31, -7, 7]),
        ("[1.5, .5, 1e3, 1., -1E-2]", [1.5, 0.5, 1000.0, 1.0, -0.01]),
        ("{<<: 1, on: 2}", {"<<": 1, "on": 2}),
    ],
)
def test_yaml_is_read_by_the_core_schema(text: str, value: object) -> None:
    assert read_yaml(text) == value


def test_a_contract_that_is_no_utf8_is_named(tmp_path: Path) -> None:
    good = (TOY / "contracts" / "events.yaml").read_bytes()
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "a.yaml").write_bytes(good.replace("°".encode(), b"\xb0"))
    with pytest.raises(ContractInvalidError, match="a.yaml: .*utf-8"):
        read_contracts(tmp_path)

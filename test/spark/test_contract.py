"""Feeds from contracts: the tables of lakes written before contracts, and what is wrong with a contract."""

from pathlib import Path

import pytest
from conftest import REPOSITORY
from currents_spark.engine.contract_feeds import feeds_of
from currents_spark.engine.contract_files import read_contracts
from currents_spark.engine.json_message import JsonMessage
from currents_spark.engine.silver_by_contract import Choice, silver_table
from currents_spark.engine.silver_contract import SilverContract
from currents_spark.engine.silver_contract_files import read_silver_contracts
from currents_spark.engine.yaml_core import read_yaml
from currents_spark.errors import ContractInvalidError
from currents_spark.pipelines.nem.definition import PIPELINE
from currents_spark.pipelines.nem.nem_time import CLOCK
from toy_lake import toy

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


_INTERVAL = "trading_interval timestamp_ntz, interval_end_at timestamp, trading_date date"
_SILVER_ORIGIN = "source_file string, ingested_at timestamp, run_id string"
# Written down from the tables before silver had contracts: names, types and order.
SILVER = {
    "dispatch_clean": (
        "unit_id string, power_mw double, station_name string, region_id string, fuel_type string, "
        "dispatch_type string, capacity_mw double, emissions_factor_t_per_mwh double, source_file string, "
        "ingested_at timestamp, version_at_nem timestamp_ntz, header_at_nem timestamp_ntz, file_id string, "
        "source_sha256 string, source_line int, run_id string"
    ),
    "region_clean": (
        "region_id string, price_aud_per_mwh double, demand_mw double, available_generation_mw double, "
        "dispatchable_generation_mw double, semischedule_cleared_mw double, net_interchange_mw double, "
        "solar_uigf_mw double, wind_uigf_mw double, price_status string, price_intervention int, "
        f"demand_intervention int, price_source_file string, {_SILVER_ORIGIN}"
    ),
    "interconnector_clean": (
        "interconnector_id string, metered_mw_flow double, mw_flow double, mw_losses double, "
        f"export_limit_mw double, import_limit_mw double, intervention int, {_SILVER_ORIGIN}"
    ),
    "rooftop_clean": (
        f"region_id string, power_mw double, rooftop_type string, quality_indicator double, {_SILVER_ORIGIN}"
    ),
    "trading_price_clean": (
        "region_id string, price_aud_per_mwh double, original_price_aud_per_mwh double, invalid_flag string, "
        f"price_status string, {_SILVER_ORIGIN}"
    ),
    "unit_solution_clean": (
        "unit_id string, initial_mw double, target_mw double, availability_mw double, uigf_mw double, "
        f"energy_storage_mwh double, semi_dispatch_cap int, intervention int, {_SILVER_ORIGIN}"
    ),
    "price_forecast": (
        "region_id string, forecast_at_nem timestamp_ntz, price_aud_per_mwh double, demand_mw double, "
        "available_generation_mw double, net_interchange_mw double, solar_uigf_mw double, "
        f"wind_uigf_mw double, {_SILVER_ORIGIN}"
    ),
    "rooftop_forecast": (
        "region_id string, forecast_at_nem timestamp_ntz, power_mean_mw double, power_poe50_mw double, "
        f"power_poe90_mw double, power_poe10_mw double, {_SILVER_ORIGIN}"
    ),
}


def test_silver_tables_are_those_of_lakes_from_before() -> None:
    tables = {silver.definition.name: silver.definition for silver in PIPELINE.silver_tables}
    found = {
        name: (", ".join(f"{column} {kind}" for column, kind in table.columns), table.partitioned_by)
        for name, table in tables.items()
    }
    assert found == {
        f"nem.silver_{name}": (f"{_INTERVAL}, {columns}", "trading_date") for name, columns in SILVER.items()
    }


def test_every_column_of_bronze_and_silver_says_what_it_holds() -> None:
    silver = {table.definition.name: table.definition for table in PIPELINE.silver_tables}
    for table in (*PIPELINE.bronze.values(), *silver.values()):
        assert (table.name, [name for name, _ in table.comments]) == (table.name, table.column_names)
    assert dict(PIPELINE.bronze["nem_dispatch"].comments)["scada_value_mw"] == (
        "MW at the START of the interval; negative for charging batteries, loads and house load (MW)"
    )
    dispatch = dict(silver["nem.silver_dispatch_clean"].comments)
    assert dispatch["power_mw"] == dict(PIPELINE.bronze["nem_dispatch"].comments)["scada_value_mw"]
    assert dispatch["emissions_factor_t_per_mwh"].endswith(" (t CO2-e/MWh)")


def test_feeds_that_differ_in_comments_alone_are_read_by_one_expression() -> None:
    assert len({feed.message.changed_comment for feed in PIPELINE.feeds}) > 1
    assert PIPELINE.by_format(lambda message: message.time_rule) == "nem_timestamp"


def _silver(tmp_path: Path, *changes: tuple[str, str]) -> None:
    text = (TOY / "contracts" / "silver" / "events.yaml").read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    folder = tmp_path / "contracts" / "silver"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "events.yaml").write_text(text, "utf-8")


def _read_silver(tmp_path: Path) -> SilverContract:
    toy_pipeline = toy()
    return read_silver_contracts(tmp_path, toy_pipeline.bronze.values())["toy.silver_events"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("toy.bronze_events.temperature_c", "toy.bronze_events.warmth", "found toy.bronze_events.warmth"),
        ("physicalType: bigint", "physicalType: int", "offset: expected one type, found int, bigint"),
        (
            "        description: UTC date of the event\n",
            "",
            "event_date: expected a description, found none",
        ),
        ("schema:", "schema: [", "events.yaml: "),
    ],
)
def test_a_wrong_contract_of_a_silver_table_names_the_place(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    _silver(tmp_path, (old, new))
    with pytest.raises(ContractInvalidError, match=message):
        _read_silver(tmp_path)


def test_columns_of_contract_and_rules_are_the_same(tmp_path: Path) -> None:
    _silver(tmp_path, ("transformSourceObjects: [toy.bronze_events.offset]", "required: false"))
    feed, clock = toy().feeds[0], toy().clock
    with pytest.raises(
        ContractInvalidError, match="toy.silver_events: expected a rule for offset, found none"
    ):
        silver_table(_read_silver(tmp_path), clock, Choice(feed), derived={})
    made = silver_table(_read_silver(tmp_path), clock, Choice(feed, computed=("offset",)), derived={})
    assert made.parts[0].columns["offset"] == "offset"
    with pytest.raises(ContractInvalidError, match="expected warmth in the contract, found a rule only"):
        silver_table(
            _read_silver(tmp_path), clock, Choice(feed, computed=("offset",)), derived={"warmth": "1"}
        )


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

"""The toy's silver table: of the records of one event the newest by offset. Its columns are in its contract."""

from pathlib import Path

from currents_spark.engine.pipeline import bronze_table
from currents_spark.engine.silver_by_contract import Choice, silver_table
from currents_spark.engine.silver_contract_files import read_silver_contracts

from .events import CLOCK, EVENTS

_CONTRACTS = read_silver_contracts(Path(__file__).resolve().parents[1], [bronze_table(CLOCK, EVENTS)])

SILVER_EVENTS = silver_table(
    _CONTRACTS["toy.silver_events"], CLOCK, Choice(EVENTS, present="offset"), derived={}
)

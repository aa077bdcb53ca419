"""
The contracts of a pipeline's silver tables, read from `contracts/silver/*.yaml` (Open Data Contract Standard).

A column that carries another along takes type and meaning from it, so that both are said once.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from currents_spark.engine.contract import comment_of
from currents_spark.engine.contract_documents import custom, read_folder
from currents_spark.engine.silver_contract import SilverColumn, SilverContract, Source
from currents_spark.tables.table_definition import TableDefinition

Tables = dict[str, TableDefinition]


def read_silver_contracts(folder: Path, sources: Iterable[TableDefinition]) -> dict[str, SilverContract]:
    """
    By table. `sources`: bronze and reference tables, whose columns silver may carry along. Raises
    ContractInvalidError with every problem of every file.
    """
    tables = {table.name: table for table in sources}
    contracts = read_folder(
        folder / "contracts" / "silver",
        "contracts of silver tables",
        lambda document: _contract(document, tables),
    )
    return {contract.table: contract for contract in contracts}


def _contract(document: dict[str, Any], tables: Tables) -> SilverContract:
    (table,) = document["schema"]
    columns = tuple(_column(each, tables) for each in table["properties"])
    return SilverContract(table["physicalName"], columns)


def _column(found: dict[str, Any], tables: Tables) -> SilverColumn:
    sources = tuple(_source(text, tables) for text in found.get("transformSourceObjects", []))
    return SilverColumn(
        name=found["name"],
        type=_type(found, sources, tables),
        comment=_comment(found, sources, tables),
        sources=sources,
        key=found.get("primaryKeyPosition"),
        is_partition=found.get("partitioned", False),
    )


def _source(text: str, tables: Tables) -> Source:
    name, _, column = text.rpartition(".")
    if name not in tables or column not in tables[name].column_names:
        raise ValueError(f"expected a column of a bronze or reference table, found {text}")
    return name, column


def _comment(found: dict[str, Any], sources: tuple[Source, ...], tables: Tables) -> str:
    """Its own, or that of what is carried along."""
    if "description" in found:
        return comment_of(found["description"], custom(found).get("unit"))
    for table, column in sources[:1]:
        comments = dict(tables[table].comments)
        if column in comments:
            return comments[column]
    raise ValueError(f"{found['name']}: expected a description, found none, and none of a source")


def _type(found: dict[str, Any], sources: tuple[Source, ...], tables: Tables) -> str:
    """Stated, or that of what is carried along; all must agree."""
    types = [dict(tables[table].columns)[column] for table, column in sources]
    stated = [found["physicalType"]] if "physicalType" in found or not sources else []
    if len({*types, *stated}) > 1:
        raise ValueError(
            f"{found['name']}: expected one type, found {', '.join(dict.fromkeys([*stated, *types]))}"
        )
    return (stated or types)[0]

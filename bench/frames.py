"""
The archives of a backfill in pandas or Polars: unpack the zips of zips, parse, write one Parquet file. No
checks, no versions, no table.

Prints one JSON line: rows and seconds from opening the first archive to the file's end.
"""

import argparse
import io
import json
import time
import zipfile
from pathlib import Path
from typing import Any, Iterator

NAMES = ["kind", "report", "subreport", "version", "trading_interval", "unit_id", "power_mw", "last_changed"]
# The comment line and the line of column names come first; the line of the footer is no D row.
LINES_BEFORE_ROWS = 2


def texts(folder: Path) -> Iterator[bytes]:
    for archive in sorted(folder.glob("*.zip")):
        with zipfile.ZipFile(archive) as outer:
            for name in outer.namelist():
                with zipfile.ZipFile(io.BytesIO(outer.read(name))) as inner:
                    yield inner.read(inner.namelist()[0])


def with_pandas(folder: Path, target: Path) -> int:
    import pandas

    def parsed(text: bytes) -> Any:
        frame = pandas.read_csv(
            io.BytesIO(text), header=None, names=NAMES, skiprows=LINES_BEFORE_ROWS, dtype=str
        )
        return frame[frame.kind == "D"]

    rows = pandas.concat([parsed(text) for text in texts(folder)], ignore_index=True)
    rows["power_mw"] = rows.power_mw.astype(float)
    rows["trading_interval"] = pandas.to_datetime(rows.trading_interval, format="%Y/%m/%d %H:%M:%S")
    rows.drop(columns=["kind", "report", "subreport", "version"]).to_parquet(target, compression="zstd")
    return len(rows)


def with_polars(folder: Path, target: Path) -> int:
    import polars

    def parsed(text: bytes) -> Any:
        schema = {name: polars.String for name in NAMES}
        frame = polars.read_csv(
            text, has_header=False, skip_rows=LINES_BEFORE_ROWS, schema=schema, truncate_ragged_lines=True
        )
        return frame.filter(polars.col("kind") == "D")

    rows = polars.concat([parsed(text) for text in texts(folder)]).with_columns(
        polars.col("power_mw").cast(polars.Float64),
        polars.col("trading_interval").str.to_datetime("%Y/%m/%d %H:%M:%S"),
    )
    rows.drop("kind", "report", "subreport", "version").write_parquet(target, compression="zstd")
    return rows.height


def main() -> None:
    tools = {"pandas": with_pandas, "polars": with_polars}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tool", choices=tools)
    parser.add_argument("--archives", type=Path, required=True)
    parser.add_argument("--target", type=Path, required=True)
    arguments = parser.parse_args()
    started = time.monotonic()
    rows = tools[arguments.tool](arguments.archives, arguments.target)
    print(json.dumps({"rows": rows, "seconds": round(time.monotonic() - started, 2)}))


if __name__ == "__main__":
    main()

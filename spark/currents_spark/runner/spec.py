"""The job spec: the contract of a run with Spark. Parsed and checked once, before Spark is touched."""

import re
from dataclasses import dataclass, field
from typing import Any

from currents_spark.errors import InvalidJobSpecError, JobError, ProtectedRefError
from currents_spark.runner.batch_params import Quarantine, StagedObject, quarantine_of, staged_objects

KINDS = (
    "refine",
    "load_reference",
    "publish_evidence",
    "warm_up",
    "maintain",
    "list_files",
    "describe_tables",
)
READING_KINDS = ("list_files", "describe_tables")
CATALOG_MODES = ("native", "hadoop", "memory")
ENCRYPTIONS = ("", "AES256", "aws:kms")
# Ids become SQL literals and file names.
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/+-]{0,199}")


@dataclass(frozen=True)
class CatalogSpec:
    """
    Where the tables live. For tests and warm-up also `hadoop`, a plain folder (`warehouse`), and `memory`,
    which lives as long as the session; both have no refs.
    """

    mode: str
    warehouse: str
    uri: str = ""
    ref: str = ""
    s3_endpoint: str = ""
    s3_region: str = "us-east-1"
    s3_path_style: bool = True
    s3_sse: str = ""
    s3_sse_kms_key_id: str = ""


@dataclass(frozen=True)
class KafkaRange:
    """Offsets `[start, end)` of one partition."""

    topic: str
    partition: int
    start: int
    end: int

    @property
    def records(self) -> int:
        """How many records the range holds at most: see reading.check_records."""
        return self.end - self.start


@dataclass(frozen=True)
class JobSpec:
    """
    One job. `attempt` counts from 1; each attempt writes a branch of its own. A batch is Kafka ranges or
    staged objects (`landing`), never both; with `replace`, what the lake has of the batch's files is taken
    out first. `outputs`: tables that the branch's merge may change; None in specs of workers that did not
    say. `schema_registry`: root of its API where messages may name schemas, else empty.
    """

    job_id: str
    run_id: str
    attempt: int
    pipeline: str
    kind: str
    catalog: CatalogSpec
    bootstrap: str = ""
    ranges: tuple[KafkaRange, ...] = ()
    params: dict[str, Any] = field(default_factory=dict)
    landing: tuple[StagedObject, ...] = ()
    replace: bool = False
    quarantine: Quarantine | None = None
    outputs: tuple[str, ...] | None = None
    schema_registry: str = ""

    @property
    def records(self) -> int:
        """How many records the batch holds at most."""
        return sum(item.records for item in (*self.ranges, *self.landing))

    @property
    def topics(self) -> set[str]:
        """Topics of the batch that hold records, dead-letter topics too."""
        return {item.topic for item in (*self.ranges, *self.landing) if item.records}


def spec_from_json(document: Any) -> JobSpec:
    """
    Reads a decoded JSON spec; raises InvalidJobSpecError with every mistake, ProtectedRefError for `main`.
    """
    problems: list[str] = []
    if not isinstance(document, dict):
        raise InvalidJobSpecError(f"job spec: expected a JSON object, found {type(document).__name__}")
    texts = {name: _text(document, name, problems) for name in ("job_id", "run_id", "pipeline", "kind")}
    if texts["kind"] not in KINDS:
        problems.append(f"kind: expected one of {', '.join(KINDS)}, found {texts['kind']!r}")
    catalog = _catalog(document.get("catalog"), problems)
    kafka = document.get("kafka") or {}
    ranges = tuple(_range(item, index, problems) for index, item in enumerate(kafka.get("ranges") or []))
    params = dict(document.get("params") or {})
    outputs = _outputs(document.get("outputs"), problems)
    landing, quarantine = staged_objects(params, problems), quarantine_of(params, problems)
    if landing and any(item.records for item in ranges):
        problems.append("params.landing: expected either staged objects or Kafka ranges, found both")
    if problems:
        raise InvalidJobSpecError("job spec: " + "; ".join(problems))
    if catalog.ref == "main" and texts["kind"] not in READING_KINDS:
        raise ProtectedRefError(
            "catalog.ref: expected a branch of the run's own, found main, which changes by merge alone"
        )
    return JobSpec(
        **texts,
        attempt=int(document.get("attempt") or 1),
        catalog=catalog,
        bootstrap=str(kafka.get("bootstrap") or ""),
        ranges=ranges,
        params=params,
        landing=landing,
        replace=bool(params.get("replace")),
        quarantine=quarantine,
        outputs=outputs,
        schema_registry=str(document.get("schema_registry") or ""),
    )


def _outputs(found: Any, problems: list[str]) -> tuple[str, ...] | None:
    if found is None:
        return None
    if not isinstance(found, list) or not all(isinstance(name, str) for name in found):
        problems.append(f"outputs: expected a list of tables, found {found!r}")
        return ()
    return tuple(found)


def records_of(document: Any) -> int:
    """
    Records of the batch that a spec not yet checked asks for; 0 for one that is wrong, which running it will
    say.
    """
    try:
        return spec_from_json(document).records
    except JobError:
        return 0


def _text(document: dict[str, Any], name: str, problems: list[str]) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not ID.fullmatch(value):
        problems.append(f"{name}: expected letters, digits and . _ : / + -, found {value!r}")
        return ""
    return value


def _catalog(found: Any, problems: list[str]) -> CatalogSpec:
    catalog = found if isinstance(found, dict) else {}
    mode = catalog.get("mode")
    if mode not in CATALOG_MODES:
        problems.append(f"catalog.mode: expected one of {', '.join(CATALOG_MODES)}, found {mode!r}")
    needed = ("warehouse", "uri", "ref") if mode == "native" else ("warehouse",)
    problems.extend(
        f"catalog.{name}: expected a text, found {catalog.get(name)!r}"
        for name in needed
        if not catalog.get(name)
    )
    sse = catalog.get("s3_sse", "")
    if sse not in ENCRYPTIONS:
        problems.append(f"catalog.s3_sse: expected one of {', '.join(ENCRYPTIONS[1:])}, found {sse!r}")
    names = ("mode", "warehouse", "uri", "ref", "s3_endpoint", "s3_region", "s3_sse", "s3_sse_kms_key_id")
    return CatalogSpec(
        s3_path_style=catalog.get("s3_path_style") is not False,
        **{"mode": "", "warehouse": "", **{name: str(catalog[name]) for name in names if catalog.get(name)}},
    )


def _range(found: Any, index: int, problems: list[str]) -> KafkaRange:
    try:
        parsed = KafkaRange(
            str(found["topic"]), int(found["partition"]), int(found["start"]), int(found["end"])
        )
    except (KeyError, TypeError, ValueError):
        problems.append(f"kafka.ranges[{index}]: expected topic, partition, start and end, found {found!r}")
        return KafkaRange("", 0, 0, 0)
    if not 0 <= parsed.start <= parsed.end:
        problems.append(
            f"kafka.ranges[{index}]: expected 0 <= start <= end, found {parsed.start} and {parsed.end}"
        )
    return parsed

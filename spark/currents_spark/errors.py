"""Every failure of a Spark job, one class each; `code` is what the runbook explains."""


class JobError(Exception):
    """
    Base of the conditions below. The message says what was expected, what was found, and where. A subclass
    states code, kind, retryable and hint; `make docs` reads them from this file for docs/errors.md.
    """

    code = "SPARK_JOB_FAILED"


class InvalidJobSpecError(JobError):
    """The spec does not match the job contract; lists every mistake at once."""

    code = "SPARK_SPEC_INVALID"
    kind = "internal"
    retryable = False
    hint = (
        "Worker and driver are usually of different versions. "
        "Run: npx currents down, make setup, npx currents up"
    )


class ContractInvalidError(JobError):
    """Contracts of a pipeline are invalid; lists every mistake of every file at once."""

    code = "CONTRACT_INVALID"
    kind = "user"
    retryable = False
    hint = "Correct each place listed; docs/extend.md describes the fields of a contract."


class ProtectedRefError(JobError):
    """A job was asked to write `main`, which changes by merge alone."""

    code = "SPARK_REF_PROTECTED"
    kind = "internal"
    retryable = False
    hint = "Report this. A job started by hand must name another branch in its spec."


class LedgerMismatchError(JobError):
    """A Kafka range does not start where the ledger ends: rows would be lost or read twice."""

    code = "LEDGER_MISMATCH"
    kind = "data"
    retryable = False
    hint = (
        "Never edit the ledger. If Kafka was replaced, use the lake that goes with it, or start a new stack."
    )


class KafkaRecordsMissingError(JobError):
    """
    The source returned fewer or more records than the batch holds: Kafka by retention or a wrong cluster; staged
    objects because they are not what their manifest says.
    """

    code = "KAFKA_RECORDS_MISSING"
    kind = "data"
    retryable = False
    hint = "Check KAFKA_BROKERS and the topics. Landing still has the files: npx currents rebuild"


class ClockBehindLakeError(JobError):
    """A table's last commit is dated ahead of this machine's clock; nothing can be committed after it."""

    code = "CLOCK_BEHIND_LAKE"
    kind = "upstream"
    retryable = True
    hint = (
        "Check the clock with timedatectl. "
        "If the clock is right, wait: the fifth attempt corrects the dates in the lake."
    )


class SchemaRegistryUnavailableError(JobError):
    """Records name schemas that are not known yet, and the schema registry does not answer."""

    code = "SCHEMA_REGISTRY_UNAVAILABLE"
    kind = "upstream"
    retryable = True
    hint = "The stack starts its own registry again by itself. Records wait in Kafka meanwhile."


class ReconciliationBrokenError(JobError):
    """Rows in differ from inserted, duplicate, superseded, redelivered and dead rows together."""

    code = "RECONCILIATION_BROKEN"
    kind = "internal"
    retryable = False
    hint = "Report this with the numbers in the message. Nothing was published."


class ObjectInvalidError(JobError):
    """An object given by URI is not one JSON object a line, or a field that its table needs is missing."""

    code = "SPARK_OBJECT_INVALID"
    kind = "internal"
    retryable = False
    hint = "Start the load or the run again. If it stays, report it with the message."


class StagedColumnsWrongError(JobError):
    """
    A column of the contract is missing in a staged Parquet object, or has another type there: another version
    of Currents staged it.
    """

    code = "STAGED_COLUMNS_WRONG"
    kind = "internal"
    retryable = False
    hint = "Stop the run and start the backfill or rebuild again: it stages the files by today's contract."


class StagedObjectUnreadableError(JobError):
    """A staged object is no whole Parquet file: the store lost a part of it, or another program wrote it."""

    code = "STAGED_OBJECT_UNREADABLE"
    kind = "data"
    retryable = False
    hint = (
        "Delete the object that the message names, and start the same backfill or rebuild again: it stages the "
        "rows again from landing."
    )


class SchemaChangeNotAdditiveError(JobError):
    """
    A table has a column of another type than its declaration, or one that the declaration has not. Add a new
    column instead, or recreate the table by a rebuild.
    """

    code = "SCHEMA_CHANGE_NOT_ADDITIVE"
    kind = "internal"
    retryable = False
    hint = (
        "Declare the old column as it was, and the new content as a new column. "
        "Or drop the table on a branch, rebuild it there, and promote the branch."
    )


class JobCancelledError(JobError):
    """
    Cancellation was requested; nothing more is written. A run that is cancelled asks for it, and so does a driver
    that ends: its job is started again.
    """

    code = "SPARK_JOB_CANCELLED"
    kind = "user"
    retryable = True
    hint = "Nothing to do. Run it again if it is still wanted."


class FoldStepFailedError(JobError):
    """A pipeline's step over the records of one key failed, on one of Spark's workers."""

    code = "FOLD_STEP_FAILED"
    kind = "internal"
    retryable = False
    hint = "Nothing of the run is merged. Fix what the message names in the pipeline's Spark package; then retry."


class AnomalyStateError(JobError):
    """What was stored of a device's history is of another version of the detectors."""

    code = "ANOMALY_STATE_VERSION"
    kind = "data"
    retryable = False
    hint = "Remove the state of the device; the detectors learn it again from its next samples."

"""Every way a Spark job can end other than well, one class each; `code` is what the runbook explains."""


class JobError(Exception):
    """Base of the conditions below. The message says what was expected, what was found, and where."""

    code = "SPARK_JOB_FAILED"


class InvalidJobSpecError(JobError):
    """The spec does not fit the job contract; lists every mistake at once."""

    code = "SPARK_SPEC_INVALID"


class ProtectedRefError(JobError):
    """A job was asked to write `main`, which changes by merge alone."""

    code = "SPARK_REF_PROTECTED"


class LedgerMismatchError(JobError):
    """A Kafka range does not start where the ledger ends: rows would be lost or read twice."""

    code = "LEDGER_MISMATCH"


class KafkaRecordsMissingError(JobError):
    """
    The source returned fewer or more records than the batch holds: Kafka by retention, compaction or a wrong
    cluster; staged objects because they are not what their manifest says.
    """

    code = "KAFKA_RECORDS_MISSING"


class ClockBehindLakeError(JobError):
    """A table's last commit is dated ahead of this machine's clock; nothing can be committed after it."""

    code = "CLOCK_BEHIND_LAKE"


class ReconciliationBrokenError(JobError):
    """Rows in differ from inserted, duplicate, superseded, redelivered and dead rows together."""

    code = "RECONCILIATION_BROKEN"


class ObjectInvalidError(JobError):
    """An object given by URI is not one JSON object a line, or is missing what its table needs."""

    code = "SPARK_OBJECT_INVALID"


class SchemaChangeNotAdditiveError(JobError):
    """
    A table has a column of another type than its declaration, or one that the declaration has not. Add a new
    column instead, or recreate the table by a rebuild.
    """

    code = "SCHEMA_CHANGE_NOT_ADDITIVE"


class JobCancelledError(JobError):
    """Cancellation was asked for; nothing more is written."""

    code = "SPARK_JOB_CANCELLED"

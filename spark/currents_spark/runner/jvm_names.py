"""Names of JVM classes, looked up once per application instead of at each use."""

from functools import cache
from typing import Any

from pyspark import SparkContext

# Py4J finds out that `functions` or `org` is a class or a package by failing to load classes from every jar
# there is, at each mention; measured, that was a tenth of a run.
_USED_BY_PYSPARK = ("functions", "PythonUtils", "PythonSQLUtils", "SparkSession", "Column")


def pin_jvm_names(context: SparkContext) -> None:
    """Keeps what the lookups found on the JVM view itself, where Python looks first."""
    view: Any = context._jvm
    for name in _USED_BY_PYSPARK:
        view.__dict__[name] = getattr(view, name)


class IcebergNames:
    """The Iceberg classes used directly, resolved when this is made."""

    def __init__(self, context: SparkContext) -> None:
        jvm: Any = context._jvm
        self.spark_util = jvm.org.apache.iceberg.spark.Spark3Util
        self.schema_util = jvm.org.apache.iceberg.spark.SparkSchemaUtil
        self.expressions = jvm.org.apache.iceberg.expressions.Expressions
        self.list = jvm.java.util.ArrayList


@cache
def iceberg_names(context: SparkContext) -> IcebergNames:
    """One lookup per application."""
    return IcebergNames(context)

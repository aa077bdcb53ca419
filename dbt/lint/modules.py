"""dbt's `modules` for sqlfluff, which renders the macros without dbt."""

import datetime
import re

__all__ = ["datetime", "re"]

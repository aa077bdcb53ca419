"""The refine engine: one bounded batch of records becomes tables, as a pipeline declares it."""

"""What differs between datasets, one package per pipeline; each has a `definition` module."""

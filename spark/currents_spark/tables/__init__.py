"""Iceberg tables of a job's branch, and the ops tables that every pipeline has."""

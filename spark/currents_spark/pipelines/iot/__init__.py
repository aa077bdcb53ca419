"""Telemetry of buildings."""

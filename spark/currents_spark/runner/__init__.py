"""Runs jobs: specs, sessions, the warm driver and the one-job process."""

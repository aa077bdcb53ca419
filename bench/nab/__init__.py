"""NAB: the labelled series that the detectors are measured on."""

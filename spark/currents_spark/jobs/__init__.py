"""Jobs that are the same for every pipeline, besides refining."""

"""Australia's electricity market: feeds, tables and transforms."""

"""Which series the settings were chosen on, and which they are shown on."""

from collections.abc import Sequence
from itertools import groupby

from nab.scoring import Series

# As the tables name them.
GROUPS = ("all", "tuning half", "shown half")


def groups(corpus: Sequence[Series]) -> tuple[Sequence[Series], ...]:
    """The GROUPS of a corpus."""
    return (corpus, *halves(corpus))


def halves(corpus: Sequence[Series]) -> tuple[list[Series], list[Series]]:
    """Tuning and shown: of each folder every other series by name, so that both have all kinds."""
    tuning, shown = [], []
    for _, group in groupby(sorted(corpus), key=lambda series: series.name.split("/")[0]):
        members = list(group)
        tuning += members[::2]
        shown += members[1::2]
    return tuning, shown

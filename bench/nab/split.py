"""Which series the settings were chosen on, and which they are shown on."""

from itertools import groupby

from nab.scoring import Series


def halves(corpus: list[Series]) -> tuple[list[Series], list[Series]]:
    """Tuning and shown: of each folder every other series by name, so that both have all kinds."""
    tuning, shown = [], []
    for _, group in groupby(sorted(corpus), key=lambda series: series.name.split("/")[0]):
        members = list(group)
        tuning += members[::2]
        shown += members[1::2]
    return tuning, shown

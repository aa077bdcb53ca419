"""Touched time as ranges: periods that meet are joined, and only the smallest gaps are given up."""

from datetime import datetime, timedelta

from currents_spark.engine.touched import (
    RESULT_RANGES_MAX,
    Touched,
    joined,
    nearest_joined,
    together,
    touched_result,
)
from currents_spark.pipelines.nem.nem_time import CLOCK as NEM
from toy_lake import toy

EPOCH = datetime(1970, 1, 1)
FIVE, HOUR = 300, 3600


def second(text: str) -> int:
    return int((datetime.fromisoformat(text) - EPOCH).total_seconds())


def ends(*texts: str) -> Touched:
    """As five-minute intervals that end then touch a table of the NEM."""
    return Touched.of((second(text) - FIVE for text in texts), FIVE, ["2025-12-27", "2025-12-26"])


def test_periods_that_meet_or_overlap_are_one_range() -> None:
    assert joined([(10, 20), (0, 10), (30, 40), (35, 37), (30, 31)]) == ((0, 20), (30, 40))


def test_beyond_the_limit_the_smallest_gaps_are_closed() -> None:
    ranges = ((0, 1), (2, 3), (10, 11), (12, 13), (40, 41))
    assert nearest_joined(ranges, 5) == ranges
    assert nearest_joined(ranges, 3) == ((0, 3), (10, 13), (40, 41))
    assert nearest_joined(ranges, 1) == ((0, 41),)


def test_an_interval_covers_the_time_before_its_end() -> None:
    touched = ends("2025-12-27 00:05", "2025-12-27 00:10", "2025-12-27 04:05")
    assert touched_result(NEM, FIVE, touched) == {
        "touched": [
            {"from": "2025-12-26T14:00:00Z", "to": "2025-12-26T14:10:00Z"},
            {"from": "2025-12-26T18:00:00Z", "to": "2025-12-26T18:05:00Z"},
        ],
        "intervals": {"min": "2025-12-27 00:05:00", "max": "2025-12-27 04:05:00"},
        "trading_dates": ["2025-12-26", "2025-12-27"],
    }


def test_a_half_hour_counts_as_the_intervals_that_it_holds() -> None:
    half_hour = Touched.of([second("2025-12-27 04:00")], 6 * FIVE, ["2025-12-27"])
    assert touched_result(NEM, FIVE, half_hour)["intervals"] == {
        "min": "2025-12-27 04:05:00",
        "max": "2025-12-27 04:30:00",
    }


def test_a_query_finds_the_interval_itself_and_not_the_one_before() -> None:
    where = ends("2025-12-27 00:05").where(NEM)
    assert (
        "BETWEEN TIMESTAMP_NTZ '2025-12-27T00:00:00.000001' AND TIMESTAMP_NTZ '2025-12-27T00:05:00.000000'"
        in where
    )
    assert where.startswith("trading_date IN (DATE '2025-12-26', DATE '2025-12-27') AND ")


def test_events_are_looked_for_from_the_beginning_of_their_hour_to_before_its_end() -> None:
    clock = toy().clock
    touched = Touched.of([second("2026-03-01 10:00")], HOUR, ["2026-03-01"])
    assert clock.bounds(touched.ranges) == [
        ("2026-03-01T10:00:00.000000+00:00", "2026-03-01T10:59:59.999999+00:00")
    ]


def test_a_result_has_fifty_ranges_at_most_and_leaves_nothing_out() -> None:
    hours = [second("2026-03-01 00:00") + 2 * HOUR * number for number in range(200)]
    found = touched_result(toy().clock, 0, Touched.of(hours, HOUR, []))["touched"]
    assert len(found) == RESULT_RANGES_MAX
    for hour in hours:
        at = f"{EPOCH + timedelta(seconds=hour):%Y-%m-%dT%H:%M:%SZ}"
        assert any(part["from"] <= at < part["to"] for part in found)
    assert all(one["to"] < other["from"] for one, other in zip(found, found[1:], strict=False))


def test_nothing_touched_is_an_empty_list() -> None:
    assert touched_result(NEM, FIVE, together([Touched()])) == {
        "touched": [],
        "intervals": None,
        "trading_dates": [],
    }

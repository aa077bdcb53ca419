"""
Constants of the detectors: one set for every device and every metric.

They were chosen on the tuning half of NAB's series (`bench/nab/split.py`); scores change little around
each of them.
"""

# The unit of a detector's clock: a shorter step between samples counts as its part of a unit, a longer one as
# one unit. Thus a device that reports every second doesn't learn, nor alarm, 300 times as fast as others.
UNIT_S = 300.0

# Means over so many units, the first being the sample itself: from a spike to a drift.
SCALES = (1.0, 4.0, 16.0, 64.0, 256.0)
# Units after which a device's centre and spread have mostly followed a change.
MEMORY_UNITS = 2000.0

# Highest peaks that each feature remembers.
RECORDS = 16
# A peak ends when the feature has been below the records for so long, or goes on for so long.
PEAK_GAP_UNITS = 30.0
PEAK_UNITS_MAX = 60.0
# While there are too few records, a peak is taken this often.
FIRST_PEAK_UNITS = 15.0
# A peak is remembered as at most so many mean excesses above the lowest record, so that a fault isn't the norm.
REMEMBERED_EXCESS_MAX = 6.0
# Excesses below this share of the spread tell nothing: quantised and exactly periodic values have none.
FLOOR_OF_SPREAD = 0.2
FLOOR_OF_SEASON = 0.1
FLOOR_OF_VARIABILITY = 0.1

# What the second and third feature add to the surprise of the first.
SECOND_WEIGHT = 0.1
# Log10 of the return period in units: 10^3.8 units of five minutes are three weeks.
SURPRISE_ALARM = 3.8
SURPRISE_MAX = 8.0
# Each alarm makes the next one harder, for a while: a device that alarms often is one whose tails are heavy.
ALARM_RAISES = 0.5
RAISED_UNITS = 4000.0
# An alarm within an alarm must be more surprising than what was seen, which fades.
SEEN_UNITS = 400.0
SEEN_AFTER_ALARM_UNITS = 300.0
QUIET_AFTER_ALARM_UNITS = 100.0

# The surprise at which an anomaly goes on, and the time without it after which it has ended.
SURPRISE_HOLDS = 3.0
ENDS_AFTER_UNITS = 12.0
# A value that stays away for more samples is no spike but a shift of the level.
SPIKE_SAMPLES_MAX = 12
# What no sudden change explains, and is only seen over so many units, is a drift.
DRIFT_SCALE_MIN = 64.0

# Parts of a day and of a week that have their own usual value.
DAY_PARTS = 48
WEEK_PARTS = 168
SEASON_RATE = 0.2
# Of the profile's mean error: a value further off moves the profile by no more.
SEASON_STEP_MAX = 10.0
SEASON_SCALES = (4.0, 16.0, 64.0)
# The season is used, after two days, once its error is below this share of the error of a mean; and until it
# is above the second share, so that metrics without a season don't flicker.
SEASON_GAIN, SEASON_KEEP = 0.6, 0.85
SEASON_LEARNS_S = 2 * 86400.0
SLOW_UNITS = 512.0

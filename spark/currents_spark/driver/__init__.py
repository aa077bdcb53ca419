"""The warm driver: one Spark application kept alive behind a small HTTP server on the loopback interface."""

"""State as bytes: what was written is read back bit for bit, so that a restart changes no result."""

import struct
from array import array


class StateWriter:
    def __init__(self) -> None:
        self.bytes = bytearray()

    def numbers(self, *values: float) -> None:
        self.bytes += struct.pack(f"<{len(values)}d", *values)

    def floats(self, values: "array[float]") -> None:
        self.bytes += struct.pack("<H", len(values)) + values.tobytes()

    def counts(self, values: bytearray) -> None:
        self.bytes += struct.pack("<H", len(values)) + values

    def text(self, value: str) -> None:
        self.counts(bytearray(value.encode()))


class StateReader:
    def __init__(self, state: bytes) -> None:
        self.state = memoryview(state)
        self.at = 0

    def _take(self, size: int) -> memoryview:
        taken = self.state[self.at : self.at + size]
        self.at += size
        return taken

    def numbers(self, count: int) -> tuple[float, ...]:
        return struct.unpack(f"<{count}d", self._take(8 * count))

    def _length(self) -> int:
        return struct.unpack("<H", self._take(2))[0]

    def floats(self) -> "array[float]":
        return array("f", self._take(4 * self._length()).tobytes())

    def counts(self) -> bytearray:
        return bytearray(self._take(self._length()))

    def text(self) -> str:
        return self.counts().decode()

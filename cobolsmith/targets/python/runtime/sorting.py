"""SORT and MERGE: records put in order by keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cmp_to_key
from typing import Self

from .debugging import Debugging
from .fields import Field, compare, compare_bytes, in_order
from .files import DONE, FAILED, INPUT, OUTPUT, File, Outcome, SequentialFile
from .storage import read, write


class SortFile(File):
    """An SD: records released to it come back in order."""

    def __init__(
        self, records: tuple[Field, ...], shortest: int, longest: int, **kinds: bool
    ) -> None:
        super().__init__("", records, shortest, longest)
        self.kept: list[bytes] = []
        self.given: Iterator[bytes] = iter(())

    def sort(self) -> Sorting:
        """SORT."""
        return Sorting(self)

    def merge(self) -> Sorting:
        """MERGE: what is merged stays in the order of its files where keys are alike."""
        return Sorting(self)

    def release(self, record: Field) -> None:
        """RELEASE a record."""
        self.kept.append(self.record(record.size).ljust(self.longest))

    def return_record(self, handled: str = "") -> Outcome:
        """RETURN the next record."""
        data = next(self.given, None)
        if data is None:
            return FAILED
        write(self.area, 0, data)
        self.length = self.longest
        return DONE


class Sorting:
    """A SORT being put together; `done` carries it out."""

    def __init__(self, file: SortFile) -> None:
        self.file = file
        self.keys: list[tuple[Field, int]] = []
        self.collation: bytes | None = None
        self.file.kept = []
        self.debugging = Debugging()
        self.verb = ""
        self.sources: list[Callable[[], None]] = []
        self.targets: list[Callable[[], None]] = []

    def ascending(self, key: Field) -> Self:
        """A key, smallest first."""
        self.keys.append((key, 1))
        return self

    def descending(self, key: Field) -> Self:
        """A key, greatest first."""
        self.keys.append((key, -1))
        return self

    def collated(self, *places: str) -> Self:
        """COLLATING SEQUENCE: places with the characters that share them."""
        self.collation = in_order(*places)
        return self

    def using(self, *files: SequentialFile) -> Self:
        """USING: the records of files."""
        self.sources += [self._loading(file) for file in files]
        return self

    def giving(self, *files: SequentialFile) -> Self:
        """GIVING: the records to files."""
        self.targets += [self._storing(file) for file in files]
        return self

    def reading(self, procedure: Callable[[], None]) -> Self:
        """INPUT PROCEDURE."""
        self.sources.append(self._telling("INPUT", procedure))
        return self

    def writing(self, procedure: Callable[[], None]) -> Self:
        """OUTPUT PROCEDURE."""
        self.targets.append(self._telling("OUTPUT", procedure))
        return self

    def told(self, debugging: Debugging, verb: str) -> Self:
        """Tell a program's debugging sections what performs its procedures."""
        self.debugging, self.verb = debugging, verb
        return self

    def _telling(self, how: str, procedure: Callable[[], None]) -> Callable[[], None]:
        def perform() -> None:
            self.debugging.says(f"{self.verb} {how}")
            procedure()

        return perform

    def _loading(self, file: SequentialFile) -> Callable[[], None]:
        def load() -> None:
            file.open(INPUT)
            while file.read_next("1").done:
                data = file.record(file.length)
                self.file.kept.append(data[: self.file.longest].ljust(self.file.longest))
            file.close()

        return load

    def _storing(self, file: SequentialFile) -> Callable[[], None]:
        def store() -> None:
            file.open(OUTPUT)
            for data in self.file.kept:
                file.write_data(data)
            file.close()

        return store

    def done(self) -> None:
        """Gather the records, put them in order, hand them out."""
        for source in self.sources:
            source()
        self.file.kept.sort(key=cmp_to_key(self._order))
        for target in self.targets:
            self.file.given = iter(self.file.kept)
            target()

    def _order(self, one: bytes, two: bytes) -> int:
        for key, way in self.keys:
            if key.numeric:
                result = self._numbers(key, one, two)
            else:
                start, end = key.offset, key.offset + key.size
                result = compare_bytes(one[start:end], two[start:end], self.collation)
            if result:
                return result * way
        return 0

    def _numbers(self, key: Field, one: bytes, two: bytes) -> int:
        area = self.file.area
        saved = read(area, 0, self.file.longest)
        write(area, 0, one)
        first = key.value
        write(area, 0, two)
        second = key.value
        write(area, 0, saved)
        return compare(first, second)

"""The search index of one kind of object: kept sorted by updated-at and id, and late by as much as it is told."""

from bisect import bisect_left, insort
from collections.abc import Iterator
from datetime import datetime

from shipsync.sandbox.shopify.search.documents import Document

Key = tuple[datetime, int]


class SearchIndex:
    """One document for each id; putting an id again replaces its document."""

    def __init__(self) -> None:
        self._keys: list[Key] = []
        self._documents: dict[int, Document] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def put(self, document: Document) -> None:
        self.remove(document.id)
        insort(self._keys, document.key)
        self._documents[document.id] = document

    def remove(self, number: int) -> None:
        known = self._documents.pop(number, None)
        if known is not None:
            del self._keys[bisect_left(self._keys, known.key)]

    def ascending(self, start: Key | None = None) -> Iterator[Document]:
        """By updated-at and id, from the first key that is not before `start`."""
        first = bisect_left(self._keys, start) if start is not None else 0
        return (self._documents[number] for _, number in self._keys[first:])

    def descending(self, end: Key | None = None) -> Iterator[Document]:
        """The other way, from the last key before `end`."""
        last = bisect_left(self._keys, end) if end is not None else len(self._keys)
        return (self._documents[number] for _, number in reversed(self._keys[:last]))

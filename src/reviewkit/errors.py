"""What can go wrong, and what to do about it: every exception that reviewkit raises on purpose."""

from __future__ import annotations

__all__ = [
    "InputTypeError",
    "InputValueError",
    "MissingExtraError",
    "RecordError",
    "ReviewkitError",
]


class ReviewkitError(Exception):
    """The root of every exception that reviewkit raises on purpose.

    Its message names what was wrong, with what, and what to do.
    """


class InputTypeError(ReviewkitError, TypeError):
    """An argument has the wrong type, such as ``None`` or a float ``nan`` in place of a review."""


class InputValueError(ReviewkitError, ValueError):
    """An argument has the right type and a wrong value, such as an aspect without terms."""


class MissingExtraError(ReviewkitError, ImportError):
    """An optional package is needed that is not installed; the message gives the command."""


class RecordError(ReviewkitError):
    """One record of a stream failed; the others are not affected.

    Attributes:
        index: the record's place in the stream, from 0.
        reason: what was wrong with it, in a sentence.
    """

    def __init__(self, index: int, reason: str) -> None:
        self.index = index
        self.reason = reason
        super().__init__(f"record {index}: {reason}")

    def __reduce__(self) -> tuple[type[RecordError], tuple[int, str]]:
        """Pickle by the two arguments: an error crosses from worker processes."""
        return (type(self), (self.index, self.reason))

"""What can be wrong with a source or one of its inputs, said so that a person can act on it."""

from data.errors import AspError


class SourceError(AspError):
    """A source cannot be read at all, for example because its path matches no file."""


class UnreadableInput(AspError):
    """One input (a file, an archive member, a sheet) cannot be read; nothing of it is loaded.

    name: the input; line: where in it, if known; problem: what was found and expected; advice: what to do.
    """

    def __init__(self, name: str, problem: str, advice: str, line: int | None = None) -> None:
        self.name, self.problem, self.advice, self.line = name, problem, advice, line
        place = f"{name}, line {line}" if line else name
        super().__init__(f"{place}: {problem} {advice}".rstrip())

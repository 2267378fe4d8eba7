"""Block: a part of a page made from answers that is no chart: a sentence, a tile, a list of who answers for what."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dash import html

from dashboard.answers import Ask
from dashboard.components import states
from dashboard.components.card import Answered, questions
from dashboard.components.parts import part
from dashboard.locale import language
from dashboard.look import Look

Show = Callable[[Answered, Look], Any]


@dataclass(frozen=True)
class Block:
    """asks may be empty: then show reads what it needs by itself. height keeps the page from jumping, in pixels."""

    id: str
    asks: tuple[Ask, ...]
    show: Show
    height: int = 0
    class_name: str = ""

    def view(self, width: int = 12) -> html.Div:
        """The block on the page, still empty."""
        return html.Div(
            states.loading(language()),
            id=part("block", self.id),
            className=f"block width-{width} {self.class_name}".strip(),
            style={"minHeight": f"{self.height}px"} if self.height else {},
        )


BLOCKS: dict[str, Block] = {}
"""Every block by id, filled when pages are imported."""


def block(id: str, asks: str | Ask | Sequence[Ask] = (), *, show: Show, height: int = 0, class_name: str = "") -> Block:
    """Declare a block. show(answers, look) returns its components, in look.language."""
    made = Block(id, questions(asks), show, height, class_name)
    known = BLOCKS.get(id)
    assert known is None or known.show.__module__ == show.__module__, f"two blocks are called {id}"
    BLOCKS[id] = made
    return made

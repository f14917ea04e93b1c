"""Reads what a test can check out of a reStructuredText document: named blocks and tables.

A hex example is a named ``code-block`` of the class ``hex``; a line may end with ``;`` and a
remark. A table is a named ``table`` in the simple form; its cells come without markup.
"""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"

_DIRECTIVE = re.compile(
    r"^\.\. (?P<kind>code-block|table)::.*\n(?P<options>(?:   :.*\n)+)\n"
    r"(?P<body>(?:(?:   .*)?\n)+)",
    re.MULTILINE,
)
_OPTION = re.compile(r"^   :(\w+): (.*)$", re.MULTILINE)
_RULE = re.compile(r"=+")
_LITERAL = re.compile(r"``(.+?)``(?!`)")
_REFERENCE = re.compile(r"`([^`]+)`_\b")


class Document:
    """A file in ``docs/``.

    :ivar blocks: the text of each named code block.
    :ivar examples: the bytes of each hex example.
    :ivar tables: the rows of each named table, its header left out.
    """

    def __init__(self, name: str) -> None:
        self.blocks: dict[str, str] = {}
        self.examples: dict[str, bytes] = {}
        self.tables: dict[str, list[list[str]]] = {}
        for found in _DIRECTIVE.finditer((DOCS / name).read_text("utf-8")):
            options = dict(_OPTION.findall(found["options"]))
            body = [line[3:] for line in found["body"].splitlines()]
            if "name" in options:
                self._take(options["name"], found["kind"], options.get("class", ""), body)

    def _take(self, name: str, kind: str, kind_of_block: str, body: list[str]) -> None:
        if name in self.blocks or name in self.examples or name in self.tables:
            raise ValueError(f"the name {name} is given twice")
        if kind == "table":
            self.tables[name] = _rows(body)
        elif kind_of_block == "hex":
            self.examples[name] = bytes.fromhex("".join(line.partition(";")[0] for line in body))
        else:
            self.blocks[name] = "\n".join(body).strip("\n")


def _rows(lines: list[str]) -> list[list[str]]:
    """The rows of a simple table, which the second and the third rule enclose."""
    first, second, third = (n for n, line in enumerate(lines) if line.startswith("="))
    columns = [match.start() for match in _RULE.finditer(lines[first])]
    rows: list[list[str]] = []
    for line in lines[second + 1 : third]:
        ends = [*columns[1:], None]
        cells = [line[start:end].strip() for start, end in zip(columns, ends, strict=True)]
        if cells[0]:
            rows.append(cells)
        else:  # the row above goes on
            rows[-1] = [f"{old} {new}".strip() for old, new in zip(rows[-1], cells, strict=True)]
    return [[_bare(cell) for cell in row] for row in rows]


def _bare(cell: str) -> str:
    return _REFERENCE.sub(r"\1", _LITERAL.sub(r"\1", cell))

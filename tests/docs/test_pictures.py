"""The pictures of the documents, and how they are drawn."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pyte
from twisted.trial.unittest import SynchronousTestCase

from docs.svg import COLUMN, DARK, ROW, picture

DOCS = Path(__file__).parents[2] / "docs"
SVG = "{http://www.w3.org/2000/svg}"


def drawn(written: str) -> ElementTree.Element:
    """What is drawn inside the frame, of a screen on which this was written."""
    screen = pyte.Screen(20, 3)
    pyte.Stream(screen).feed(written)
    frame = ElementTree.fromstring(picture(screen, "a & b", DARK))
    return frame.findall(f"{SVG}g")[-1]


class DrawingTest(SynchronousTestCase):
    def texts(self, written: str) -> list[tuple[str, float, float]]:
        """Each run: its text, and the columns where it begins and that it takes."""
        return [
            (
                text.text or "",
                float(text.attrib["x"]) / COLUMN,
                float(text.attrib["textLength"]) / COLUMN,
            )
            for text in drawn(written).iter(f"{SVG}text")
        ]

    def test_runs_keep_their_columns(self) -> None:
        self.assertEqual(self.texts("  ab  c "), [("ab  c", 2, 5)])
        self.assertEqual(self.texts("a <&> \x1b[1mb\x1b[0m"), [("a <&>", 0, 5), ("b", 6, 1)])

    def test_wide_characters_take_two_columns_each(self) -> None:
        self.assertEqual(
            self.texts("a日本b"), [("a", 0, 1), ("日", 1, 2), ("本", 3, 2), ("b", 5, 1)]
        )

    def test_colours(self) -> None:
        cell = drawn("\x1b[38;2;1;2;3;48;2;4;5;6mx\r\n\x1b[0;7my")
        boxes = [box.attrib["fill"] for box in cell.iter(f"{SVG}rect")]
        texts = [text.attrib["fill"] for text in cell.iter(f"{SVG}text")]
        self.assertEqual(boxes, ["#040506", DARK.letters, DARK.letters])  # the last: the cursor
        self.assertEqual(texts, ["#010203", DARK.background])

    def test_the_cursor_is_where_it_is_and_only_when_it_is_seen(self) -> None:
        box = drawn("ab\r\nc").find(f"{SVG}rect")
        assert box is not None
        self.assertEqual((float(box.attrib["x"]), float(box.attrib["y"])), (COLUMN, ROW))
        self.assertIsNone(drawn("ab\x1b[?25l").find(f"{SVG}rect"))

    def test_lines_are_drawn_and_join(self) -> None:
        cell = drawn("┌─\r\n│")
        self.assertEqual(list(cell.iter(f"{SVG}text")), [])
        corner, rule, bar = (path.attrib["d"] for path in cell.iter(f"{SVG}path"))
        middle, end = f"{COLUMN:g} {ROW / 2:g}", f"{COLUMN / 2:g} {ROW}"
        self.assertIn(middle, corner)
        self.assertIn(middle, rule)
        self.assertIn(end, corner)
        self.assertIn(end, bar)


class PicturesTest(SynchronousTestCase):
    def test_every_picture_of_the_documents_is_there(self) -> None:
        shown: set[str] = set()
        for document in (DOCS.parent / "README.rst", *DOCS.glob("*.rst")):
            for path in re.findall(r"(?:image|figure):: (\S+)", document.read_text("utf-8")):
                self.assertTrue((document.parent / path).is_file(), f"{path} of {document.name}")
                shown.add(Path(path).name)
        self.assertIn("main.svg", shown)

    def test_pictures_need_nothing_from_elsewhere(self) -> None:
        for path in (DOCS / "images").glob("*.svg"):
            for element in ElementTree.parse(path).iter():
                self.assertIn(
                    element.tag.removeprefix(SVG), {"svg", "g", "rect", "path", "circle", "text"}
                )
                self.assertFalse([name for name in element.attrib if "href" in name])

"""The timeline on the screen: only what is visible is laid out, from the bottom up.

A hundred thousand entries cost as much as the two dozen that fit; what was said in earlier runs is
taken out of the history as the view gets there. The view either follows the end or stands at a
place: the entry at its lower edge and how many of its rows are below the edge.
"""

from __future__ import annotations

from itertools import chain

import urwid

from ..model.model import Model
from ..model.progress import last_read, progress
from ..model.timeline import Mark, Timeline
from .box import Box
from .line import Around, LineStyle, line, name_width
from .local_time import day, local
from .quote import quote
from .reactions import shown
from .rule import Rule

_CACHED_LINES = 1000
_SHORTEST_NAME = 4
#: Narrower than this, the time is left out.
_TIME_FROM = 44
_WHEEL_ROWS = 3
_EMPTY = "nothing has been said here since you came"
#: Entries that going to the top takes out of the history at least, if there are any.
_LEAP = 5000
_BEGINS = "since you came"


class TimelineView(Box):
    """A box widget that shows the current conversation of a model.

    :ivar copy: bare lines, see :class:`LineStyle`.
    """

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.copy = False
        self._marked: Mark | None = None
        self._model = model
        self._shown = model.roster.current
        self._size = (80, 24)
        self._bottom: Mark | None = None
        self._below = 0
        self._widest = _SHORTEST_NAME
        self._measured, self._moves = range(0), 0
        self._lines: dict[int, tuple[tuple[object, ...], urwid.Widget]] = {}
        self._quotes: dict[tuple[int, int], str] = {}
        self._read: tuple[object, int | None] = (None, None)

    @property
    def marked(self) -> int | None:
        """The serial of the entry that was searched for, or chosen."""
        return None if self._marked is None else self._marked.serial

    # ---------------------------------------------------------------- moving

    @property
    def entries_below(self) -> int:
        """How many entries are not in sight below."""
        if self._bottom is None:
            return 0
        return self._shown.timeline.end - 1 - self._bottom.serial + (self._below > 0)

    def follow(self) -> None:
        """Go to the end and stay there."""
        self._bottom = None
        self._below = 0
        self._marked = None

    def scroll(self, rows: int) -> None:
        """Move by rows, towards newer entries when positive."""
        self._fill(self._size[1] + max(-rows, 0))
        self._shift(rows)

    def _shift(self, rows: int) -> None:
        """Move by rows among what is there, up to the upper edge."""
        if self._move(rows):
            short = self._size[1] - self._rows_above()
            if short > 0:
                self._move(short)

    def scroll_page(self, pages: int) -> None:
        """Move by pages, two rows less than what is in sight."""
        self.scroll(pages * max(self._size[1] - 2, 1))

    def to_top(self) -> None:
        """Go to the oldest entry; again, and it goes further back where that is very far."""
        goal = self._timeline.first - _LEAP
        while self._timeline.first > goal and self._shown.load_older():
            pass
        if len(self._timeline):
            self._stand(self._timeline.first, 0)
            self._shift(0)

    def show_entry(self, serial: int, *, mark: bool = True) -> None:
        """Bring an entry into the middle of the view."""
        self.show()
        if serial in self._timeline:
            self._stand(serial, 0)
            self.scroll(self._size[1] // 2)
            self._marked = self._timeline.mark(serial) if mark else None

    def mark(self, serial: int) -> None:
        """Mark an entry; the view moves only where that is out of sight."""
        if serial in self._sight():
            self._marked = self._timeline.mark(serial)
        else:
            self.show_entry(serial)

    def _sight(self) -> range:
        """The serials that are in sight as a whole."""
        self.show()
        if not len(self._timeline):
            return range(0)
        serial, below = self._place()
        last = serial if below else serial + 1
        rows = self._size[1] + below
        while serial >= self._timeline.first and self._height(serial) <= rows:
            rows -= self._height(serial)
            serial -= 1
        return range(serial + 1, last)

    def show(self) -> None:
        """Take over the model's current conversation; another one is shown from its end."""
        if self._shown is not self._model.roster.current:
            self._shown = self._model.roster.current
            self._widest = _SHORTEST_NAME
            self._measured = range(0)
            self.forget()
            self.follow()

    def forget(self) -> None:
        """Lay out everything anew: names or colours of words changed."""
        self._lines.clear()
        self._quotes.clear()
        self._read = (None, None)
        self._invalidate()

    @property
    def _timeline(self) -> Timeline:
        return self._shown.timeline

    def _fill(self, rows: int) -> None:
        """Have so many rows above the lower edge, as far as the history has them. An entry takes
        one at least."""
        timeline = self._timeline
        bottom = timeline.end - 1 if self._bottom is None else self._bottom.serial
        while bottom - timeline.first < rows + self._below and self._shown.load_older():
            pass

    # ---------------------------------------------------------------- drawing

    def draw(self, columns: int, rows: int) -> urwid.Canvas:
        """What is in sight, with its last row at the lower edge."""
        self._size = (columns, rows)
        self.show()
        canvases: list[urwid.Canvas] = []
        height = 0
        self._fill(rows)
        if len(self._timeline):
            serial, below = self._place()
            while height < rows + below and serial >= self._timeline.first:
                canvases.append(self._line(serial).render((columns,)))
                height += canvases[-1].rows()
                serial -= 1
        if not height:
            words = urwid.Text(("notice", _EMPTY), align="center")
            return urwid.Filler(words, valign="middle").render((columns, rows))
        canvas = urwid.CanvasCombine([(one, None, False) for one in reversed(canvases)])
        if below:
            canvas.trim_end(below)
        height -= below
        if height > rows:
            canvas.trim(height - rows)
        elif height < rows:
            canvas.pad_trim_top_bottom(rows - height, 0)
        return canvas

    def press(self, button: int, column: int, row: int) -> bool:
        """The wheel scrolls."""
        if button not in (4, 5):
            return False
        self.scroll(-_WHEEL_ROWS if button == 4 else _WHEEL_ROWS)
        return True

    # ---------------------------------------------------------------- layout

    def _place(self) -> tuple[int, int]:
        """The entry at the lower edge, and its rows below the edge."""
        timeline = self._timeline
        if self._bottom is None:
            return timeline.end - 1, 0
        bottom = min(max(self._bottom.serial, timeline.first), timeline.end - 1)
        self._stand(bottom, min(self._below, self._height(bottom) - 1))
        return bottom, self._below

    def _stand(self, bottom: int, below: int) -> None:
        """The view stands at a place from now on."""
        if self._bottom is None or self._bottom.serial != bottom:
            self._bottom = self._timeline.mark(bottom)
        self._below = below

    def _move(self, rows: int) -> bool:
        """Move without regard to the upper edge.

        :return: whether the view stands at a place now, rather than following the end.
        """
        timeline = self._timeline
        if not len(timeline):
            return False
        bottom, below = self._place()
        below -= rows
        while below < 0 and bottom + 1 < timeline.end:
            bottom += 1
            below += self._height(bottom)
        while below >= self._height(bottom) and bottom > timeline.first:
            below -= self._height(bottom)
            bottom -= 1
        below = min(below, self._height(bottom) - 1)
        if below <= 0 and bottom + 1 == timeline.end:
            self.follow()
            return False
        self._stand(bottom, below)
        return True

    def _rows_above(self) -> int:
        """Rows from the lower edge upwards, as far as they fill the view."""
        serial, below = self._place()
        height = -below
        while height < self._size[1] and serial >= self._timeline.first:
            height += self._height(serial)
            serial -= 1
        return height

    def _height(self, serial: int) -> int:
        return self._line(serial).pack((self._size[0],))[1]

    def _line(self, serial: int) -> urwid.Widget:
        timeline = self._timeline
        entry = timeline[serial]
        style = self._style()
        around = self._around(serial)
        new_day = self._begins_day(serial)
        begins = serial == timeline.begins > timeline.first
        unread = serial == self._shown.first_unread
        key = (entry, style, around, new_day, begins, unread)
        kept = self._lines.get(serial)
        if kept is not None and kept[0] == key:
            return kept[1]
        widget = line(entry, style, self._model.mentions, around)
        rules = [Rule(day(entry.time), "day", "─")] if new_day else []
        rules += [Rule(_BEGINS, "day", "─")] if begins else []
        rules += [Rule("new", "unread", "╌")] if unread else []
        widget = urwid.Pile([*rules, widget]) if rules else widget
        if len(self._lines) >= _CACHED_LINES:
            self._lines.clear()
        self._lines[serial] = (key, widget)
        return widget

    def _around(self, serial: int) -> Around:
        entry = self._timeline[serial]
        return Around(
            marked=serial == self.marked,
            quote=self._quote(entry.ref) if entry.ref is not None else "",
            progress=progress(self._shown, entry),
            last_read=serial == self._last_read(),
            reactions=shown(entry, self._model.nick),
        )

    def _quote(self, ref: int) -> str:
        """What is answered. Where only the history has it, it is looked up once."""
        if self._timeline.find(ref) is not None:
            return quote(self._shown, ref)
        key = (ref, self._shown.changes)
        if key not in self._quotes:
            self._quotes[key] = quote(self._shown, ref)
        return self._quotes[key]

    def _last_read(self) -> int | None:
        key = (self._timeline.end, self._timeline.moves, self._shown.seen)
        if self._read[0] != key:
            self._read = (key, last_read(self._shown, _CACHED_LINES))
        return self._read[1]

    def _begins_day(self, serial: int) -> bool:
        timeline = self._timeline
        if serial == timeline.first:
            return True
        return local(timeline[serial - 1].time).date() != local(timeline[serial].time).date()

    def _style(self) -> LineStyle:
        columns = self._size[0]
        self._measure()
        return LineStyle(
            name_width=min(self._widest, max(columns // 5, _SHORTEST_NAME)),
            show_time=columns >= _TIME_FROM,
            copy=self.copy,
            links=self._model.settings.is_on("links"),
        )

    def _measure(self) -> None:
        """The widest name so far: it grows with the conversation and does not jump about."""
        first, end, known = self._timeline.first, self._timeline.end, self._measured
        new = range(max(known.stop, first), end), range(first, min(known.start, end))
        if self._moves != self._timeline.moves:  # what came in between is among the last ones
            new = range(max(first, end - _CACHED_LINES), end), new[1]
        for serial in chain(*new):
            self._widest = max(self._widest, name_width(self._timeline[serial]))
        self._measured, self._moves = range(first, end), self._timeline.moves

"""What somebody looks for, as they type it: ``kettle "red hot" in:#tea from:bob``.

All words have to be there. Each may go on where it was typed to its end (``ket`` finds ``kettle``);
what is in quotes stands there word for word. Nothing that is typed is taken for FTS5's own syntax.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from chatd.domain.names import fold

from .words import is_whole, words_of

#: Words looked for at most; the rest is left out.
MOST_TERMS = 32

_PART = re.compile(r'(?:(in|from):)?(?:"([^"]*)(?:"|$)|(\S+))', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Query:
    """
    :ivar terms: phrases in FTS5's syntax, which all have to match.
    :ivar places: titles of conversations, ``#room`` or a nick, of which it is in one.
    :ivar senders: nicks of whom one said it.
    """

    terms: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is looked for at all."""
        return bool(self.terms or self.places or self.senders)

    @classmethod
    def parse(cls, text: str) -> Query:
        """Whatever was typed; an empty one finds nothing."""
        terms: list[str] = []
        places: list[str] = []
        senders: list[str] = []
        for field, quoted, word in _PART.findall(text):
            name = (quoted or word).strip()
            if field and name:
                (places if field.lower() == "in" else senders).append(name)
            elif not field and (words := words_of(name)):
                terms.append(_phrase(words, begun=not quoted))
        return cls(tuple(terms[:MOST_TERMS]), tuple(places), tuple(senders))

    def match(self, places: tuple[int, ...]) -> str:
        """For FTS5's MATCH.

        :param places: the conversations it has to be in, by their rows; all, where there are none.
        """
        parts = [f"text : ({' AND '.join(self.terms)})"] if self.terms else []
        marks = [place_mark(one) for one in places], [sender_mark(one) for one in self.senders]
        parts += [f"marks : ({' OR '.join(one)})" for one in marks if one]
        return " AND ".join(parts)


def place_mark(place: int) -> str:
    """What the index knows a conversation by."""
    return f"c{place}"


def sender_mark(nick: str) -> str:
    """What the index knows a person by, whatever signs are in their nick."""
    return f"f{fold(nick).encode(errors='replace').hex()}"


def _phrase(words: list[str], *, begun: bool) -> str:
    open_end = begun and not is_whole(words[-1])
    return f'"{" ".join(words)}"' + (" *" if open_end else "")

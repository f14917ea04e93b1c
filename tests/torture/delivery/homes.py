"""Profiles of devices: made with a one-time ID in the vault, and read at the end."""

from __future__ import annotations

import json
from pathlib import Path

from chatd.domain.link import Link
from chatd.domain.one_time_id import canonical
from client.history.database import connect
from client.model.entry import SPOKEN
from client.vault.identity import Enrolment, Identity, Server
from client.vault.keys import new_device_key, new_root_key
from client.vault.seal import Cost
from client.vault.vault import Vault
from tests.torture.delivery import journal
from tests.torture.delivery.evidence import Row, Witness, is_marked
from tests.torture.delivery.plan import Device, pair

PASSWORD = "tortured enough"
#: Files of a run, and of a device.
PLAN, JOURNAL, LOG = "plan.json", "journal", "log"

_CHEAP = Cost(memory=8, passes=1, lanes=1)
_ROWS = """\
SELECT conversation.kind, conversation.name, entry.text, entry.sender, entry.number, entry.own,
    entry.delivery, entry.failure, entry.reactions
FROM entry JOIN conversation ON conversation.id = entry.conversation
WHERE entry.kind IN ({}) ORDER BY entry.id
"""


def make_home(folder: Path, device: Device, link: Link, port: int, one_time_id: str) -> None:
    """A profile that enrols when it first connects.

    :param folder: of the run.
    :param port: where its own way to the server begins.
    """
    home = folder / device.name
    home.mkdir()
    server = Server.of(Link(link.host, port, link.tls, link.fingerprint))
    first = device.name == f"{device.person}1"
    identity = Identity(
        server,
        new_device_key(),
        root_key=new_root_key() if first else b"",
        enrolment=Enrolment(canonical(one_time_id)),
    )
    Vault.create(home, PASSWORD, identity, _CHEAP).close()


def testimony(folder: Path, device: Device) -> Witness:
    """What a device has to say; its client has ended."""
    home = folder / device.name
    lines = list(journal.read(home / JOURNAL))
    return Witness(device, lines, _history(home, device) if home.exists() else [])


def _history(home: Path, device: Device) -> list[Row]:
    vault = Vault.open(home, PASSWORD)
    try:
        connection = connect(home, vault.history_key())
    finally:
        vault.close()
    kinds = ", ".join(f"'{kind.name.lower()}'" for kind in SPOKEN)
    rows = connection.execute(_ROWS.format(kinds)).fetchall()
    connection.close()
    return [
        Row(
            f"#{name}" if kind == "room" else pair(device.person, name),
            text,
            sender,
            number,
            bool(own),
            delivery or "",
            failure,
            {nick: emoji for emoji, nicks in json.loads(reactions or "[]") for nick in nicks},
        )
        for kind, name, text, sender, number, own, delivery, failure, reactions in rows
        if is_marked(text)
    ]

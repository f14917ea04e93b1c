"""Those who are expected: accounts to which nobody has signed in yet. Nothing of theirs follows a
pair that somebody has begun with them; what is said there waits for their first device."""

from __future__ import annotations

from sqlalchemy import bindparam, exists, select

from chatd.store.schema import accounts, conversations, devices

_account, _device = accounts.alias(), devices.alias()
_expected = ~exists().where(_device.c.account == _account.c.id)
_in_it = _account.c.id.in_((conversations.c.one, conversations.c.other))

#: Whether somebody is expected in a conversation, as part of a statement about conversations.
awaited = exists().where(_in_it, _expected)

#: Who that is, of the conversation ``which``.
EXPECTED = (
    select(_account.c.id, _account.c.handle)
    .select_from(conversations)
    .join(_account, _in_it)
    .where(conversations.c.id == bindparam("which"), _expected)
)

"""Enrolment: from a link to a vault whose device the server knows.

What must not be lost is on the disk before the next step is made: the keys and the one-time ID
before the server hears of them, the account and the token before the token is confirmed. So it can
be stopped anywhere: :meth:`Wizard.resume` goes on with the same key, which may repeat its one-time
ID until a token is confirmed.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from dataclasses import replace as replaced

from msgspec import ValidationError, convert
from msgspec.structs import replace
from twisted.internet.defer import Deferred

from chatd.domain.link import Link, show_fingerprint
from chatd.domain.one_time_id import canonical
from chatd.errors import ChatError, Code
from chatd.wire import messages

from ..credentials import Member
from ..dialer import Dialer
from ..first_use import known
from ..model.uplink import ConnectionState, Online, Stopped
from ..profile import Profile, ProfileError
from ..refusals import FINAL
from ..thread import in_thread
from ..trust import typed
from ..vault.errors import VaultError
from ..vault.identity import Enrolment, Identity, Server, Settings
from ..vault.keys import new_device_key, new_root_key
from ..vault.vault import Vault
from .signing import own_record
from .step import Face, Step, Unanswered, ask, sentence
from .steps import ACCOUNT_PASSWORD, HANDLE, LINK, NEW_PASSWORD, RETRY, choose_password

#: This link lets nobody in any more, or never did.
_LINK_REFUSED = frozenset({Code.ID_UNKNOWN, Code.ID_EXPIRED, Code.ID_USED})
#: This key lets nobody in any more: whoever has a copied vault has it too.
_KEY_BARRED = frozenset({Code.DEVICE_SUSPENDED, Code.DEVICE_REVOKED})
#: The account's name and password have to be typed again.
_PASSWORD_REFUSED = frozenset({Code.CREDENTIALS_WRONG, Code.LOCKED_OUT})


class _Attempt:
    """Listens to one attempt to sign in.

    :ivar me: fires with who one is.
    """

    def __init__(self) -> None:
        self.me: Deferred[messages.Me | None] = Deferred()
        self._welcome: messages.Welcome | None = None

    def connection_changed(self, state: ConnectionState) -> None:
        if isinstance(state, Online) and self._welcome is not None:
            self.me.callback(self._welcome.me)
        elif isinstance(state, Stopped) and not self.me.called:
            self.me.errback(state.error)

    def welcomed(self, welcome: messages.Welcome) -> None:
        self._welcome = welcome

    def received(self, message: messages.ServerMessage) -> None: ...

    def lag_changed(self, seconds: float) -> None: ...

    def warned(self, text: str) -> None: ...


class _Newcomer(Member):
    """:ivar unkept: why the vault does not hold what the server gave; None where it does."""

    unkept: VaultError | None = None

    def keep(self, me: messages.Me) -> None:
        """See :class:`client.credentials.Credentials`."""
        try:
            super().keep(me)
        except VaultError as error:
            self.unkept = error
            raise


class Wizard:
    """Asks a person, or a script's answers, for what it takes."""

    def __init__(self, profile: Profile, dialer: Dialer, face: Face) -> None:
        self._profile = profile
        self._dialer = dialer
        self._face = face
        self._unreached: ChatError | None = None
        self._refused = ""

    async def begin(self) -> Vault:
        """Everything, in a profile that has no vault yet.

        :return: of an enrolled device.
        :raises ChatError: the server does not let it in; what was done so far is in the vault.
        """
        link = await self._ask_link(None)
        account, password = "", ""
        if not link.one_time_id:
            account, password = await self._ask_account()
        identity = Identity(
            Server.of(link),
            new_device_key(),
            account,
            root_key=new_root_key(),
            enrolment=_enrolment(link),
            settings=_settings_of(self._profile),
        )
        chosen = await choose_password(self._face, NEW_PASSWORD)
        reactor, home = self._dialer.reactor, self._profile.home
        vault = await in_thread(reactor, Vault.create, home, chosen, identity)
        try:
            await self.resume(vault, password)
        except BaseException:
            vault.close()
            raise
        return vault

    async def renew(self, vault: Vault) -> None:
        """Another link, in a vault that is there already."""
        identity = vault.identity
        if identity.token:
            self._face.say(
                f"This profile is {identity.handle}'s, on {identity.server.link.place}, and "
                "enrolled. A new link enrols it again, after it was suspended for instance; for "
                "another account take another profile: chatc --profile NAME enrol"
            )
        await self.resume(vault, await self._take(vault, await self._ask_link(vault)))

    async def resume(self, vault: Vault, password: str = "") -> None:
        """Sign in, and ask for what is missing or was wrong, until this device is enrolled.

        :param password: of the account, where that is the way in.
        :raises ChatError: the server does not let it in.
        """
        while True:
            identity = vault.identity
            if identity.enrolment is None and not identity.token and not password:
                password = await self._ask_way_in(vault)
            try:
                await self._sign_in(vault, password)
                return
            except ChatError as error:
                try:
                    password = await self._mend(vault, password, error)
                except Unanswered:
                    raise error from None

    async def _mend(self, vault: Vault, password: str, error: ChatError) -> str:
        """Ask for what was wrong.

        :return: the account's password for the next attempt, "" where it takes none.
        :raises ChatError: nothing that could be asked would help.
        """
        identity = vault.identity
        if error.code in _KEY_BARRED and identity.enrolment and identity.device:
            # Its old key never gets in again: it comes back as a new device.
            vault.save(replace(identity, device_key=new_device_key(), device=b"", token=b""))
            return ""
        final = error.code in FINAL
        if error.code in _LINK_REFUSED or (final and identity.token):
            vault.save(replace(identity, enrolment=None))  # what was good before still is
        if final and error.code not in _LINK_REFUSED | _PASSWORD_REFUSED:
            raise error
        self._refused = _told(error)
        if error.code in _PASSWORD_REFUSED:
            return await self._ask_password(vault)
        if error.code in _LINK_REFUSED:
            return await self._take(vault, await self._ask_link(vault))
        another = await self._ask(RETRY)
        link = await self._read_link(vault, another) if another.strip() else None
        return password if link is None else await self._take(vault, link)

    async def _sign_in(self, vault: Vault, password: str) -> None:
        """Once, with what the vault holds, or the password; then vouch for oneself.

        :raises ChatError: it did not work.
        :raises VaultError: it did, and could not be kept: the server lets this key do it again.
        """
        server = vault.identity.server.link
        self._face.say(f"Connecting to {server.place} …")
        attempt = _Attempt()
        member = _Newcomer(vault, socket.gethostname(), password)
        connection = self._dialer.connection(server, vault.identity.handle, attempt, member)
        connection.start()
        try:
            me = await attempt.me
            if member.unkept is not None:
                again = typed(self._profile)
                raise VaultError(
                    f"the server let this device in, but {member.unkept}. This goes on:\n  {again}"
                )
            identity = vault.identity
            if me is not None and not me.signed and identity.root_key:
                # Where this fails, each sign-in tries it again.
                with suppress(ChatError):
                    await connection.request(own_record(identity))
        finally:
            await connection.logout()
        self._face.say(f"You are {vault.identity.handle} here. This device is enrolled.")

    # ------------------------------------------------------------ questions

    async def _ask(self, step: Step) -> str:
        """Ask for something, with what was wrong before."""
        reason, self._refused = self._refused, ""
        return await ask(self._face, replaced(step, reason=reason))

    async def _ask_link(self, vault: Vault | None) -> Link:
        """One that may be taken.

        :raises ChatError: nobody has another than one to a server that could not be reached.
        """
        while True:
            try:
                link = await self._read_link(vault, await self._ask(LINK))
            except Unanswered:
                if self._unreached is not None:
                    raise self._unreached from None
                raise
            if link is not None:
                return link

    async def _read_link(self, vault: Vault | None, text: str) -> Link | None:
        """A link to a server whose key is known, or was accepted; None where it is not for this
        vault or leads nowhere, which is told."""
        link = Link.parse(text)
        wrong = _unfit(vault.identity, link) if vault is not None else ""
        if wrong:
            self._face.say(wrong)
            return None
        try:
            link = await known(self._profile, self._dialer, self._face, link)
        except ChatError as error:
            if error.code in FINAL:
                raise
            self._unreached = error
            self._refused = _told(error)
            return None
        key = show_fingerprint(link.fingerprint)
        self._face.say(f"This link leads to {link.place}, which must show the key {key}.")
        return link

    async def _ask_account(self) -> tuple[str, str]:
        """The account's handle and password."""
        handle = await self._ask(HANDLE)
        return handle.strip(), await self._ask(ACCOUNT_PASSWORD)

    async def _ask_way_in(self, vault: Vault) -> str:
        """What was typed before let nobody in: a link, or the password of the account.

        :return: the password, "" where a link takes none.
        """
        if vault.identity.handle:
            return await self._ask_password(vault)
        self._face.say("This device is not enrolled yet.")
        return await self._take(vault, await self._ask_link(vault))

    async def _ask_password(self, vault: Vault) -> str:
        """The password of the account that is then the vault's."""
        handle, password = await self._ask_account()
        vault.save(replace(vault.identity, handle=handle))
        return password

    async def _take(self, vault: Vault, link: Link) -> str:
        """Go on with another link.

        :return: the account's password, where the link has no one-time ID; otherwise "".
        """
        server, enrolment = Server.of(link), _enrolment(link)
        vault.save(replace(vault.identity, server=server, enrolment=enrolment))
        return await self._ask_password(vault) if enrolment is None else ""


def _settings_of(profile: Profile) -> Settings:
    """What the screen was set to before, as a guest's: nothing to stop for where it is damaged."""
    try:
        return convert(dict(profile.load()), Settings)
    except (ProfileError, ValidationError):
        return {}


def _enrolment(link: Link) -> Enrolment | None:
    if not link.one_time_id:
        return None
    return Enrolment(canonical(link.one_time_id), link.device_secret)


def _unfit(identity: Identity, link: Link) -> str:
    """Why a link is not for a vault that has an account; "" where it may be."""
    if not identity.account:
        return ""
    if not link.one_time_id:
        return "This link has no one-time ID; ask for one that has."
    if link.fingerprint != identity.server.fingerprint:
        return (
            f"This link leads to another server, but this profile is {identity.handle}'s on "
            f"{identity.server.link.place}. Take another profile: chatc --profile NAME enrol"
        )
    return ""


def _told(error: ChatError) -> str:
    wait = f" ({error.wait:.0f} s)" if error.wait else ""
    return sentence(error.text + wait)

"""inspircd, where it is installed: its flood limits off, no look-ups, large queues."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.benchmarks.subjects.irc import NAME, IrcServer, make_certificate
from tests.benchmarks.subjects.process import NOBODY, ServerProcess
from tests.support.daemon import free_port


def find() -> str | None:
    """The program, or None."""
    return shutil.which("inspircd", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")


def start(program: str, tls: bool, folder: Path, core: int | None) -> IrcServer:
    """A server in an empty folder that its user can read."""
    port = free_port()
    certificate, key = make_certificate(folder)
    configuration = folder / "inspircd.conf"
    profile = f"""<module name="ssl_gnutls">
<sslprofile name="benchmark" provider="gnutls" certfile="{certificate}" keyfile="{key}">"""
    configuration.write_text(
        f"""<server name="{NAME}" description="benchmark" network="benchmark">
<admin name="benchmark" nick="benchmark" email="benchmark@{NAME}">
{profile if tls else ""}
<bind address="127.0.0.1" port="{port}" type="clients" {'sslprofile="benchmark"' if tls else ""}>
<connect allow="*" timeout="60" pingfreq="36000" hardsendq="268435456" softsendq="268435456"
 recvq="1048576" threshold="1000000000" commandrate="1000000000" fakelag="no" localmax="1000000"
 globalmax="1000000" limit="1000000" maxchans="1000" resolvehostnames="no" useident="no">
<performance netbuffersize="65534" somaxconn="1024" softlimit="1000000" quietbursts="yes">
<security maxtargets="20">
<pid file="{folder / "pid"}">
"""
    )
    for path in (certificate, key, configuration):
        path.chmod(0o644)
    command = [program, "--nofork", "--nopid", "--nolog", "--config", str(configuration)]
    process = ServerProcess(command, folder / "output", core, user=NOBODY)
    return IrcServer("inspircd", process, port, tls)

"""ngircd, where it is installed: its flood limits off, no look-ups."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.benchmarks.subjects.irc import NAME, IrcServer, make_certificate
from tests.benchmarks.subjects.process import NOBODY, ServerProcess
from tests.support.daemon import free_port


def find() -> str | None:
    """The program, or None."""
    return shutil.which("ngircd", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")


def start(program: str, tls: bool, folder: Path, core: int | None) -> IrcServer:
    """A server in an empty folder that its user can read."""
    port = free_port()
    certificate, key = make_certificate(folder)
    configuration = folder / "ngircd.conf"
    listen = f"CertFile = {certificate}\nKeyFile = {key}\nPorts = {port}\n"
    configuration.write_text(
        f"""[Global]
Name = {NAME}
Info = benchmark
Listen = 127.0.0.1
MotdPhrase = benchmark
Ports = {free_port() if tls else port}
[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
MaxJoins = 0
MaxPenaltyTime = 0
PingTimeout = 36000
[Options]
DNS = no
Ident = no
PAM = no
[SSL]
{listen if tls else ""}"""
    )
    for path in (certificate, key, configuration):
        path.chmod(0o644)
    command = [program, "--nodaemon", "--config", str(configuration)]
    process = ServerProcess(command, folder / "output", core, user=NOBODY)
    return IrcServer("ngircd", process, port, tls, prompt=True)

"""A time authority (RFC 3161) on loopback: OpenSSL's `ts` behind a small server."""

import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from conftest import serving
from needs import require_program

SETTINGS = """
[tsa]
default_tsa = own
[own]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
[of_authority]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
"""
NAME = "Clock of the tests"


def openssl(folder: Path, *arguments: str) -> bytes:
    """What OpenSSL writes, in this folder."""
    how = [require_program("openssl"), *arguments]
    return subprocess.run(how, cwd=folder, capture_output=True, check=True).stdout


@dataclass
class TimeAuthority:
    folder: Path
    port: int = 0
    asked: list[bytes] = field(default_factory=list)
    """The requests."""
    harm: Callable[[bytes], bytes] = bytes
    """Makes another answer, or another request before it is answered."""
    is_of_request: bool = False
    status: int = 200
    over: threading.Event = field(default_factory=threading.Event)
    """Set when the test is over."""
    waits: bool = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/stamps"

    @property
    def certificates(self) -> Path:
        return self.folder / "root.pem"

    @property
    def stranger(self) -> Path:
        """The certificate of somebody else."""
        return self.folder / "stranger.pem"

    def answer(self, request: bytes) -> bytes:
        (self.folder / "request").write_bytes(request)
        how = ("-config", "settings", "-queryfile", "request", "-inkey", "own.key")
        return openssl(self.folder, "ts", "-reply", *how, "-signer", "own.pem")

    def vouches(self, token: bytes, root: str) -> bool:
        """What OpenSSL itself says of a token."""
        (self.folder / "token").write_bytes(token)
        (self.folder / "data").write_text(root)
        try:
            how = ("-in", "token", "-data", "data", "-CAfile", "root.pem")
            return b"Verification: OK" in openssl(self.folder, "ts", "-verify", *how)
        except subprocess.CalledProcessError:
            return False


def keys(folder: Path) -> TimeAuthority:
    """An authority with its certificates, which answers nobody yet."""
    (folder / "settings").write_text(SETTINGS)
    new = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    for name in ("root", "stranger"):
        made = ("-keyout", f"{name}.key", "-out", f"{name}.pem", "-subj", f"/CN=The {name}")
        openssl(folder, "req", "-x509", *new, *made, "-days", "30")
    openssl(
        folder, "req", *new, "-keyout", "own.key", "-out", "own.request", "-subj", f"/CN={NAME}"
    )
    by = ("-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-days", "20")
    form = ("-extfile", "settings", "-extensions", "of_authority")
    openssl(folder, "x509", "-req", "-in", "own.request", "-out", "own.pem", *by, *form)
    return TimeAuthority(folder=folder)


@contextmanager
def answering(authority: TimeAuthority) -> Iterator[TimeAuthority]:
    """The same at a port of loopback, while the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["Content-Type"] == "application/timestamp-query"
            request = self.rfile.read(int(self.headers["Content-Length"]))
            authority.asked.append(request)
            if authority.waits:
                authority.over.wait()
                return
            harm = authority.harm
            of_request = authority.is_of_request
            body = authority.answer(harm(request) if of_request else request)
            self.send_response(authority.status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(body if of_request else harm(body))

        def log_message(self, format: str, *args: object) -> None:
            pass

    with serving(Handler) as port:
        authority.port = port
        try:
            yield authority
        finally:
            authority.over.set()

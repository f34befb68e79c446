"""What a deployment would choose, on localhost: Redis with TLS and password, Azurite, mail with STARTTLS, Sentry, OTLP.

One CA, made for the test, signs all certificates; nothing outside this machine is asked.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import shutil
import socket
import ssl
import subprocess
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import brotli
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.conftest import end_with_these_tests

PASSWORD = "p@ss/word"
START_S = 30.0


@dataclass(frozen=True)
class Certificates:
    """PEM files: the CA, and a certificate for 127.0.0.1 with its key."""

    ca: Path
    certificate: Path
    key: Path


def make_certificates(folder: Path) -> Certificates:
    """A CA and one certificate signed by it."""
    now = dt.datetime.now(dt.UTC)
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Axolotl test CA")])

    def builder(name: x509.Name, public: Any) -> x509.CertificateBuilder:
        made = x509.CertificateBuilder().subject_name(name).issuer_name(ca_name).public_key(public)
        made = made.serial_number(x509.random_serial_number()).not_valid_before(now - dt.timedelta(days=1))
        return made.not_valid_after(now + dt.timedelta(days=1))

    ca_usage = x509.KeyUsage(
        *(name in ("key_cert_sign", "crl_sign") for name in (
            "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
            "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
        ))
    )  # fmt: skip
    of_ca = builder(ca_name, ca_key.public_key()).add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
    subject_id = x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key())
    ca = of_ca.add_extension(ca_usage, True).add_extension(subject_id, False).sign(ca_key, hashes.SHA256())
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("localhost")])
    own_name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    authority = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(subject_id)
    of_server = builder(own_name, key.public_key()).add_extension(names, False).add_extension(authority, False)
    made = Certificates(folder / "ca.pem", folder / "server.pem", folder / "server.key")
    made.ca.write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    made.certificate.write_bytes(of_server.sign(ca_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    made.key.write_bytes(private)
    return made


def free_port() -> int:
    """A port that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(argv: list[str], port: int) -> Iterator[None]:
    """A server until the block ends, once it takes connections."""
    process = subprocess.Popen(
        argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=end_with_these_tests
    )
    try:
        deadline = time.monotonic() + START_S
        while True:
            assert process.poll() is None, f"{argv[0]} ended at once"
            assert time.monotonic() < deadline, f"{argv[0]} did not start"
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.02)
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)


@contextmanager
def redis_with_tls(folder: Path, made: Certificates) -> Iterator[int]:
    """The system's Redis, which speaks nothing but TLS and knows a password; its port."""
    port = free_port()
    options = {
        "port": "0",
        "tls-port": str(port),
        "tls-cert-file": str(made.certificate),
        "tls-key-file": str(made.key),
        "tls-ca-cert-file": str(made.ca),
        "tls-auth-clients": "no",
        "requirepass": PASSWORD,
        "bind": "127.0.0.1",
        "save": "",
        "dir": str(folder),
    }
    argv = [str(shutil.which("redis-server"))]
    for name, value in options.items():
        argv += [f"--{name}", value]
    with running(argv, port):
        yield port


@dataclass
class Mail:
    """What a mail server took: each letter with who logged in and whether the line was encrypted."""

    letters: list[tuple[str, bool, str]] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        """Keep a letter."""
        user = session.auth_data.login.decode() if session.auth_data else ""
        text = (envelope.content or b"").decode() if isinstance(envelope.content, bytes) else str(envelope.content)
        self.letters.append((user, session.ssl is not None, text))
        return "250 taken"


@contextmanager
def mail_server(made: Certificates) -> Iterator[tuple[int, Mail]]:
    """A mail server that takes letters over STARTTLS and after a log-in only; its port and what it took."""

    def log_in(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        right = isinstance(data, LoginPassword) and data.password == PASSWORD.encode()
        return AuthResult(success=right, auth_data=data)

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(made.certificate, made.key)
    taken = Mail()
    controller = Controller(
        taken,
        hostname="127.0.0.1",
        port=free_port(),
        tls_context=context,
        require_starttls=True,
        authenticator=log_in,
        auth_required=True,
    )
    controller.start()
    try:
        yield controller.port, taken
    finally:
        controller.stop()


@dataclass
class Listener:
    """A server that keeps what it is sent, unpacked."""

    url: str
    bodies: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def listener() -> Iterator[Listener]:
    """An HTTP server that says yes to everything."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            packed = self.headers.get("Content-Encoding")
            if packed == "gzip":
                body = zlib.decompress(body, wbits=31)
            elif packed == "br":
                body = brotli.decompress(body)
            seen.bodies.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    seen = Listener(f"127.0.0.1:{server.server_address[1]}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield seen
    finally:
        server.shutdown()
        server.server_close()

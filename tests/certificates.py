"""An authority of the tests' own, and the certificates that it does and does not give out."""

import ssl
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True, kw_only=True)
class Signer:
    name: x509.Name
    key: ec.EllipticCurvePrivateKey


def named(name: str) -> Signer:
    return Signer(
        name=x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]),
        key=ec.generate_private_key(ec.SECP256R1()),
    )


def signed(
    subject: Signer, by: Signer, *hosts: str, days: int = 30, is_authority: bool = False
) -> x509.Certificate:
    """A certificate for these hosts, which ends in so many days."""
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject.name)
        .issuer_name(by.name)
        .public_key(subject.key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName(host) for host in hosts or ("none.example",)]
            ),
            critical=False,
        )
        .sign(by.key, hashes.SHA256())
    )


def server_contexts(folder: Path) -> tuple[Path, dict[str, ssl.SSLContext]]:
    """The authority's file, and a context for each kind of server."""
    authority, server = named("Authority of the tests"), named("localhost")
    root = folder / "authority.pem"
    root.write_bytes(
        signed(authority, authority, is_authority=True).public_bytes(serialization.Encoding.PEM)
    )
    hosts = ("localhost", "*.localhost")
    kinds = {
        "good": signed(server, authority, *hosts),
        "of another host": signed(server, authority, "courier.example"),
        "expired": signed(server, authority, *hosts, days=-1),
        "signed by itself": signed(server, server, *hosts),
        "and old TLS": signed(server, authority, *hosts),
    }
    contexts = {kind: _context(folder, server, certificate) for kind, certificate in kinds.items()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that it is old is the point
        contexts["and old TLS"].minimum_version = ssl.TLSVersion.TLSv1
        contexts["and old TLS"].maximum_version = ssl.TLSVersion.TLSv1_1
    return root, contexts


def _context(folder: Path, server: Signer, certificate: x509.Certificate) -> ssl.SSLContext:
    file = folder / f"{certificate.serial_number}.pem"
    file.write_bytes(
        server.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context

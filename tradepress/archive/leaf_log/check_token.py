"""Checks what a time authority says of a root (RFC 3161), and asks nobody for it."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from rfc3161_client import TimeStampResponse, VerifierBuilder, decode_timestamp_response

from tradepress.archive.border import border
from tradepress.archive.leaf_log.root import Root


class TokenError(ValueError):
    """Raised where nobody vouches for the time of a root: one line that says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Timestamped:
    """Says that a root was there at this time, and which authority says so."""

    at: datetime
    authority: str


def read_token(token: bytes, root: Root) -> TimeStampResponse:
    """Reads an authority's answer, whoever that is: one over the text of this root.

    :raises TokenError: it is no timestamp, or that of something else
    """
    with border(lambda why: TokenError(f"this is no timestamp ({why})"), TokenError):
        answer = decode_timestamp_response(token)
        if answer.status:
            raise TokenError(f"the authority grants none ({'; '.join(answer.status_string)})")
        if answer.tst_info.message_imprint.message != sha256(str(root).encode()).digest():
            raise TokenError(f"the timestamp is not that of {root}")
        return answer


def check_token(token: bytes, root: Root, certificates: Path) -> Timestamped:
    """Checks a token: is it of this root, and by an authority that is trusted?

    :param certificates: a file with those that its own must lead to, in PEM
    :raises TokenError: it is not, or no token at all
    """
    answer = read_token(token, root)
    with border(lambda why: TokenError(f"{certificates} holds no certificates ({why})")):
        trusted = x509.load_pem_x509_certificates(certificates.read_bytes())
    with border(lambda _: TokenError(f"the timestamp is not by an authority of {certificates}")):
        VerifierBuilder(roots=trusted).build().verify_message(answer, str(root).encode())
        (signer,) = answer.signed_data.signer_infos
        held = map(x509.load_der_x509_certificate, answer.signed_data.certificates)
        own = {(one.issuer, one.serial_number): one.subject.rfc4514_string() for one in held}
        name = own[signer.issuer, signer.serial_number]
        return Timestamped(at=answer.tst_info.gen_time, authority=name)

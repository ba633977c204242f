"""The certificate and the key that the server shows."""

import os
import socket
import ssl
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from regulars.core.errors import Invalid
from regulars.core.text import marked as _

# Browsers take no certificate for longer than this; ours is made anew when little of it is left.
VALID, LITTLE_LEFT = timedelta(days=397), timedelta(days=30)


class TlsFileUnreadable(Invalid):
    code = "cli.tls_file_unreadable"
    message = _('"%(path)s" cannot be read (%(reason)s); name the file of the certificate or key, and let us read it.')


class NoCertificate(Invalid):
    code = "cli.no_certificate"
    message = _('"%(path)s" holds no certificate; it must be a PEM file with the server\'s certificate first.')


class NoTlsKey(Invalid):
    code = "cli.no_tls_key"
    message = _('"%(path)s" holds no private key that can be read without a passphrase; it must be a plain PEM file.')


class TlsKeyDoesNotFit(Invalid):
    code = "cli.tls_key_does_not_fit"
    message = _('The key "%(key)s" does not belong to the certificate "%(cert)s"; name two that were made together.')


class CertificateExpired(Invalid):
    code = "cli.certificate_expired"
    message = _('The certificate "%(path)s" was valid until %(until)s; renew it, since nobody would accept it.')


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """A certificate and its key as Granian takes them: PEM, the key in PKCS#8."""

    cert: Path
    key: Path

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the certificate, as browsers show it."""
        digest = _certificate(self.cert).fingerprint(hashes.SHA256())
        return ":".join(f"{byte:02X}" for byte in digest)

    @property
    def until(self) -> datetime:
        return _certificate(self.cert).not_valid_after_utc


def tls_files_checked(cert: Path, key: Path, *, folder: Path, at: datetime) -> TlsFiles:
    """The files, with the key in PKCS#8: a copy in the folder where it is not. Raises Invalid."""
    certificate, private = _certificate(cert), _private_key(key)
    if _spki(certificate.public_key()) != _spki(private.public_key()):
        raise TlsKeyDoesNotFit(key=key, cert=cert)
    if certificate.not_valid_after_utc <= at:
        raise CertificateExpired(path=cert, until=f"{certificate.not_valid_after_utc:%Y-%m-%d}")
    if b"-----BEGIN PRIVATE KEY-----" not in _read(key):
        copy = folder / "tls-key.pem"
        _key_write(private, copy)
        key = copy
    # Whatever else OpenSSL finds wrong with them, rather now than in each worker.
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(cert, key)
    except ssl.SSLError:
        raise NoCertificate(path=cert) from None
    return TlsFiles(cert, key)


def tls_files_own(names: Iterable[str], *, folder: Path, at: datetime) -> TlsFiles:
    """A certificate signed by itself for these names, kept in the folder; made anew when names or time are lacking."""
    wanted = [*dict.fromkeys(["localhost", "127.0.0.1", "::1", *names])]
    kept = tls_files_kept(folder)
    if kept and set(wanted) <= _names_of(_certificate(kept.cert)) and kept.until - at > LITTLE_LEFT:
        return tls_files_checked(kept.cert, kept.key, folder=folder, at=at)
    files = _own(folder)
    private = ec.generate_private_key(ec.SECP256R1())
    _key_write(private, files.key)
    files.cert.write_bytes(_self_signed(private, wanted, at=at).public_bytes(Encoding.PEM))
    return files


def tls_files_kept(folder: Path) -> TlsFiles | None:
    """The certificate of our own that is in the folder, if there is one."""
    files = _own(folder)
    return files if files.cert.exists() and files.key.exists() else None


def _own(folder: Path) -> TlsFiles:
    return TlsFiles(folder / "self-signed.crt", folder / "self-signed.key")


def _self_signed(private: ec.EllipticCurvePrivateKey, names: Sequence[str], *, at: datetime) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Regulars on {socket.gethostname()}"[:64])])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(hours=1))
        .not_valid_after(at + VALID)
        .add_extension(x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(private, hashes.SHA256())
    )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _names_of(certificate: x509.Certificate) -> set[str]:
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {str(each.value) for each in names}


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise TlsFileUnreadable(path=path, reason=error.strerror) from None


def _certificate(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(_read(path))
    except ValueError:
        raise NoCertificate(path=path) from None


def _private_key(path: Path) -> PrivateKeyTypes:
    try:
        return load_pem_private_key(_read(path), None)
    except (ValueError, TypeError):
        raise NoTlsKey(path=path) from None


def _spki(public: object) -> bytes:
    spki: bytes = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined]
    return spki


def _key_write(private: PrivateKeyTypes, path: Path) -> None:
    """The key stands in the file, readable by its owner only."""
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))

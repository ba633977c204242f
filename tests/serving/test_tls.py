"""Encrypted as configured: which versions, which keys, which certificates; and nothing of it in the clear."""

import ssl
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

from regulars.cli import certificates
from regulars.cli.certificates import tls_files_checked, tls_files_own
from tests.cast import NOW
from tests.serving.harness import PATIENCE, served, shop_made


def made(folder: Path, private, *, form=PrivateFormat.TraditionalOpenSSL, lock=None, until=NOW + timedelta(days=3650)):
    """The files of a certificate for localhost and of its key."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    cert = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(private.public_key())
        .serial_number(1).not_valid_before(NOW - timedelta(days=800)).not_valid_after(until)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(private, hashes.SHA256())
    )  # fmt: skip
    paths = folder / "cert.pem", folder / "key.pem"
    paths[0].write_bytes(cert.public_bytes(Encoding.PEM))
    paths[1].write_bytes(private.private_bytes(Encoding.PEM, form, lock or NoEncryption()))
    return paths


RSA = rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="module")
def tls_server(tmp_path_factory):
    """A server with a certificate whose key is in PKCS#1, as many tools write it."""
    cert, key = made(tmp_path_factory.mktemp("tls"), RSA)
    assert key.read_text().startswith("-----BEGIN RSA PRIVATE KEY-----")
    with shop_made() as shop, served(shop, "--tls-cert", str(cert), "--tls-key", str(key)) as running:
        yield running, shop, cert


def context_of(cert, *, least=None, most=None):
    context = ssl.create_default_context(cafile=cert)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")  # so that an old version is offered at all
    context.minimum_version = least or ssl.TLSVersion.TLSv1
    context.maximum_version = most or ssl.TLSVersion.MAXIMUM_SUPPORTED
    return context


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_modern_versions_are_spoken(tls_server, version):
    server, _shop, cert = tls_server
    with httpx.Client(
        verify=context_of(cert, least=version, most=version), trust_env=False, timeout=PATIENCE
    ) as client:
        answer = client.get(f"{server.url}/test/echo")
    assert answer.json()["scheme"] == "https"


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1 is deprecated:DeprecationWarning")
def test_old_versions_are_refused(tls_server):
    server, _shop, cert = tls_server
    context = context_of(cert, most=ssl.TLSVersion.TLSv1_1)
    with (
        pytest.raises(httpx.ConnectError, match="(?i)protocol.version|alert"),
        httpx.Client(verify=context, trust_env=False, timeout=PATIENCE) as client,
    ):
        client.get(f"{server.url}/test/echo")


def test_pages_and_cookies_stay_encrypted(tls_server):
    server, _shop, _cert = tls_server
    with server.client() as client:
        answer = client.get("/test/session")
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    assert "; Secure" in answer.headers["set-cookie"]
    assert "HttpOnly" in answer.headers["set-cookie"]


def test_plain_http_on_the_same_port_is_not_answered(tls_server):
    server, _shop, _cert = tls_server
    with pytest.raises(httpx.RemoteProtocolError), httpx.Client(trust_env=False, timeout=PATIENCE) as client:
        client.get(f"http://localhost:{server.port}/health/live")


def test_the_copy_of_the_key_is_for_the_owner_alone(tls_server):
    _server, shop, _cert = tls_server
    copy = shop.folder / "tls-key.pem"
    assert copy.read_text().startswith("-----BEGIN PRIVATE KEY-----")
    assert copy.stat().st_mode & 0o777 == 0o600


def test_a_certificate_of_our_own_is_made_and_kept(own_shop):
    with served(own_shop, "--tls-self-signed") as server:
        cert = own_shop.folder / "self-signed.crt"
        context = ssl.create_default_context(cafile=cert)
        with httpx.Client(verify=context, trust_env=False, timeout=PATIENCE) as client:
            assert client.get(f"https://127.0.0.1:{server.port}/health/ready").status_code == 200
            assert client.get(f"{server.url}/health/ready").status_code == 200
        [said] = [line for line in server.said if line.startswith("Browsers will ask about the certificate")]
        digest = x509.load_pem_x509_certificate(cert.read_bytes()).fingerprint(hashes.SHA256())
        assert said.strip().endswith(":".join(f"{byte:02X}" for byte in digest) + ".")
        assert (own_shop.folder / "self-signed.key").stat().st_mode & 0o777 == 0o600


def test_behind_a_proxy_the_proxy_says_who_comes_and_how(own_shop):
    with served(own_shop, "--proxy", "127.0.0.1", REGULARS_URL="https://shop.example.org") as server:
        told = {"Host": "shop.example.org", "X-Forwarded-For": "9.9.9.9, 203.0.113.7"}
        with server.client(headers=told) as client:
            answer = client.get("/test/echo", headers={"X-Forwarded-Proto": "https"})
            assert (answer.json()["meta"]["REMOTE_ADDR"], answer.json()["scheme"]) == ("203.0.113.7", "https")
            plain = client.get("/test/echo", headers={"X-Forwarded-Proto": "http"})
            assert (plain.status_code, plain.headers["location"]) == (301, "https://shop.example.org/test/echo")


# The files themselves, without a server


def test_a_certificate_of_our_own_is_made_anew_only_when_it_must_be(tmp_path):
    first = tls_files_own(["shop.lan"], folder=tmp_path, at=NOW).cert.read_bytes()
    assert tls_files_own(["shop.lan"], folder=tmp_path, at=NOW + timedelta(days=300)).cert.read_bytes() == first
    late = tls_files_own(["shop.lan"], folder=tmp_path, at=NOW + timedelta(days=380)).cert.read_bytes()
    assert late != first
    other = tls_files_own(["10.0.0.5"], folder=tmp_path, at=NOW + timedelta(days=380)).cert
    names = x509.load_pem_x509_certificate(other.read_bytes()).extensions.get_extension_for_class(
        x509.SubjectAlternativeName
    )
    assert {str(each.value) for each in names.value} == {"localhost", "127.0.0.1", "::1", "10.0.0.5"}


@pytest.mark.parametrize("private", [RSA, ec.generate_private_key(ec.SECP384R1())], ids=["rsa", "ec"])
def test_a_key_in_any_form_becomes_pkcs8(tmp_path, private):
    cert, key = made(tmp_path, private)
    files = tls_files_checked(cert, key, folder=tmp_path, at=NOW)
    assert files.key == tmp_path / "tls-key.pem"
    assert files.key.read_text().startswith("-----BEGIN PRIVATE KEY-----")


def test_a_key_in_pkcs8_is_used_where_it_lies(tmp_path):
    cert, key = made(tmp_path, RSA, form=PrivateFormat.PKCS8)
    assert tls_files_checked(cert, key, folder=tmp_path, at=NOW).key == key
    assert not (tmp_path / "tls-key.pem").exists()


def refusal(cert, key, folder):
    with pytest.raises(certificates.Invalid) as refused:
        tls_files_checked(cert, key, folder=folder, at=NOW)
    return str(refused.value)


def test_files_that_cannot_work_are_refused(tmp_path):
    cert, key = made(tmp_path, RSA)
    gone = tmp_path / "gone.pem"
    assert refusal(gone, key, tmp_path).startswith(f'"{gone}" cannot be read (No such file or directory);')
    assert refusal(cert, gone, tmp_path).startswith(f'"{gone}" cannot be read (No such file or directory);')
    assert refusal(key, key, tmp_path).startswith(f'"{key}" holds no certificate;')
    assert refusal(cert, cert, tmp_path).startswith(f'"{cert}" holds no private key that can be read')
    other = tmp_path / "other"
    other.mkdir()
    _cert, strange = made(other, ec.generate_private_key(ec.SECP256R1()))
    assert refusal(cert, strange, tmp_path).startswith(
        f'The key "{strange}" does not belong to the certificate "{cert}";'
    )
    _cert, locked = made(other, RSA, lock=BestAvailableEncryption(b"secret"))
    assert refusal(cert, locked, tmp_path).startswith(f'"{locked}" holds no private key that can be read without a')
    old, its_key = made(other, RSA, until=NOW - timedelta(days=1))
    assert refusal(old, its_key, tmp_path).startswith(f'The certificate "{old}" was valid until 2026-11-20;')
    assert not (tmp_path / "tls-key.pem").exists()

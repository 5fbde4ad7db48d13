"""An authority of the tests' own and a certificate for `localhost`, made anew for each session."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Key = ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Certificates:
    """`authority` is what a client trusts; `server` holds certificate and key."""

    authority: Path
    server: Path


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    folder = tmp_path_factory.mktemp("certificates")
    root, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = name("Tests")
    authority = signed(issuer, issuer, root, root, with_authority)
    server = signed(
        name("localhost"), issuer, key, root, lambda cert: cert.add_extension(HOST, critical=False)
    )
    found = Certificates(folder / "authority.pem", folder / "server.pem")
    found.authority.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    found.server.write_bytes(server.public_bytes(serialization.Encoding.PEM) + private)
    return found


HOST = x509.SubjectAlternativeName([x509.DNSName("localhost")])
Extend = Callable[[x509.CertificateBuilder], x509.CertificateBuilder]


def with_authority(certificate: x509.CertificateBuilder) -> x509.CertificateBuilder:
    signs = dict.fromkeys(
        ["content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only"],
        False,
    )
    usage = x509.KeyUsage(
        digital_signature=True, key_cert_sign=True, crl_sign=True, decipher_only=False, **signs
    )
    constraints = x509.BasicConstraints(ca=True, path_length=0)
    return certificate.add_extension(constraints, critical=True).add_extension(usage, critical=True)


def name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def signed(subject: x509.Name, issuer: x509.Name, key: Key, by: Key, extend: Extend) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
    )
    return extend(builder).sign(by, hashes.SHA256())

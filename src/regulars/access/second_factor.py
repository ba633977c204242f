"""Codes that change every half minute (TOTP, RFC 6238), and the codes that stand in for them."""

import hashlib
import secrets
from base64 import b64decode, b64encode
from datetime import datetime

import pyotp
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_STEP_SECONDS = 30
# A phone's clock may be half a minute off.
_STEPS_OFF = 1
RECOVERY_CODES = 10


def seed_new() -> str:
    """A seed as authenticator apps take it (base32, 160 bits)."""
    return pyotp.random_base32()


def seed_address(seed: str, *, login: str, shop: str) -> str:
    """What the QR code says: otpauth://totp/..."""
    return pyotp.TOTP(seed).provisioning_uri(name=login, issuer_name=shop)


def step_of(seed: str, code: str, *, at: datetime) -> int | None:
    """The time step the code belongs to, when it is one of now, just before or just after; else None."""
    totp = pyotp.TOTP(seed)
    now = int(at.timestamp()) // _STEP_SECONDS
    for step in range(now - _STEPS_OFF, now + _STEPS_OFF + 1):
        if secrets.compare_digest(totp.generate_otp(step), code.strip().replace(" ", "")):
            return step
    return None


def recovery_codes_new() -> list[str]:
    """Ten codes of 80 random bits, in groups that can be read aloud."""
    codes = (secrets.token_hex(10) for _n in range(RECOVERY_CODES))
    return ["-".join(code[n : n + 5] for n in range(0, 20, 5)) for code in codes]


def recovery_digest(code: str) -> str:
    """What is kept of a code, however it is typed."""
    return hashlib.sha256(code.strip().lower().replace("-", "").replace(" ", "").encode()).hexdigest()


def sealed(seed: str, *, key: str) -> str:
    """The seed encrypted with AES-256-GCM under the key (64 hexadecimal digits)."""
    nonce = secrets.token_bytes(12)
    return b64encode(nonce + AESGCM(bytes.fromhex(key)).encrypt(nonce, seed.encode(), None)).decode()


def unsealed(text: str, *, key: str) -> str:
    """The seed again. Raises cryptography's InvalidTag for another key or a changed text."""
    raw = b64decode(text)
    return AESGCM(bytes.fromhex(key)).decrypt(raw[:12], raw[12:], None).decode()

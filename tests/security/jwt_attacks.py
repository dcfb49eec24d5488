"""The table of attacks on the bearer token, after RFC 8725, RFC 6750 and RFC 9700.

Each attack is one Authorization header and the code of the 401 that has to come of it. Where
several codes could be defended, the one here is the first that the order of checks meets: form,
algorithm, the rest of the header, key, signature, audience and issuer, claims.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.security.forge import REQUIRED, Forge, as_json, b64, rs256

MALFORMED = "token_malformed"
HEADER = "token_header_invalid"
ALGORITHM = "token_algorithm_not_allowed"
KEY = "token_key_unknown"
SIGNATURE = "token_signature_invalid"
CLAIMS = "token_claims_invalid"
ISSUER = "token_issuer_mismatch"
AUDIENCE = "token_audience_mismatch"
TYPE = "token_type_mismatch"
EXPIRED = "token_expired"
EARLY = "token_not_yet_valid"
MISSING = "token_missing"

DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")


@dataclass(frozen=True)
class Attack:
    """One request to be refused.

    Attributes:
        authorization: the header's value; None sends none.
        code: of the 401.
        wire: False where HTTP itself forbids the bytes: a server ends that at 400.
        query: a query string to send along.
    """

    name: str
    authorization: str | None
    code: str
    wire: bool = True
    query: str = ""


def attacks(forge: Forge) -> list[Attack]:
    """The whole table. Signing is slow, so it is made once for each key."""
    families = (
        _algorithms,
        _key_ids,
        _headers,
        _segments,
        _payloads,
        _signatures,
        _claims,
        _times,
        _confusion,
        _schemes,
    )
    found = [attack for family in families for attack in family(forge)]
    names = [attack.name for attack in found]
    twice = {name for name in names if names.count(name) > 1}
    assert not twice, f"names given twice: {twice}"
    return found


def _bearer(name: str, token: str, code: str, **more: Any) -> Attack:
    return Attack(name, f"Bearer {token}", code, **more)


def _algorithms(forge: Forge) -> Iterator[Attack]:
    """RFC 8725 2.1, 3.1 and 3.2: the algorithm is ours to say, not the token's."""
    good = forge.access
    for alg in ("none", "None", "NONE", "nOnE", "none ", " none", "", "n\u043ene", "RS256 none"):
        header = {**forge.header, "alg": alg}
        yield _bearer(f"alg {alg!r} with our signature", forge.signed(header, good), ALGORITHM)
        yield _bearer(f"alg {alg!r} without one", forge.unsigned(header, good, b"x"), ALGORITHM)
    for alg in ("none", "RS256"):
        header = {**forge.header, "alg": alg}
        yield _bearer(f"alg {alg}, empty signature", forge.unsigned(header, good), MALFORMED)
    public = forge.key.public_key()
    numbers = public.public_numbers()
    modulus = numbers.n.to_bytes(256, "big")
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    secrets = {
        "the PEM": pem,
        "the PEM without its last newline": pem.rstrip(),
        "the PEM with CRLF": pem.replace(b"\n", b"\r\n"),
        "the PKCS#1 PEM": public.public_bytes(Encoding.PEM, PublicFormat.PKCS1),
        "the DER": public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        "the PKCS#1 DER": public.public_bytes(Encoding.DER, PublicFormat.PKCS1),
        "the modulus": modulus,
        "the modulus in base64url": b64(modulus).encode(),
        "the JWK": as_json({"kty": "RSA", "n": b64(modulus), "e": "AQAB"}),
        "the key id": forge.kid.encode(),
        "nothing": b"",
        "secret": b"secret",
    }
    for what, secret in secrets.items():
        for alg, digest in (("HS256", "sha256"), ("HS384", "sha384"), ("HS512", "sha512")):
            token = forge.hmac({**forge.header, "alg": alg}, good, secret, digest)
            yield _bearer(f"{alg} keyed with {what}", token, ALGORITHM)
    token = forge.hmac(forge.header, good, pem)
    yield _bearer("alg RS256 over an HMAC keyed with the PEM", token, SIGNATURE)
    for alg, digest in (("RS384", hashes.SHA384()), ("RS512", hashes.SHA512())):
        header = {**forge.header, "alg": alg}
        yield _bearer(f"alg {alg} by our key", forge.other_digest(header, good, digest), ALGORITHM)
        token = forge.other_digest(forge.header, good, digest)
        yield _bearer(f"{alg}'s signature under RS256", token, SIGNATURE)
    token = forge.pss({**forge.header, "alg": "PS256"}, good)
    yield _bearer("alg PS256 by our key", token, ALGORITHM)
    yield _bearer("PS256's signature under RS256", forge.pss(forge.header, good), SIGNATURE)
    for alg in ("PS384", "PS512", "ES256", "ES256K", "ES384", "ES512", "EdDSA", "Ed25519"):
        token = forge.ecdsa({**forge.header, "alg": alg}, good)
        yield _bearer(f"alg {alg} over ECDSA", token, ALGORITHM)
    for alg in ("EdDSA", "Ed25519", "Ed448", "ES256"):
        token = forge.eddsa({**forge.header, "alg": alg}, good)
        yield _bearer(f"alg {alg} over Ed25519", token, ALGORITHM)
    for alg in ("dir", "RSA-OAEP", "RSA1_5", "A128KW", "PBES2-HS256+A128KW", "ECDH-ES"):
        token = forge.signed({**forge.header, "alg": alg, "enc": "A128GCM"}, good)
        yield _bearer(f"alg {alg}, meant for encryption", token, ALGORITHM)
    wrong = ("rs256", "Rs256", "RS256 ", " RS256", "RS256\x00", "RS256\n", "RS256,none", "RS-256")
    for alg in (*wrong, ["RS256"], {"RS256": 1}, 256, 2.56, True, None, [], {}):
        token = forge.signed({**forge.header, "alg": alg}, good)
        yield _bearer(f"alg {alg!r}", token, ALGORITHM)
    token = forge.signed({"typ": "JWT", "kid": forge.kid}, good)
    yield _bearer("no alg", token, ALGORITHM)
    twice = json.dumps(forge.header)[:-1] + ', "alg": "none"}'
    yield _bearer("alg twice, none last", forge.unsigned(twice.encode(), good, b"x"), MALFORMED)
    twice = '{"alg": "none", ' + json.dumps(forge.header)[1:]
    yield _bearer("alg twice, none first", forge.unsigned(twice.encode(), good, b"x"), MALFORMED)


def _key_ids(forge: Forge) -> Iterator[Attack]:
    """RFC 8725 3.10: what the token says about its key is not to be trusted."""
    good = forge.access
    kids = {
        "unknown": "no-such-key",
        "empty": "",
        "a path": "../../../../../../dev/null",
        "a file": "/proc/self/environ",
        "a URL": "https://attacker.test/key.pem",
        "SQL": "x' UNION SELECT 'secret' --",
        "a shell command": "$(id);`id`|id",
        "a NUL": "\x00",
        "ours and a NUL": forge.kid + "\x00",
        "ours and a space": forge.kid + " ",
        "ours in upper case": forge.kid.upper(),
        "ours, cut": forge.kid[:-1],
        "a template": "{{7*7}}${7*7}",
        "4 kB": "k" * 4096,
        "null": None,
        "zero": 0,
        "true": True,
        "an array": [forge.kid],
        "an object": {"kid": forge.kid},
        "a float": 1.5,
    }
    for what, kid in kids.items():
        header = {**forge.header, "kid": kid}
        yield _bearer(f"kid {what}, signed by us", forge.signed(header, good), KEY)
        token = forge.hmac({**header, "alg": "HS256"}, good, b"")
        yield _bearer(f"kid {what}, HMAC with no secret", token, ALGORITHM)
    token = forge.signed({"alg": "RS256", "typ": "JWT"}, good)
    yield _bearer("no kid", token, KEY)
    token = forge.signed({**forge.header, "kid": "k" * 10_240}, good)
    yield _bearer("kid of 10 kB", token, MALFORMED)
    token = forge.signed(forge.header, good, key=forge.stranger)
    yield _bearer("our kid, a stranger's key", token, SIGNATURE)


def _headers(forge: Forge) -> Iterator[Attack]:
    """RFC 8725 3.10 to 3.12, RFC 7515 4.1: nothing in a header is followed, or understood."""
    good = forge.access
    numbers = forge.stranger.public_key().public_numbers()
    jwk = {"kty": "RSA", "n": b64(numbers.n.to_bytes(256, "big")), "e": "AQAB", "kid": forge.kid}
    carried = {
        "jwk": jwk,
        "jku": "http://127.0.0.1:9/jwks.json",
        "x5u": "http://127.0.0.1:9/chain.pem",
        "x5c": [base64.b64encode(b"certificate").decode()],
        "x5t": "thumbprint",
        "x5t#S256": "thumbprint",
    }
    for name, value in carried.items():
        header = {**forge.header, name: value}
        token = forge.signed(header, good, key=forge.stranger)
        yield _bearer(f"{name} with the key that signed", token, SIGNATURE)
        yield _bearer(f"{name}, signed by us", forge.signed(header, good), HEADER)
    for crit in (["exp"], ["b64"], ["x"], [], "exp", {}, None, True, [None], ["crit"]):
        token = forge.signed({**forge.header, "crit": crit}, good)
        yield _bearer(f"crit {crit!r}", token, HEADER)
    token = forge.signed({**forge.header, "b64": False, "crit": ["b64"]}, good)
    yield _bearer("an unencoded payload, RFC 7797", token, HEADER)
    token = forge.signed({**forge.header, "b64": False}, good)
    yield _bearer("b64 in the header", token, MALFORMED)
    more = {"zip": "DEF", "cty": "JWT", "enc": "A128GCM", "iss": forge.issuer}
    for name, value in more.items():
        token = forge.signed({**forge.header, name: value}, good)
        yield _bearer(f"{name} in the header", token, HEADER)
    types = ("jwt", "Jwt", "JWT ", "", "JOSE", "JWS", "at+jwt", "application/jwt", "dpop+jwt")
    for typ in (*types, "logout+jwt", None, 0, True, ["JWT"], {"JWT": 1}):
        token = forge.signed({**forge.header, "typ": typ}, good)
        yield _bearer(f"typ {typ!r}", token, HEADER)
    token = forge.signed({"alg": "RS256", "kid": forge.kid}, good)
    yield _bearer("no typ", token, HEADER)
    bodies = (b"[]", b'"RS256"', b"null", b"1", b"", b"{", b"{}x", b"\xff", b"[" * 4000)
    for body in bodies:
        code = MALFORMED
        yield _bearer(f"a header that is {body[:9]!r}", forge.signed(body, good), code)
    utf16 = json.dumps(forge.header).encode("utf-16")
    yield _bearer("a header in UTF-16", forge.signed(utf16, good), MALFORMED)


def _segments(forge: Forge) -> Iterator[Attack]:
    """RFC 7515 2 and 7: three segments, each plain base64url, and nothing else."""
    head, body, signature = forge.mine(forge.access).split(".")
    good = f"{head}.{body}.{signature}"
    shapes = {
        "one segment": head,
        "two segments": f"{head}.{body}",
        "four segments": f"{good}.{signature}",
        "five segments": f"{good}.{signature}.{signature}",
        "an encrypted token's five": f"{head}..{body}.{body}.{signature}",
        "an empty header": f".{body}.{signature}",
        "an empty payload": f"{head}..{signature}",
        "an empty signature": f"{head}.{body}.",
        "dots only": "..",
        "a dot": ".",
        "a dot in front": f".{good}",
        "a dot behind": f"{good}.",
        "padded header": f"{head}=.{body}.{signature}",
        "padded signature": f"{good}==",
        "standard base64": f"{head}.{body}.+/{signature[2:]}",
        "a space inside": f"{head}. {body}.{signature}",
        "a tab inside": f"{head}\t.{body}.{signature}",
        "not base64url": f"{head}.{body}.!!!!",
        "a percent": f"{head}.{body}%2E{signature}",
        "quotes": f'"{good}"',
        "five characters": f"{head}.{body}.AAAAA",
        "another one's last bits": f"{good[:-1]}{_twin(good[-1])}",
        "the token twice": f"{good},{good}",
        "the token twice, spaced": f"{good} {good}",
        "with its scheme twice": f"Bearer {good}",
        "JSON, flattened": json.dumps({"protected": head, "payload": body, "signature": signature}),
        "JSON, general": json.dumps(
            {"payload": body, "signatures": [{"protected": head, "signature": signature}]}
        ),
        "8 KiB and a byte": f"{head}.{body}.{'A' * (8193 - len(head) - len(body) - 2)}",
        "32 kB": "A" * 32_768,
        "dots, 4000 of them": "." * 4000,
        "not a token at all": "token",
        "a number": "1",
        "a UUID": "6f1b1f3e-0c7c-4a5e-9d36-0e4f1b1c2d3e",
    }
    for what, token in shapes.items():
        yield _bearer(what, token, MALFORMED)
    forbidden = {"a NUL": "\x00", "a newline": "\n", "a return": "\r", "a bell": "\x07"}
    for what, character in forbidden.items():
        yield _bearer(f"{what} inside", f"{head}{character}.{body}.x", MALFORMED, wire=False)


def _payloads(forge: Forge) -> Iterator[Attack]:
    """RFC 7519 7.2: a payload is one JSON object, even when the signature is ours."""
    inner = forge.mine(forge.access)
    texts = {
        "an array": b"[]",
        "a string": b'"claims"',
        "a number": b"17",
        "null": b"null",
        "true": b"true",
        "nothing": b" ",
        "no JSON": b"{claims}",
        "half of it": json.dumps(forge.access).encode()[:-1],
        "two objects": b"{}{}",
        "bytes": b"\xff\xfe\x00",
        "deeper than any parser": b"[" * 5000,
        "deep objects": b'{"a":' * 900,
        "the claims in an array": as_json([forge.access]),
        "a nested token": inner.encode(),
        "a nested token, quoted": as_json(inner),
    }
    for what, text in texts.items():
        yield _bearer(f"a payload that is {what}", forge.signed(forge.header, text), MALFORMED)
    yield _bearer("a payload that is empty", forge.mine({}), CLAIMS)


def _signatures(forge: Forge) -> Iterator[Attack]:
    """RFC 8017 8.2.2: signatures that are nearly right."""
    good = forge.mine(forge.access)
    text, _, signature = good.rpartition(".")
    raw = base64.urlsafe_b64decode(signature + "==")
    number = int.from_bytes(raw, "big")
    modulus = forge.key.public_key().public_numbers().n
    size = len(raw)
    variants = {
        "one bit": bytes([raw[0] ^ 1]) + raw[1:],
        "the last bit": raw[:-1] + bytes([raw[-1] ^ 1]),
        "cut": raw[:-1],
        "halved": raw[: size // 2],
        "with a zero in front": b"\x00" + raw,
        "with a zero behind": raw + b"\x00",
        "zeros": bytes(size),
        "one": (1).to_bytes(size, "big"),
        "the modulus": modulus.to_bytes(size, "big"),
        "its negative": (modulus - number).to_bytes(size, "big"),
        "the modulus on top": (number + modulus).to_bytes(size + 1, "big"),
        "the padding, unsigned": _padded(size, text),
        "a byte": b"\x00",
        "8 kB less": bytes(4000),
    }
    for what, variant in variants.items():
        yield _bearer(f"signature: {what}", f"{text}.{b64(variant)}", SIGNATURE)
    yield _bearer("signature: a character more", f"{good}A", SIGNATURE)
    other = forge.mine({**forge.access, "sub": "2", "user_id": "2"}).rpartition(".")[0]
    yield _bearer("another token's signature", f"{other}.{signature}", SIGNATURE)
    for name, value in (("user_id", "1"), ("company_id", 2), ("exp", 9_999_999_999)):
        changed = b64(as_json({**forge.access, name: value}))
        head = text.partition(".")[0]
        yield _bearer(f"{name} changed", f"{head}.{changed}.{signature}", SIGNATURE)


def _padded(size: int, text: str) -> bytes:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(text.encode())
    tail = b"\x00" + DIGEST_INFO + digest.finalize()
    return b"\x00\x01" + b"\xff" * (size - 2 - len(tail)) + tail


WRONG = {
    "missing": REQUIRED,
    "null": None,
    "a list": ["1"],
    "an object": {"1": 1},
    "an empty string": "",
    "a float": 1.5,
    "minus one": -1,
    "infinity": float("inf"),
    "not a number": float("nan"),
    "true": True,
    "300 characters": "9" * 300,
    "a lone surrogate": "\ud800",
}
NUMBERS = {"a string of digits": "7", "zero": 0, "2**63": 2**63, "10**30": 10**30}
TEXTS = {"a number": 7, "a number in a list": [7]}
IDS = {"a leading zero": "07", "a sign": "+7", "a space": " 7", "words": "seven", "hex": "0x7"}
UUIDS = {
    "no UUID": "pat",
    "a UUID in capitals": "6F1B1F3E-0C7C-4A5E-9D36-0E4F1B1C2D3E",
    "a UUID in braces": "{6f1b1f3e-0c7c-4a5e-9d36-0e4f1b1c2d3e}",
    "a UUID without dashes": "6f1b1f3e0c7c4a5e9d360e4f1b1c2d3e",
    "a UUID as a URN": "urn:uuid:6f1b1f3e-0c7c-4a5e-9d36-0e4f1b1c2d3e",
    "a newline behind": "6f1b1f3e-0c7c-4a5e-9d36-0e4f1b1c2d3e\n",
}
FLAGS = {"zero": 0, "one": 1, "the word": "true", "no": "false"}


def _claims(forge: Forge) -> Iterator[Attack]:
    """RFC 8725 3.11 and 3.12: every claim that limits a token is there, and of its type."""
    ids = WRONG | TEXTS | IDS | {"2**63": str(2**63), "zero": "0", "minus": "-7"}
    session = {
        "jti": WRONG | TEXTS,
        "sub": ids | {"another user": "8"},
        "user_id": ids | {"another user": "8"},
        "company_id": {k: v for k, v in WRONG.items() if k != "missing"} | NUMBERS,
        "sid": WRONG | TEXTS | UUIDS,
        "auth_time": WRONG | {"a string of digits": "7"},
        "token_type": WRONG | TEXTS,
    }
    for claim, values in session.items():
        for what, value in values.items():
            code = TYPE if claim == "token_type" and _is_text(value) else CLAIMS
            yield _bearer(f"{claim}: {what}", forge.mine(forge.access, **{claim: value}), code)
    pat = {
        "pat_id": WRONG | TEXTS | UUIDS,
        "pat_ro": {k: v for k, v in WRONG.items() if k != "true"} | FLAGS,
        "pat_agm": {k: v for k, v in WRONG.items() if k != "true"} | FLAGS,
        "company_id": WRONG | NUMBERS,
        "jti": WRONG | TEXTS,
    }
    for claim, values in pat.items():
        for what, value in values.items():
            yield _bearer(f"PAT {claim}: {what}", forge.mine(forge.pat, **{claim: value}), CLAIMS)
    for claim, code in (("iss", ISSUER), ("aud", AUDIENCE)):
        right = forge.issuer if claim == "iss" else forge.audience
        texts = {
            "another": "https://attacker.test",
            "ours and a slash": right + "/",
            "ours in capitals": right.upper(),
            "ours, cut": right[:-1],
            "ours and a space": right + " ",
            "ours in a list": [right],
            "ours among others": ["https://attacker.test", right],
            "a joker": "*",
        }
        for what, value in (WRONG | TEXTS | texts).items():
            absent = value is REQUIRED or value is None or (claim == "aud" and value == "")
            token = forge.mine(forge.access, **{claim: value})
            yield _bearer(f"{claim}: {what}", token, CLAIMS if absent else code)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value.isascii() and 0 < len(value) <= 255


def _times(forge: Forge) -> Iterator[Attack]:
    """RFC 7519 4.1.4 to 4.1.6: whole seconds, and in their order."""
    now = forge.access["iat"]
    wrong = {
        "missing": REQUIRED,
        "null": None,
        "a string": str(now + 60),
        "a date": "2030-01-01T00:00:00Z",
        "a float": now + 60.5,
        "a whole float": float(now + 60),
        "1e999": float("inf"),
        "minus 1e999": float("-inf"),
        "not a number": float("nan"),
        "minus one": -1,
        "true": True,
        "a list": [now + 60],
        "an object": {"exp": now + 60},
        "the year 10000": 253_402_300_800,
        "10**40": 10**40,
    }
    for claim in ("exp", "iat", "nbf"):
        for what, value in wrong.items():
            if claim == "nbf" and what == "missing":
                continue
            token = forge.mine(forge.access, **{claim: value})
            yield _bearer(f"{claim}: {what}, of a time", token, CLAIMS)
    late = {"now": now, "a second ago": now - 1, "an hour ago": now - 3600, "1970": 0}
    for what, value in late.items():
        yield _bearer(f"exp {what}", forge.mine(forge.access, exp=value), EXPIRED)
    for claim in ("iat", "nbf"):
        for what, value in {"in an hour": now + 3600, "in a year": now + 31_536_000}.items():
            token = forge.mine(forge.access, **{claim: value, "exp": now + 99_999_999})
            yield _bearer(f"{claim} {what}", token, EARLY)


def _confusion(forge: Forge) -> Iterator[Attack]:
    """RFC 8725 2.8 and 3.12: one kind of token in the place of another."""
    yield _bearer("a refresh token as an access token", forge.mine(forge.refresh), TYPE)
    token = forge.mine({**forge.refresh, "token_type": "access", "auth_time": REQUIRED})
    yield _bearer("a refresh token that says it is one", token, CLAIMS)
    for kind in ("Access", "ACCESS", "access ", "bearer", "id", "refresh", "personal_access_token"):
        yield _bearer(f"token_type {kind!r}", forge.mine(forge.access, token_type=kind), TYPE)
    mixed = {name: forge.pat[name] for name in ("pat_id", "pat_ro", "pat_agm")}
    for name, value in mixed.items():
        token = forge.mine({**forge.access, name: value})
        yield _bearer(f"a session with {name}", token, CLAIMS)
    yield _bearer("a session with a PAT's claims", forge.mine({**forge.access, **mixed}), CLAIMS)
    for name in ("sid", "auth_time"):
        token = forge.mine({**forge.pat, name: forge.access[name]})
        yield _bearer(f"a PAT with {name}", token, CLAIMS)
    pat = {name: value for name, value in forge.pat.items() if not name.startswith("pat_")}
    yield _bearer("a PAT without its claims", forge.mine(pat), CLAIMS)
    id_token = {"iss": forge.issuer, "aud": forge.audience, "sub": "7", "exp": forge.access["exp"]}
    yield _bearer("an OpenID Connect id_token", forge.mine(id_token), CLAIMS)


def _schemes(forge: Forge) -> Iterator[Attack]:
    """RFC 6750 2 and 3: one place for a token, one scheme. What was sent is bad, not missing."""
    good = forge.mine(forge.access)
    yield Attack("no Authorization", None, MISSING)
    yield Attack("Authorization ''", "", MISSING)
    none = ("Bearer", "Bearer ", "Bearer   ", "bearer", good, f"Basic {good}", f"Token {good}")
    more = (f"JWT {good}", f"DPoP {good}", f"Bearer:{good}", f"Bearer,{good}", f"BearerX {good}")
    for text in (*none, *more, "Basic dXNlcjpwYXNz", "Digest username=x", "Negotiate x", "null"):
        yield Attack(f"Authorization {text[:24]!r}", text, MALFORMED)
    for name in ("access_token", "token", "jwt", "authorization", "bearer"):
        yield Attack(f"the token in ?{name}=", None, MISSING, query=f"{name}={good}")


def _twin(character: str) -> str:
    """The base64url character with the same upper bits and other unused lower ones."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return alphabet[alphabet.index(character) ^ 1]


__all__ = ["Attack", "attacks", "rs256"]

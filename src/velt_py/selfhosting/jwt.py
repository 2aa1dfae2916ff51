"""JWTs: which algorithms and keys are acceptable, and what a token's claims must say. PyJWT checks the signature."""

from __future__ import annotations

import base64
import math
from dataclasses import dataclass, field
from typing import Any, Dict, FrozenSet, List, Mapping, Tuple, cast

from velt_py._nesting import check_nesting
from velt_py.selfhosting.jwks import MAX_KID, JwksCache, JwksError

__all__ = ["Jwt", "Refused"]

SYMMETRIC = frozenset({"HS256", "HS384", "HS512"})
KEY_TYPES: Mapping[str, str] = {
    "RS256": "RSA",
    "RS384": "RSA",
    "RS512": "RSA",
    "PS256": "RSA",
    "PS384": "RSA",
    "PS512": "RSA",
    "ES256": "EC",
    "ES256K": "EC",
    "ES384": "EC",
    "ES512": "EC",
    "ES521": "EC",
    "EdDSA": "OKP",
}
"""The asymmetric algorithms, and the `kty` of their keys."""

MAX_TOKEN = 64 * 1024
"""Characters. No server passes a longer header on."""

INSTALL = 'PyJWT is not installed; run: pip install "velt-py[auth]"'


class Refused(Exception):
    """The token is not accepted.

    Args:
        code: the `errorCode`.
        text: why, without the token, its claims or a key.
    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


@dataclass(frozen=True)
class Jwt:
    """The block `resolver_auth.jwt`, checked as far as it can be without a token."""

    algorithms: FrozenSet[str]
    symmetric: bool
    secret: Any = field(default=None, repr=False)
    public_key: Any = field(default=None, repr=False)
    jwks_url: Any = None
    issuer: Any = None
    audience: Any = None
    leeway: float = 0.0
    require: Tuple[str, ...] = ()

    @classmethod
    def of(cls, block: Mapping[str, Any]) -> Jwt:
        """Check a block.

        Raises:
            Refused: with it no token could be accepted.
        """
        algorithms = _algorithms(block.get("algorithms"))
        leeway, require = block.get("leeway") or 0, block.get("require") or ()
        if isinstance(leeway, bool) or not isinstance(leeway, (int, float)) or not math.isfinite(leeway):
            raise Refused("VERIFICATION_FAILED", "`jwt.leeway` has to be a number of seconds")
        if not isinstance(require, (list, tuple, set, frozenset)):
            raise Refused("VERIFICATION_FAILED", "`jwt.require` has to be a list of claims")
        return cls(
            algorithms=algorithms,
            symmetric=bool(algorithms & SYMMETRIC),
            secret=block.get("secret"),
            public_key=block.get("public_key"),
            jwks_url=block.get("jwks_url"),
            issuer=block.get("issuer"),
            audience=block.get("audience"),
            leeway=leeway,
            require=tuple(cast(Tuple[str, ...], require)),
        )

    def claims(self, token: str, keys: JwksCache) -> Dict[str, Any]:
        """The claims of a token that is in order.

        Raises:
            Refused: it is not; the code says in which way.
        """
        jwt = _pyjwt()
        header = _header(token)
        algorithm = header.get("alg")
        if not isinstance(algorithm, str) or algorithm not in self.algorithms:
            raise Refused("ALGORITHM_NOT_ALLOWED", "the token's algorithm is not in `jwt.algorithms`")
        if "crit" in header:
            # It names extensions that must be understood, and we understand none.
            raise Refused("INVALID_SIGNATURE", "the token demands an extension that is not supported")
        key = self._key(algorithm, header.get("kid"), keys)
        options = {"verify_signature": True, "require": list(self.require), "verify_iss": False}
        options["verify_aud"] = self.audience is not None
        try:
            claims: Dict[str, Any] = jwt.decode(
                token,
                key=key,
                algorithms=[algorithm],
                audience=self.audience,
                leeway=self.leeway,
                options=options,
            )
        except jwt.ExpiredSignatureError:
            raise Refused("EXPIRED", "the token has expired") from None
        except (jwt.MissingRequiredClaimError, jwt.InvalidAudienceError, jwt.InvalidIssuerError):
            raise Refused("CLAIM_MISMATCH", "a claim of the token is missing or differs") from None
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
            raise Refused(
                "INVALID_SIGNATURE", "the token is malformed, not yet valid or wrongly signed"
            ) from None
        self._check_issuer(claims.get("iss"))
        return claims

    def needs_fetch(self, token: str, keys: JwksCache) -> bool:
        """Whether checking this token may wait for the network."""
        if self.symmetric or self.public_key or not isinstance(self.jwks_url, str):
            return False
        kid = _header(token).get("kid")
        return isinstance(kid, str) and len(kid) <= MAX_KID and keys.known(self.jwks_url, kid) is None

    def _check_issuer(self, issuer: Any) -> None:
        if self.issuer is None:
            return
        allowed: List[Any] = (
            list(cast(List[Any], self.issuer))
            if isinstance(self.issuer, (list, tuple, set, frozenset))
            else [self.issuer]
        )
        if not isinstance(issuer, str) or issuer not in allowed:
            raise Refused("CLAIM_MISMATCH", "the token's issuer is missing or differs")

    def _key(self, algorithm: str, kid: Any, keys: JwksCache) -> Any:
        if self.symmetric:
            return _secret(self.secret)
        if self.public_key:
            return _prepared(algorithm, self.public_key)
        if self.jwks_url:
            return _published(algorithm, self.jwks_url, kid, keys)
        raise _no_key("`jwt.public_key` or `jwt.jwks_url` is needed for the algorithms of `jwt.algorithms`")


def _algorithms(listed: Any) -> FrozenSet[str]:
    names: FrozenSet[str] = frozenset()
    if isinstance(listed, (list, tuple, set, frozenset)):
        names = frozenset([name for name in cast(List[Any], listed) if isinstance(name, str)])
    if not names:
        raise Refused("ALGORITHM_NOT_ALLOWED", "`jwt.algorithms` has to list the accepted algorithms")
    if any(name.lower() == "none" for name in names):
        raise Refused("ALGORITHM_NOT_ALLOWED", "`jwt.algorithms` lists 'none', which accepts any token")
    if names & SYMMETRIC and names - SYMMETRIC:
        # Otherwise a public key, which everybody has, could be used as the secret of a forged token.
        raise Refused(
            "ALGORITHM_NOT_ALLOWED", "`jwt.algorithms` mixes algorithms with a secret and with a public key"
        )
    return names & (SYMMETRIC | frozenset(KEY_TYPES))


def _pyjwt() -> Any:
    try:
        import jwt
    except ImportError:
        raise Refused("DEPENDENCY_MISSING", INSTALL) from None
    return jwt


def _header(token: str) -> Dict[str, Any]:
    jwt = _pyjwt()
    if len(token) > MAX_TOKEN:
        raise Refused("INVALID_SIGNATURE", f"the token has more than {MAX_TOKEN} characters")
    try:
        for segment in token.split(".")[:2]:
            check_nesting(base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4)))
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
        raise Refused("INVALID_SIGNATURE", "this is no token: it cannot be decoded") from None
    return cast(Dict[str, Any], header)


def _no_key(text: str) -> Refused:
    return Refused("KEY_RESOLUTION_FAILED", text)


def _secret(secret: Any) -> bytes:
    if isinstance(secret, str):
        secret = secret.encode("utf-8", "surrogatepass")
    if not isinstance(secret, bytes) or not secret:
        raise _no_key("`jwt.secret` is needed for the algorithms of `jwt.algorithms`")
    if b"-----BEGIN" in secret or secret.lstrip().startswith((b"ssh-", b"ecdsa-")):
        raise _no_key(
            "`jwt.secret` holds a key in PEM or SSH form, which everybody may know; use `jwt.public_key`"
        )
    return secret


def _prepared(algorithm: str, key: Any) -> Any:
    """The key as an object that fits the algorithm, so that what is wrong with it is not taken for a bad signature."""
    jwt = _pyjwt()
    _need_cryptography()
    try:
        prepared = jwt.get_algorithm_by_name(algorithm).prepare_key(key)
    except (jwt.PyJWTError, ValueError, TypeError, NotImplementedError):
        prepared = None
    if not _is_key(prepared, KEY_TYPES[algorithm]):
        raise _no_key(f"`jwt.public_key` is no key for {algorithm}")
    return prepared


def _is_key(key: Any, family: str) -> bool:
    """Whether a key is a public one of a family; older releases of PyJWT take any."""
    from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa

    families: Dict[str, Any] = {
        "RSA": rsa.RSAPublicKey,
        "EC": ec.EllipticCurvePublicKey,
        "OKP": (ed25519.Ed25519PublicKey, ed448.Ed448PublicKey),
    }
    return isinstance(key, families[family])


def _published(algorithm: str, url: Any, kid: Any, keys: JwksCache) -> Any:
    jwt = _pyjwt()
    _need_cryptography()
    if not isinstance(url, str):
        raise _no_key("`jwt.jwks_url` has to be a text")
    if not isinstance(kid, str) or not kid or len(kid) > MAX_KID:
        raise _no_key("the token does not say which key signed it")
    try:
        jwk = keys.key(url, kid)
    except JwksError as error:
        raise _no_key(str(error)) from None
    if jwk.get("kty") != KEY_TYPES[algorithm] or jwk.get("alg", algorithm) != algorithm:
        raise _no_key("the key with the token's kid is for another algorithm")
    try:
        return jwt.PyJWK(dict(jwk), algorithm).key
    except (jwt.PyJWTError, ValueError, TypeError, KeyError):
        raise _no_key("the key with the token's kid cannot be used") from None


def _need_cryptography() -> None:
    from jwt.algorithms import has_crypto

    if not has_crypto:
        raise Refused("DEPENDENCY_MISSING", 'public keys need cryptography; run: pip install "velt-py[auth]"')

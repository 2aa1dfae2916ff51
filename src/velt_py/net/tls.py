"""The certificates that are trusted and the one that is shown."""

from __future__ import annotations

import os
import ssl

from velt_py.exceptions import VeltConfigurationError
from velt_py.settings import HttpSettings

__all__ = ["tls_context"]


def tls_context(settings: HttpSettings) -> ssl.SSLContext:
    """A context that checks certificate and host name, with the configured authorities and client certificate.

    Raises:
        VeltConfigurationError: a file is missing or holds no certificate; the message names the key, not the content.
    """
    bundle = settings.ca_bundle
    if bundle is None:
        import certifi

        bundle = certifi.where()
    try:
        if os.path.isdir(bundle):
            context = ssl.create_default_context(capath=bundle)
        else:
            context = ssl.create_default_context(cafile=bundle)
    except (OSError, ValueError) as error:
        raise VeltConfigurationError(
            f"http.ca_bundle (or SSL_CERT_FILE, REQUESTS_CA_BUNDLE): no certificates can be read from {bundle!r}: "
            f"{getattr(error, 'strerror', None) or type(error).__name__}",
            field="http.ca_bundle",
        ) from error
    if settings.client_cert is not None:
        try:
            # An encrypted key must fail, not ask a terminal for its password.
            context.load_cert_chain(settings.client_cert, settings.client_key, password=lambda: "")
        except (OSError, ValueError) as error:
            raise VeltConfigurationError(
                "http.client_cert: certificate and key cannot be used together: "
                f"{getattr(error, 'strerror', None) or type(error).__name__}; PEM files without a password are needed",
                field="http.client_cert",
            ) from error
    return context

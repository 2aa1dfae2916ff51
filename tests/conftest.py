"""The servers, for every test that asks for them, the log as it was, and patience with a busy machine."""

from __future__ import annotations

import logging
from typing import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests import servers

# How long generated data take says how busy the machine is, and nothing of what they are for.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")


@pytest.fixture(autouse=True)
def log_of_its_own() -> Iterator[None]:
    """The commands send the log to stderr; whatever comes after such a test expects it as it was."""
    logger = logging.getLogger("velt_py")
    level, handlers = logger.level, list(logger.handlers)
    yield
    logger.setLevel(level)
    logger.handlers = handlers


@pytest.fixture(scope="session")
def mongodb_uri() -> Iterator[str]:
    """A real MongoDB replica set."""
    with servers.mongodb() as uri:
        yield uri


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real PostgreSQL server."""
    with servers.postgresql() as url:
        yield url


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """A real HTTP server that speaks S3."""
    with servers.s3() as endpoint:
        yield endpoint

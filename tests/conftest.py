"""The servers, for every test that asks for them, and the log as it was."""

from __future__ import annotations

import logging
from typing import Iterator

import pytest

from tests import servers


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

"""Fresh buckets on the S3 server of the tests."""

from __future__ import annotations

import functools
import uuid
from typing import Any, Dict

__all__ = ["bucket"]


def bucket(endpoint: str) -> Dict[str, Any]:
    """Make a bucket; what the block `aws` of a configuration says of it."""
    name = f"velt-{uuid.uuid4().hex[:20]}"
    _client(endpoint).create_bucket(Bucket=name)
    return {
        "bucket_name": name,
        "endpoint_url": endpoint,
        "region": "us-east-1",
        "access_key_id": "testing",
        "secret_access_key": "testing",
    }


@functools.lru_cache(maxsize=None)
def _client(endpoint: str) -> Any:
    import boto3
    import botocore.loaders
    import botocore.session

    # Every session reads and parses the description of S3 from its file, 80 ms of CPU: hundreds of tests have one.
    botocore.session.create_loader = functools.lru_cache(maxsize=None)(botocore.loaders.create_loader)
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    return boto3.session.Session().client("s3", endpoint_url=endpoint, region_name="us-east-1", **keys)

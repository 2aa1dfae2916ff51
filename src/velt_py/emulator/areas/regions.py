"""The regions that an api key can keep its data in. Pure.

https://docs.velt.dev/security/supported-regions
"""

from __future__ import annotations

from typing import Any, Mapping

from velt_py.emulator.refusals import invalid

__all__ = ["check_regions"]

NAMES = """
us-west1 us-west2 us-west3 us-west4 us-central1 us-east1 us-east4 us-east5 us-south1
northamerica-northeast1 northamerica-northeast2 northamerica-south1 southamerica-west1 southamerica-east1
europe-west1 europe-west2 europe-west3 europe-west4 europe-west6 europe-west8 europe-west9 europe-west10 europe-west12
europe-southwest1 europe-north1 europe-north2 europe-central2
me-central1 me-central2 me-west1
asia-south1 asia-south2 asia-southeast1 asia-southeast2 asia-east1 asia-east2
asia-northeast1 asia-northeast2 asia-northeast3
australia-southeast1 australia-southeast2 africa-south1
eur3 nam5
"""
REGIONS = frozenset(NAMES.split())


def check_regions(given: Mapping[str, Any]) -> None:
    """Check where a new api key is to keep its data.

    Args:
        given: the fields of the request.

    Raises:
        Refused: the key is not one for production, or there is no such region.
    """
    region = given.get("persistenceDBRegion")
    if region is not None and given.get("type") != "production":
        raise invalid("persistenceDBRegion is for production keys only.")
    if region is not None and region not in REGIONS:
        raise invalid("persistenceDBRegion must be one of the supported regions.")
    # Which regions the realtime database has, the page does not say.
    if given.get("realtimeDBRegion") == "":
        raise invalid("realtimeDBRegion must not be empty.")

"""Records in PostgreSQL, in tables of the published layout.

One statement in one round trip per plan, without a transaction around it: a statement is one. Nothing is locked in
this process while a connection is waited for, and a forked child has its own pool.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import threading
import weakref
from typing import TYPE_CHECKING, Any, AsyncIterator, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

import psycopg
from psycopg.rows import tuple_row

from velt_py.config import DatabaseSettings
from velt_py.exceptions import VeltDatabaseError, VeltSchemaError
from velt_py.selfhosting.answers import loads
from velt_py.selfhosting.plans import Delete, FindUsers, Organizations, Plan, Read, Record, Save, SaveUser
from velt_py.selfhosting.stores.base import AsyncStore, Store, failure
from velt_py.selfhosting.stores.postgresql_errors import Attempts, translated
from velt_py.selfhosting.stores.postgresql_pool import async_connection_pool, connection_pool
from velt_py.selfhosting.stores.postgresql_schema import CATALOG, Findings, Layout
from velt_py.selfhosting.stores.postgresql_sql import Statement, statement_of
from velt_py.selfhosting.users import found

if TYPE_CHECKING:
    from velt_py.selfhosting.stores.postgresql_pool import AsyncPool, Pool

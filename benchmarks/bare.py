"""The bare drivers: what a program would do that knows the one statement which the database does best."""

from __future__ import annotations

import json
import sqlite3
from typing import Any, Dict, List

from contender import Body, Contender

__all__ = ["bare"]

ORGANIZATION = "(data #>> '{metadata,organizationId}')"
DOCUMENT = "(data #>> '{metadata,documentId}')"
ID = "(data #>> '{annotationId}')"


def dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class PostgreSQL(Contender):
    """psycopg, one connection, one array parameter."""

    def __init__(self, address: str, database: str) -> None:
        import psycopg

        self.connection = psycopg.connect(address, dbname=database, autocommit=True)
        self.connection.execute(
            "CREATE TABLE IF NOT EXISTS comment_annotations (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "
            "data jsonb NOT NULL, created_at timestamptz NOT NULL DEFAULT now(), "
            "updated_at timestamptz NOT NULL DEFAULT now())"
        )
        self.connection.execute(
            f"CREATE UNIQUE INDEX IF NOT EXISTS bare_id ON comment_annotations ({ORGANIZATION}, {ID})"
        )
        self.connection.execute(
            f"CREATE INDEX IF NOT EXISTS bare_document ON comment_annotations ({ORGANIZATION}, {DOCUMENT})"
        )

    def save(self, body: Body) -> None:
        threads = dumps(list(body["commentAnnotation"].values()))
        self.connection.execute(
            "INSERT INTO comment_annotations AS t (data) SELECT value FROM jsonb_array_elements(%s::jsonb) "
            f"ON CONFLICT ({ORGANIZATION}, {ID}) "
            "DO UPDATE SET data = t.data || excluded.data, updated_at = now()",
            (threads,),
        )

    def rows(self, body: Body, data: str) -> List[Any]:
        column, field = (DOCUMENT, "documentIds") if "documentIds" in body else (ID, "commentAnnotationIds")
        return self.connection.execute(
            f"SELECT {ID}, {data} FROM comment_annotations WHERE {ORGANIZATION} = %s AND {column} = ANY(%s)",
            (body["organizationId"], body[field]),
        ).fetchall()

    def get(self, body: Body) -> Dict[str, Any]:
        return dict(self.rows(body, "data"))

    def get_json(self, body: Body) -> bytes:
        return joined(self.rows(body, "data::text"))


class MongoDB(Contender):
    """PyMongo, one bulk write."""

    def __init__(self, address: str, database: str) -> None:
        from pymongo import MongoClient

        self.client: Any = MongoClient(address)
        self.collection = self.client[database]["comment_annotations"]
        self.collection.create_index([("metadata.organizationId", 1), ("annotationId", 1)], unique=True)
        self.collection.create_index([("metadata.organizationId", 1), ("metadata.documentId", 1)])

    def save(self, body: Body) -> None:
        from pymongo import UpdateOne

        organization = body["metadata"]["organizationId"]
        self.collection.bulk_write(
            [
                UpdateOne(
                    {"metadata.organizationId": organization, "annotationId": id}, {"$set": each}, upsert=True
                )
                for id, each in body["commentAnnotation"].items()
            ],
            ordered=False,
        )

    def get(self, body: Body) -> Dict[str, Any]:
        if "documentIds" in body:
            name, wanted = "metadata.documentId", body["documentIds"]
        else:
            name, wanted = "annotationId", body["commentAnnotationIds"]
        query = {"metadata.organizationId": body["organizationId"], name: {"$in": wanted}}
        return {
            each["annotationId"]: each for each in self.collection.find(query, {"_id": 0}, batch_size=10_000)
        }

    def get_json(self, body: Body) -> bytes:
        return dumps(self.get(body)).encode()


class SQLite(Contender):
    """sqlite3, one executemany in one transaction."""

    def __init__(self, address: str, database: str) -> None:
        self.connection = sqlite3.connect(address, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute("PRAGMA synchronous=NORMAL")
        self.connection.execute(
            "CREATE TABLE IF NOT EXISTS comment_annotations (organization TEXT NOT NULL, id TEXT NOT NULL, "
            "document TEXT, data TEXT NOT NULL, UNIQUE (organization, id))"
        )
        self.connection.execute(
            "CREATE INDEX IF NOT EXISTS bare_document ON comment_annotations (organization, document)"
        )

    def save(self, body: Body) -> None:
        organization = body["metadata"]["organizationId"]
        rows = [
            (organization, id, each["metadata"]["documentId"], dumps(each))
            for id, each in body["commentAnnotation"].items()
        ]
        self.connection.execute("BEGIN IMMEDIATE")
        self.connection.executemany(
            "INSERT INTO comment_annotations VALUES (?, ?, ?, ?) "
            "ON CONFLICT (organization, id) DO UPDATE SET document = excluded.document, data = excluded.data",
            rows,
        )
        self.connection.execute("COMMIT")

    def rows(self, body: Body) -> List[Any]:
        column, field = (
            ("document", "documentIds") if "documentIds" in body else ("id", "commentAnnotationIds")
        )
        return self.connection.execute(
            "SELECT id, data FROM comment_annotations "
            f"WHERE organization = ? AND {column} IN (SELECT value FROM json_each(?))",
            (body["organizationId"], json.dumps(body[field])),
        ).fetchall()

    def get(self, body: Body) -> Dict[str, Any]:
        return {id: json.loads(text) for id, text in self.rows(body)}

    def get_json(self, body: Body) -> bytes:
        return joined(self.rows(body))


class S3(Contender):
    """boto3, its own streaming upload."""

    def __init__(self, address: str, database: str) -> None:
        import boto3

        self.bucket = database
        self.client: Any = boto3.client(
            "s3",
            endpoint_url=address,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
            region_name="us-east-1",
        )

    def attach(self, id: int, path: str) -> None:
        with open(path, "rb") as file:
            self.client.upload_fileobj(file, self.bucket, f"bare/{id}")


def joined(rows: List[Any]) -> bytes:
    """The rows as one JSON object, unparsed."""
    return ("{" + ",".join([f"{json.dumps(id)}:{text}" for id, text in rows]) + "}").encode()


STORES = {"postgresql": PostgreSQL, "mongodb": MongoDB, "sqlite": SQLite, "s3": S3}


def bare(store: str, address: str, database: str) -> Contender:
    """The contender of a store.

    Args:
        address: URL of the server; for SQLite the file.
        database: its name on the server; for S3 the bucket.
    """
    return STORES[store](address, database)

"""An operation that takes a file beside its request."""

from __future__ import annotations

from typing import Any, Awaitable, Generic, Mapping, Optional, Union, overload

from velt_py.exceptions import VeltValidationError
from velt_py.models.base import Model
from velt_py.selfhosting.answers import Answer
from velt_py.selfhosting.files.sources import FileContent, upload_of
from velt_py.selfhosting.operation import (
    AsyncCall,
    AsyncRunner,
    Body,
    P,
    Req,
    Resolver,
    ResolverOperation,
    Runner,
    SyncCall,
)
from velt_py.selfhosting.requests import compact

__all__ = ["UploadOperation", "save_keywords"]

README_NAMES = ("organizationId", "attachment", "documentId", "folderId", "event")


def save_keywords(
    organizationId: str,
    attachment: Mapping[str, Any],
    documentId: Optional[str] = None,
    folderId: Optional[str] = None,
    event: Optional[str] = None,
    file_data: Optional[FileContent] = None,
    file_name: Optional[str] = None,
    mime_type: Optional[str] = None,
) -> Body:
    body = compact(
        attachment=attachment,
        metadata=compact(organizationId=organizationId, documentId=documentId, folderId=folderId),
        event=event,
    )
    return with_file(body, file_data, file_name, mime_type)


def with_file(body: Body, file_data: Any, file_name: Optional[str], mime_type: Optional[str]) -> Body:
    if file_data is None:
        return body
    return {**body, "upload": upload_of(file_data, "file_data", file_name, mime_type)}


class SyncUploadCall(SyncCall[P, Req], Generic[P, Req]):
    """An operation of a `VeltSDK` that takes a file."""

    @overload
    def __call__(
        self,
        request: Union[Req, Body],
        file_data: Optional[FileContent] = None,
        file_name: Optional[str] = None,
        mime_type: Optional[str] = None,
    ) -> Answer: ...
    @overload
    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Answer: ...
    def __call__(self, *args: Any, **kwargs: Any) -> Answer:
        return super().__call__(*args, **kwargs)


class AsyncUploadCall(AsyncCall[P, Req], Generic[P, Req]):
    """An operation of an `AsyncVeltSDK` that takes a file."""

    @overload
    def __call__(
        self,
        request: Union[Req, Body],
        file_data: Optional[FileContent] = None,
        file_name: Optional[str] = None,
        mime_type: Optional[str] = None,
    ) -> Awaitable[Answer]: ...
    @overload
    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Awaitable[Answer]: ...
    def __call__(self, *args: Any, **kwargs: Any) -> Awaitable[Answer]:
        return super().__call__(*args, **kwargs)


class UploadOperation(ResolverOperation[P, Req]):
    """An operation whose request may have a file beside it; arguments as for `ResolverOperation`."""

    @overload
    def __get__(self, resolver: None, owner: Any = None) -> UploadOperation[P, Req]: ...
    @overload
    def __get__(self, resolver: Resolver[Runner], owner: Any = None) -> SyncUploadCall[P, Req]: ...
    @overload
    def __get__(self, resolver: Resolver[AsyncRunner], owner: Any = None) -> AsyncUploadCall[P, Req]: ...
    def __get__(self, resolver: Any, owner: Any = None) -> Any:
        if resolver is None:
            return self
        call: Any = AsyncUploadCall if isinstance(resolver._runner, AsyncRunner) else SyncUploadCall
        return call(self, resolver)

    def body(self, *args: Any, **kwargs: Any) -> Body:
        """The posted shape of any call form; the first argument alone decides which form it is."""
        given = args[0] if args else kwargs.get("request")
        if isinstance(given, (Model, Mapping)) or "request" in kwargs:
            mixed = [name for name in README_NAMES if name in kwargs]
            if mixed:
                raise VeltValidationError(
                    f"{self.name}: give either a request object or keywords, not both ({', '.join(mixed)})",
                    field="request",
                )
            return self._beside_request(*args, **kwargs)
        return self.keywords(*args, **kwargs)

    def _beside_request(
        self,
        request: Any,
        file_data: Optional[FileContent] = None,
        file_name: Optional[str] = None,
        mime_type: Optional[str] = None,
    ) -> Body:
        return with_file(self.posted(request), file_data, file_name, mime_type)

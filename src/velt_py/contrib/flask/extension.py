"""The routes as an extension, with its configuration in the application's and its commands beside the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Iterable, Mapping, Optional, cast

from flask import Flask, current_app

from velt_py.contrib.flask.blueprint import NAME, blueprint_of
from velt_py.contrib.flask.commands import group_of
from velt_py.exceptions import VeltConfigurationError
from velt_py.sdk import VeltSDK
from velt_py.web.access import Authenticate, Authorize
from velt_py.web.features import Feature
from velt_py.web.handler import Handler

__all__ = ["State", "Velt"]


@dataclass(frozen=True)
class State:
    """What the extension made for one application, in `app.extensions["velt"]`.

    Args:
        sdk: its SDK.
        handler: answers its requests.
        url_prefix: where its routes are.
    """

    sdk: VeltSDK
    handler: Handler
    url_prefix: str


class Velt:
    """The extension: `velt = Velt(app, authenticate=..., authorize=...)`, or `velt.init_app(app)` in an app factory.

    The configuration of the SDK is `app.config["VELT"]`; what was made for an application stands in
    `app.extensions["velt"]`, so that one extension serves several. `flask velt --help` tells of its commands.

    Args:
        app: the application, when it is there already.
        authenticate, authorize, url_prefix, origins, allow_headers, features: as for `velt_blueprint`.

    Raises:
        VeltConfigurationError: for a configuration that is missing or wrong, and as `velt_blueprint` does.
    """

    def __init__(
        self,
        app: Optional[Flask] = None,
        *,
        authenticate: Optional[Authenticate] = None,
        authorize: Optional[Authorize] = None,
        url_prefix: str = "/velt",
        origins: Iterable[str] = (),
        allow_headers: Iterable[str] = (),
        features: Iterable[Feature] = (),
    ) -> None:
        self._hooks: Mapping[str, Any] = {"authenticate": authenticate, "authorize": authorize}
        # An application may be made several times; what can be read once only is read now.
        self._origins, self._allow_headers = tuple_of(origins), tuple_of(allow_headers)
        self._features = tuple(features)
        self._url_prefix = url_prefix
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Serve the routes in an application.

        Args:
            app: its `config["VELT"]` is the configuration of the SDK.

        Raises:
            VeltConfigurationError: the configuration is missing or wrong.
        """
        config = cast(Any, app.config).get("VELT")
        if not isinstance(config, Mapping):
            raise VeltConfigurationError(
                'app.config["VELT"]: the configuration of the SDK is needed, a dict', field="VELT"
            )
        sdk = VeltSDK.initialize(cast(Mapping[str, Any], config))
        handler = Handler(
            sdk,
            origins=self._origins,
            allow_headers=self._allow_headers,
            features=self._features,
            **self._hooks,
        )
        app.extensions[NAME] = state = State(sdk, handler, self._url_prefix)
        app.register_blueprint(blueprint_of(handler, self._url_prefix, NAME))
        cast(Any, app.cli).add_command(group_of(state))

    @property
    def sdk(self) -> VeltSDK:
        """The SDK of the current application."""
        state = cast(Optional[State], current_app.extensions.get(NAME))
        if state is None:
            raise VeltConfigurationError("this application has no Velt: call init_app first", field="VELT")
        return state.sdk


def tuple_of(texts: Iterable[str]) -> Any:
    # One text instead of a list is refused by who reads it.
    return texts if isinstance(texts, str) else tuple(texts)

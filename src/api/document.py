"""The OpenAPI document: what the models say, and what only the configuration knows."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema


class DocumentedApi(NinjaAPI):
    """An API whose document bounds ``expires_in`` by what is configured, not modelled."""

    def __init__(self, *, max_pat_lifetime_seconds: int, **settings: Any) -> None:
        super().__init__(**settings)
        self._max_pat_lifetime_seconds = max_pat_lifetime_seconds
        self._built: dict[str | None, OpenAPISchema] = {}

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """The document, built once a process: anybody may ask for it, and it takes a while."""
        if path_prefix not in self._built:
            self._built[path_prefix] = self._build(path_prefix, path_params)
        return self._built[path_prefix]

    def _build(self, path_prefix: str | None, path_params: dict[str, Any] | None) -> OpenAPISchema:
        document = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        field = document["components"]["schemas"]["PatIn"]["properties"]["expires_in"]
        integer, _null = field["anyOf"]
        integer |= {"minimum": 1, "maximum": self._max_pat_lifetime_seconds}
        return document

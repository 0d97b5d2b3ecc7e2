"""Where an answer leads: the links of the OpenAPI document, told with each operation and put where they belong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

TOLD = "x-links"
ID = "$response.body#/id"
ETAG = "$response.header.ETag"
# By the operation that it leads to, where each of its parameters comes from.
type Links = Mapping[str, Mapping[str, str]]
NOWHERE: Links = {}


def first(name: str) -> str:
    """A member of a list's first row."""
    return f"$response.body#/resultater/0/{name}"


def every(names: Iterable[str], **given: str) -> Links:
    """Several operations that take the same."""
    return dict.fromkeys(names, given)


def extensions(links: Links) -> dict[str, Any]:
    """What is kept with an operation until the document is made."""
    told = {name: {"operationId": name, "parameters": dict(given)} for name, given in links.items()}
    return {"extensions": {TOLD: told}}


def place(result: dict[str, Any], **generation: Any) -> dict[str, Any]:  # noqa: ANN401
    """Move what was told to the answers that succeed. Called by the library when the document is made."""
    del generation
    for operation in (one for methods in result["paths"].values() for one in methods.values()):
        if links := operation.pop(TOLD, None):
            for status, answer in operation["responses"].items():
                if status.startswith("2"):
                    answer["links"] = links
    return result

"""Pages as a reader reads them: the words of the main part, without the markup."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase
    from django.test import Client


def said(response: HttpResponseBase) -> str:
    """What a reader reads of the main part of a page."""
    main = bytes(getattr(response, "content", b"")).decode().split("<main", 1)[1].partition(">")[2].split("</main>")[0]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", main))).replace(" .", ".").strip()


def read(client: Client, url: str, status: int = 200, **headers: str) -> str:
    response = client.get(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    assert response.status_code == status
    return said(response)

"""Templates: each can be read by Django, whichever page shows it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.template import Engine

TEMPLATES = Path(settings.BASE_DIR) / "templates"


@pytest.mark.parametrize("name", sorted(str(one.relative_to(TEMPLATES)) for one in TEMPLATES.rglob("*.html")))
def test_every_template_can_be_read(name: str) -> None:
    assert Engine.get_default().get_template(name).name == name

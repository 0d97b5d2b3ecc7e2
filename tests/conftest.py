"""What every test stands on. Each worker has a database of its own; the embedded server starts by itself."""

from collections.abc import Iterator

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings
from django.core.cache import cache
from django.db import connections
from django.test import override_settings
from django.utils import translation
from pytest_django.fixtures import Settings

from institutions.models import Municipality
from registry import limits
from registry.ledger import Actor
from registry.models import User
from tests.posting import Post, free_port


@pytest.fixture(scope="session", autouse=True)
def _plain_surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Static files under their own names, so that no test waits for them to be collected; cheap passwords."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(
        STATIC_ROOT=tmp_path_factory.mktemp("static"),
        STORAGES=settings.STORAGES | {"staticfiles": plain},
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    ):
        yield


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """No test is throttled for what another one asked."""
    cache.clear()
    limits.purse.empty()


@pytest.fixture(autouse=True)
def _danish() -> None:
    """No test speaks the language of another one's last call."""
    translation.deactivate()


@pytest.fixture
def own_database(db: None) -> Iterator[str]:
    """A database of its own, for real commits, threads and kills; gone afterwards. Gives its name.

    Every thread's default connection goes there. Django's transactional tests end with TRUNCATE, which the
    ledger refuses. A thread closes its own connection (`django.db.connection.close()`) when it ends.
    """
    del db
    held = connections["default"]
    # Inside the test's transaction, which ends with this: nobody may be connected to a template.
    held.close()
    connections["default"] = fresh = connections.create_connection("default")
    tested = fresh.settings_dict["NAME"]
    own = f"{tested}_own"
    with fresh._nodb_cursor() as cursor:  # noqa: SLF001 - Django's own way out of a database
        cursor.execute(f'DROP DATABASE IF EXISTS "{own}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{own}" TEMPLATE "{tested}"')
    # One dictionary for the connections of all threads.
    fresh.settings_dict["NAME"] = own
    try:
        yield own
    finally:
        fresh.close()
        fresh.settings_dict["NAME"] = tested
        with fresh._nodb_cursor() as cursor:  # noqa: SLF001
            cursor.execute(f'DROP DATABASE "{own}" WITH (FORCE)')
        connections["default"] = held


@pytest.fixture
def actor() -> Actor:
    """Kirsten at STIL, in the admin."""
    return Actor("kirsten", "admin")


@pytest.fixture
def kirsten(db: None) -> User:
    """A registrar at STIL: may change everything."""
    del db
    return User.objects.create_user("kirsten", "kirsten@stil.example", "pædagogmedhjælper", is_staff=True)


@pytest.fixture
def mads(db: None) -> User:
    """Signed in, but not of STIL's staff: may change nothing."""
    del db
    return User.objects.create_user("mads", "mads@vuggestue.example", "pædagogmedhjælper")


@pytest.fixture
def copenhagen(db: None) -> Municipality:
    """Københavns Kommune, 101."""
    del db
    return Municipality.objects.get(code="101")


@pytest.fixture
def aarhus(db: None) -> Municipality:
    """Aarhus Kommune, 751."""
    del db
    return Municipality.objects.get(code="751")


@pytest.fixture
def post(settings: Settings) -> Iterator[Post]:
    """The server that the register sends to; pytest-django's outbox is not used."""
    taken, port = Post(), free_port()
    server = Controller(taken, hostname="127.0.0.1", port=port)
    server.start()
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": port, "timeout": 5},
        }
    }
    yield taken
    server.stop()

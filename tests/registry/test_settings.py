"""The environment is read into typed settings, and what is wrong is said in a sentence."""

import datetime
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as live
from django.core.exceptions import ImproperlyConfigured

from registry import settings

CHECKOUT = Path(settings.__file__).resolve().parent.parent


def manage(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=CHECKOUT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_database_url_gives_every_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://an%C3%A9:s%40fe@db.example.dk:6432/reg%20ister?sslmode=require")
    assert settings.database("DATABASE_URL") == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "reg ister",
        "USER": "ané",
        "PASSWORD": "s@fe",
        "HOST": "db.example.dk",
        "PORT": "6432",
        "OPTIONS": {"sslmode": "require"},
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


@pytest.mark.parametrize(
    "url", ["postgresql:///register?host=/run/postgresql", "postgres://%2Frun%2Fpostgresql/register"]
)
def test_a_database_url_may_name_a_socket(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    found = settings.database("DATABASE_URL")
    assert (found["HOST"], found["NAME"], found["OPTIONS"]) == ("/run/postgresql", "register", {})


@pytest.mark.parametrize(
    "url", ["mysql://a@b/c", "postgresql://a@b", "postgresql://a@b:port/c", "postgresql://a@b/c?x"]
)
def test_another_database_url_is_refused_by_its_variable_s_name(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        settings.database("DATABASE_URL")


@pytest.mark.parametrize(("value", "meaning"), [("1", True), ("True", True), ("off", False), ("no", False), ("", True)])
def test_a_flag_is_yes_or_no_or_its_default(monkeypatch: pytest.MonkeyPatch, value: str, meaning: bool) -> None:  # noqa: FBT001
    monkeypatch.setenv("DEBUG", value)
    assert settings.flag("DEBUG", default=True) is meaning


def test_a_flag_that_is_neither_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEBUG", "maybe")
    with pytest.raises(ImproperlyConfigured, match="DEBUG='maybe'"):
        settings.flag("DEBUG", default=False)


def test_a_day_is_a_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("A_NUMBER_PHASE_OUT", raising=False)
    assert settings.day("A_NUMBER_PHASE_OUT", "2021-01-01") == datetime.date(2021, 1, 1)
    monkeypatch.setenv("A_NUMBER_PHASE_OUT", "1 January")
    with pytest.raises(ImproperlyConfigured, match="A_NUMBER_PHASE_OUT"):
        settings.day("A_NUMBER_PHASE_OUT", "2021-01-01")


def test_mail_goes_where_the_url_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL_URL", "smtp://post:s%2Fcret@mail.example.dk:587?tls=1")
    assert settings.mailer("EMAIL_URL") == {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": "mail.example.dk",
            "port": 587,
            "username": "post",
            "password": "s/cret",
            "use_tls": True,
            "use_ssl": False,
            "timeout": 30,
        },
    }


def test_mail_is_printed_where_no_url_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EMAIL_URL", raising=False)
    assert settings.mailer("EMAIL_URL") == {"BACKEND": "django.core.mail.backends.console.EmailBackend"}


def test_a_register_of_its_own_needs_a_secret_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY is not set"):
        settings.secret_key(embedded=False)


def test_the_embedded_database_keeps_a_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.setenv("REGISTRY_POSTGRES_DIR", str(tmp_path / "postgres"))
    key = settings.secret_key(embedded=True)
    assert len(key) == 64
    assert settings.secret_key(embedded=True) == key
    assert (tmp_path / "postgres" / "secret").stat().st_mode & 0o777 == 0o600


def test_scripts_and_styles_come_from_our_own_files_alone() -> None:
    assert live.SECURE_CSP["default-src"] == ["'self'"]
    assert not {"unsafe-inline", "unsafe-eval"} & {
        source.strip("'") for sources in live.SECURE_CSP.values() for source in sources
    }


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}, "No database answers: "),
        ({"DATABASE_URL": "oracle://nobody@127.0.0.1/none"}, "DATABASE_URL must look like postgresql://"),
        ({"DEBUG": "maybe"}, "DEBUG='maybe' is neither yes nor no."),
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "SECRET_KEY": ""}, "SECRET_KEY is not set."),
    ],
)
def test_what_is_wrong_is_said_without_a_traceback(environment: dict[str, str], words: str) -> None:
    done = manage("migrate", **({"SECRET_KEY": "for tests only"} | environment))
    assert done.returncode == 1
    assert done.stderr.startswith(words)
    assert len(done.stderr.splitlines()) <= 2


def test_named_hosts_ask_for_https() -> None:
    question = "from django.conf import settings as s; print(s.SECURE_SSL_REDIRECT, s.SESSION_COOKIE_SECURE, s.DEBUG)"
    assert manage("shell", "--no-imports", "-c", question, ALLOWED_HOSTS="").stdout == "False False False\n"
    assert manage("shell", "--no-imports", "-c", question, ALLOWED_HOSTS="register.dk").stdout == "True True False\n"

"""Django's PostgreSQL engine, which starts the embedded server when a connection finds none."""

from typing import Any

import psycopg
from django.db.backends.postgresql import base

from registry.embedded import home, server


class DatabaseWrapper(base.DatabaseWrapper):
    """Connects through the checkout's own socket."""

    def get_connection_params(self) -> dict[str, Any]:
        """As Django's; host and port are said outright, so that PGHOST and PGPORT have no say."""
        params: dict[str, Any] = super().get_connection_params()
        return params | {"host": str(home.sockets()), "port": home.PORT}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:  # noqa: ANN401  (as in Django)
        """Try first: a server that runs costs nothing extra, one that was killed is started again."""
        try:
            return super().get_new_connection(conn_params)
        except psycopg.OperationalError:
            server.start()
            return super().get_new_connection(conn_params)

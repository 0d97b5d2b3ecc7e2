"""A private PostgreSQL for a machine that has none.

It is Django's database engine `registry.embedded` (see `base`): the first connection starts the server, and a
connection that finds it killed starts it again. Nobody else starts it; `python -m registry.embedded stop` stops it.

    home    where data, sockets and binaries lie, and to which user they belong
    server  start and stop, safe against a kill at any moment
    base    the engine
"""

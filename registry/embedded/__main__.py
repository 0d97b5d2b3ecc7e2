"""`python -m registry.embedded start|stop`."""

import sys

from registry.embedded import server
from registry.trouble import Unavailable

if __name__ == "__main__":
    try:
        match sys.argv[1:]:
            case ["start"]:
                server.start()
            case ["stop"]:
                server.stop()
            case _:
                sys.exit("Usage: python -m registry.embedded start|stop")
    except Unavailable as trouble:
        sys.exit(str(trouble))

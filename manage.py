#!/usr/bin/env python3
"""The only door: every command of the project goes through here."""

import os
import sys


def main() -> int:
    """Run one management command; a missing thing is said in a sentence, not in a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
    try:
        from django.core.management import execute_from_command_line  # noqa: PLC0415  (may be missing)
    except ModuleNotFoundError:
        print("Django is not installed here. Run `make install`.", file=sys.stderr)
        return 1
    from registry.trouble import explain  # noqa: PLC0415  (needs the packages checked above)

    try:
        execute_from_command_line(sys.argv)
    except BrokenPipeError:
        # Whoever read our output has read enough (`| head`). What was done is done.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as trouble:
        words = explain(trouble)
        if words is None:
            raise
        print(words, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

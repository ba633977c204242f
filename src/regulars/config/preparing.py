"""What a server makes once for a data folder, in a process of its own that takes nobody's turn: `serve` starts it."""

import os
import sys
import threading

import django

# Said by whoever starts it to end with them: then they hold the other end of its input.
WITH_PARENT = "--with-parent"


def main() -> None:
    """What pages would make in seconds, while somebody waits, is kept beside the data."""
    os.nice(19)
    if WITH_PARENT in sys.argv[1:]:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.config.settings")
    django.setup()
    from regulars.web.charts import charts_prepare  # noqa: PLC0415

    charts_prepare()


def _end_with_parent() -> None:
    """However the parent ends, its end of the pipe is closed then; what is half made is made by the next server."""
    # Not `sys.stdin`: who reads it holds a lock that Python wants at its end, when this process is done first.
    while os.read(0, 1):
        pass
    os._exit(0)


if __name__ == "__main__":
    main()

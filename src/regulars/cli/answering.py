"""What each process of the server does before it answers. Imported in that process before Django is set up."""

import logging
import multiprocessing
import os
import signal
import threading
import time
from importlib import import_module
from typing import Any


def bridge_loaded(*, threads: int, proxies: tuple[str, ...], stopping: int) -> Any:
    """The application for Granian; and this process ends with its parent, whatever ends that."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.config.settings")
    _log_errors()
    threading.Thread(target=_end_with_parent, args=(stopping,), name="parent", daemon=True).start()
    # By name: the settings are the top floor.
    return import_module("regulars.config.rsgi").bridge_made(threads=threads, proxies=proxies)


def _log_errors() -> None:
    """What went wrong here is told on the error output; what clients did wrong is not."""
    handler = logging.StreamHandler()
    handler.setLevel(logging.ERROR)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)
    # Anybody can send any host, as often as they like.
    logging.getLogger("django.security.DisallowedHost").setLevel(logging.CRITICAL)


def _end_with_parent(stopping: int) -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(stopping)
        os._exit(1)

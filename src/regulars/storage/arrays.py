"""Arrow without pandas."""

import sys
from importlib.abc import MetaPathFinder

import pyarrow as pa


class _Without(MetaPathFinder):
    """There is no pandas."""

    def find_spec(self, fullname: str, _path: object, _target: object = None) -> None:
        if fullname == "pandas":
            raise ImportError


def pandas_left_out() -> None:
    """Arrow makes arrays of Python's own lists without loading pandas first, which takes it half a second and 60 MB.

    It would look, once, whether a list is one of pandas' kind. Whoever asks for pandas by name has it still.
    """
    if "pandas" in sys.modules:
        return
    without = _Without()
    sys.meta_path.insert(0, without)
    try:
        pa.array([])
    finally:
        sys.meta_path.remove(without)

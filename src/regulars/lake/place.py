"""Where the lake of this shop is, and what this process keeps of it besides files."""

from functools import cache
from pathlib import Path

from django.conf import settings

from regulars.lake.layout import LakeFolder
from regulars.lake.shaping import Words
from regulars.storage.folder import DataFolder


def lake_place(folder: DataFolder) -> Path:
    """Where the lake of the shop in the folder is."""
    return (folder.path / "lake" / "v1").resolve()


def place_here() -> Path:
    """Where the lake of the shop is that this process works on."""
    return lake_place(settings.DATA_FOLDER)


@cache
def words_of(_place: Path) -> Words:
    """The words of the shop whose lake is there."""
    return Words()


@cache
def folder_of(place: Path) -> LakeFolder:
    return LakeFolder(place)

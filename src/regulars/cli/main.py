"""The command `regulars`."""

import os
import sys

import django

from regulars.core.errors import RegularsError


def main() -> None:
    """Run the command line."""
    # What this process writes is for its user alone.
    os.umask(0o077)
    folder = _data_folder(sys.argv[1:])
    if folder:
        os.environ["REGULARS_DATA"] = folder
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.config.settings")
    # Django reads the settings, and they the data folder, before any command can be imported.
    try:
        django.setup()
    except RegularsError as error:
        sys.exit(_told(error))
    from regulars.cli.commands import regulars  # noqa: PLC0415

    regulars()


def _told(error: RegularsError) -> int:
    """The exit code, after the sentence about a setting that cannot be."""
    sys.stderr.write(f"{error}\n")
    return error.exit_code


def _data_folder(arguments: list[str]) -> str | None:
    """What --data names, wherever it stands on the line."""
    for n, argument in enumerate(arguments):
        if argument == "--":
            return None
        if argument == "--data" and n + 1 < len(arguments):
            return arguments[n + 1]
        if argument.startswith("--data="):
            return argument.removeprefix("--data=")
    return None

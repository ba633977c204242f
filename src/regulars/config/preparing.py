"""What a server makes once for a data folder, in a process of its own that takes nobody's turn: `serve` starts it."""

import os

import django


def main() -> None:
    """What pages would make in seconds, while somebody waits, is kept beside the data."""
    os.nice(19)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.config.settings")
    django.setup()
    from regulars.web.charts import charts_prepare  # noqa: PLC0415

    charts_prepare()


if __name__ == "__main__":
    main()

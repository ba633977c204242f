"""What the shop's speed is: one file per figure, each printed beside the bare limit measured in the same run.

`python -m bench.ingest` and `python -m bench.growth`. A figure is measured in a process of its own, started with
the address of an empty data folder or database; nothing is left behind.
"""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.config.settings")
django.setup()

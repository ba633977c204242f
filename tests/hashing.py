"""Passwords in tests: the same algorithm, with as little work as it allows."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickHasher(Argon2PasswordHasher):
    """A test makes six people; a hundred milliseconds for each would be most of the run."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1

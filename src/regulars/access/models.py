"""People, tokens, and the log of what was done."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac

from regulars.access.rights import PEOPLE, Role

_ROLES = [(role.value, role.value) for role in PEOPLE]


class Person(AbstractBaseUser):
    """Somebody of the team who signs in."""

    login = models.CharField(max_length=64, unique=True, help_text="What they type to sign in, lower case.")
    name = models.CharField(max_length=100, help_text="What others read.")
    role = models.CharField(max_length=8, choices=_ROLES)
    is_active = models.BooleanField(default=True, help_text="False: signs in no more; what they did stays theirs.")
    must_change_password = models.BooleanField(default=False, help_text="Somebody else knows the password.")
    needs_second_factor = models.BooleanField(default=True, help_text="A password alone is not enough.")
    seed = models.CharField(max_length=200, blank=True, help_text="Of the second factor, encrypted; empty: none.")
    seed_step = models.BigIntegerField(default=0, help_text="The last time step a code was taken for; none twice.")
    epoch = models.PositiveIntegerField(default=0, help_text="Counted up to end every session.")

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS = ["name", "role"]

    class Meta:
        ordering = ["login"]
        constraints = [
            models.CheckConstraint(name="person_login_is_not_empty", condition=~Q(login="")),
            models.CheckConstraint(name="person_role_is_known", condition=Q(role__in=[role.value for role in PEOPLE])),
        ]

    def get_session_auth_hash(self) -> str:
        """Changes with the password, the second factor and the epoch, so that each of them ends every session."""
        told = f"{self.password}|{self.seed}|{self.epoch}"
        return salted_hmac("regulars.access.Person", told, algorithm="sha256").hexdigest()


class PersonStore(models.Model):
    """A store that is one of somebody's own."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="own_stores")
    # A number only: stores stand on a higher floor. They are closed, never deleted.
    store_id = models.BigIntegerField()

    class Meta:
        ordering = ["person", "store_id"]
        constraints = [models.UniqueConstraint(name="own_store_once_per_person", fields=["person", "store_id"])]


class RecoveryCode(models.Model):
    """A code that stands in once for a lost second factor."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the code.")
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["person", "id"]
        constraints = [models.UniqueConstraint(name="recovery_code_once", fields=["person", "digest"])]


class SignInFailure(models.Model):
    """Somebody tried to sign in and could not. Kept as long as it counts."""

    at = models.DateTimeField()
    login_digest = models.CharField(max_length=64, help_text="HMAC of what was typed: it may be a password.")
    address = models.CharField(max_length=64, help_text="Where it came from, as the network says.")

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(name="failures_of_login", fields=["login_digest", "at"]),
            models.Index(name="failures_of_address", fields=["address", "at"]),
        ]


class ContactCode(models.Model):
    """A one-time code that was sent to a phone or an e-mail. Kept as long as it counts; it tells of nobody."""

    handle = models.CharField(max_length=32, unique=True, help_text="What the browser that asked holds of it.")
    contact_digest = models.CharField(max_length=64, help_text="HMAC of the phone or e-mail.")
    digest = models.CharField(max_length=64, help_text="HMAC of the code.")
    address = models.CharField(max_length=64, help_text="Where it was asked for, as the network says.")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, help_text="It works once.")

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(name="codes_of_contact", fields=["contact_digest", "asked_at"]),
            models.Index(name="codes_of_address", fields=["address", "asked_at"]),
            models.Index(name="codes_by_moment", fields=["asked_at"]),
        ]


class CustomerSession(models.Model):
    """A customer who looks at their card, or somebody who has proven a contact and not chosen a card yet."""

    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the secret, which is 256 random bits.")
    contact = models.CharField(max_length=500, help_text="The phone or e-mail that was proven, encrypted.")
    # A number only: customers stand on a higher floor.
    customer_id = models.BigIntegerField(null=True, help_text="Null: none chosen yet.")
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(name="sessions_of_customer", fields=["customer_id"]),
            models.Index(name="customer_sessions_by_seen", fields=["seen_at"]),
        ]


class TillCode(models.Model):
    """A code that a customer shows at the till to spend points. It is gone once it is used or over."""

    customer_id = models.BigIntegerField(unique=True, help_text="A number only: customers stand on a higher floor.")
    points = models.PositiveBigIntegerField(help_text="How many are to be spent.")
    digest = models.CharField(max_length=64, unique=True, help_text="HMAC of the code.")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(name="till_code_is_for_points", condition=Q(points__gt=0))]


class Token(models.Model):
    """What a till or a program shows instead of signing in."""

    name = models.CharField(max_length=100, help_text="What others read.")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the token, which is 256 random bits.")
    role = models.CharField(max_length=8, choices=[*_ROLES, (Role.REGISTER.value, Role.REGISTER.value)])
    store_id = models.BigIntegerField(null=True, help_text="The one store it is bound to; null: every store.")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=64, help_text="The key of the actor.")
    expires_at = models.DateTimeField(null=True, help_text="Null: never.")
    revoked_at = models.DateTimeField(null=True)
    used_on = models.DateField(null=True, help_text="The last day it was shown.")

    class Meta:
        ordering = ["-id"]
        constraints = [models.CheckConstraint(name="token_name_is_not_empty", condition=~Q(name=""))]


class Operation(models.Model):
    """A write that was asked for under a key, and its answer: asked again, however late, it is answered alike."""

    actor = models.CharField(max_length=64, help_text="The key of the actor.")
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64, help_text="SHA-256 of what was asked.")
    status = models.PositiveSmallIntegerField()
    answer = models.TextField(help_text="As it was sent; ids only, never personal data.")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(name="operation_once_per_key", fields=["actor", "key"])]


class AuditEntry(models.Model):
    """Who did what to whom, written in the transaction it tells of. Appended, never edited.

    Each entry is sealed together with the one before it, so that none can be changed, put in or taken out unseen.
    """

    n = models.BigIntegerField(unique=True, help_text="Its place in the log, from 1, without gaps.")
    at = models.DateTimeField(help_text="When it was done, UTC.")
    actor = models.CharField(max_length=64, help_text='Who did it, as "person:3".')
    verb = models.CharField(max_length=64, help_text='What was done, as "customers.customer_edit".')
    subject_kind = models.CharField(max_length=32)
    subject_id = models.BigIntegerField()
    facts = models.JSONField(default=dict, help_text="What changed; ids and field names, never personal data.")
    mac = models.CharField(max_length=64, help_text="HMAC-SHA256 of the seal before it and this entry.")

    class Meta:
        ordering = ["n"]
        indexes = [
            models.Index(name="audit_of_subject", fields=["subject_kind", "subject_id"]),
            models.Index(name="audit_of_actor", fields=["actor", "n"]),
            models.Index(name="audit_of_verb", fields=["verb", "n"]),
        ]

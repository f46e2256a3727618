"""Customers, staff and apps. Permissions are a plain list of names: there is one page of them, not a system."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

MANAGE_LOYALTY = "MANAGE_LOYALTY"
MANAGE_USERS = "MANAGE_USERS"
MANAGE_ORDERS = "MANAGE_ORDERS"
MANAGE_CHECKOUTS = "MANAGE_CHECKOUTS"


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    email = models.EmailField(unique=True)
    first_name = models.CharField(max_length=256, blank=True)
    last_name = models.CharField(max_length=256, blank=True)
    is_active = models.BooleanField(default=True)
    is_confirmed = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    permissions = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    channels = ArrayField(models.SlugField(max_length=255), null=True, blank=True)
    """The slugs of the channels in which a staff member may work; NULL: all of them."""
    language_code = models.CharField(max_length=35, default="en")
    joined_at = models.DateTimeField(default=timezone.now, db_default=Now())
    updated_at = models.DateTimeField(auto_now=True, db_default=Now(), db_index=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    objects = UserManager()

    class Meta:
        ordering = ("pk",)


class App(models.Model):
    """Somebody else's program with a token of its own."""

    name = models.CharField(max_length=60)
    token = models.CharField(max_length=64, unique=True)
    permissions = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ("pk",)

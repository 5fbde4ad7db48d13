"""Passwords and keys by which we enter other people's servers."""

from django.db import models


class Credential(models.Model):
    """Secrets in a sealed envelope: the row alone opens nothing.

    Whoever needs them points here; stocke.core.domain.credentials writes and reads them.
    """

    sealed = models.TextField()
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"credential {self.pk}"

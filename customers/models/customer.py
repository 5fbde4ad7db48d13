"""Customers."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# Where the address of an erased customer ends: no mail can ever reach it.
ERASED = "erased.invalid"


class Customer(models.Model):
    """A person who bought something. The address is the key; it is kept in lower case."""

    email = models.EmailField(_("e-mail"), unique=True)
    first_name = models.CharField(_("first name"), max_length=80, blank=True)
    last_name = models.CharField(_("last name"), max_length=80, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=[("fr", "Français"), ("en", "English")], default="fr"
    )
    country = models.CharField(_("country"), max_length=2, default="FR")
    customer_class = models.CharField(_("class"), max_length=40, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        indexes = [
            GinIndex(
                fields=["first_name", "last_name", "email"],
                opclasses=["gin_trgm_ops", "gin_trgm_ops", "gin_trgm_ops"],
                name="customer_search_trgm",
            )
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        if self.is_erased:
            return gettext("Erased customer %(number)s") % {"number": self.pk}
        return f"{self.first_name} {self.last_name}".strip() or self.email

    @property
    def is_erased(self) -> bool:
        """Whether nobody knows any more who he is."""
        return self.email.endswith(f"@{ERASED}")

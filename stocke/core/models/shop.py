"""The merchant as the outside world sees him: one row."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Shop(models.Model):
    """Name, voice and money of the merchant. `Shop.current()` is the only way to it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(_("name"), max_length=120, default="Maison Exemple")
    contact_email = models.EmailField(_("contact e-mail"), default="bonjour@maison-exemple.example")
    contact_phone = models.CharField(_("contact phone"), max_length=40, blank=True)
    signature = models.CharField(_("signature"), max_length=120, blank=True)
    website = models.URLField(_("website"), blank=True)
    accent = models.CharField(_("accent colour"), max_length=7, default="#3346bd")
    currency = models.CharField(_("currency"), max_length=3, default="EUR")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_shop")]
        verbose_name = _("shop")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> "Shop":
        """The one row; its defaults when nobody has saved it yet (nothing is written)."""
        return cls.objects.filter(pk=1).first() or cls()

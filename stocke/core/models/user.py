"""The people who work here, and the lists they saved."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, Group, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """The four roles. A role is a Django group of the same name."""

    ADMINISTRATOR = "administrator", _("Administrator")
    OPERATIONS = "operations", _("Operations")
    CUSTOMER_SERVICE = "customer_service", _("Customer service")
    VIEWER = "viewer", _("Viewer")


class UserManager(BaseUserManager["User"]):
    def create_user(
        self, email: str, password: str | None = None, *, role: str = "", **fields: object
    ) -> "User":
        """A member of staff in one role. The address is kept in lower case."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        if role:
            user.groups.add(Group.objects.get_or_create(name=role)[0])
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        """Django's createsuperuser command: an administrator."""
        return self.create_user(email, password, role=Role.ADMINISTRATOR, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A member of staff. The e-mail address is the login."""

    class Theme(models.TextChoices):
        SYSTEM = "system", _("As the system")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class Density(models.TextChoices):
        COMPACT = "compact", _("Compact")
        STANDARD = "standard", _("Standard")
        AIRY = "airy", _("Airy")

    class Language(models.TextChoices):
        FRENCH = "fr", "Français"
        ENGLISH = "en", "English"

    email = models.EmailField(_("e-mail"), unique=True)
    first_name = models.CharField(_("first name"), max_length=80)
    last_name = models.CharField(_("last name"), max_length=80, blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=Language.choices, default=Language.FRENCH
    )
    theme = models.CharField(_("theme"), max_length=8, choices=Theme.choices, default=Theme.SYSTEM)
    density = models.CharField(_("density"), max_length=8, choices=Density.choices, default=Density.STANDARD)
    single_keys = models.BooleanField(_("single-key shortcuts"), default=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["first_name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = [Lower("first_name"), "pk"]

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def initials(self) -> str:
        return (self.first_name[:1] + self.last_name[:1]).upper()


class SavedView(models.Model):
    """A list page's filters, sort and columns under a name; its owner's, or shared with everybody."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=60)
    name = models.CharField(_("name"), max_length=80)
    query = models.CharField(max_length=1000, blank=True)
    shared = models.BooleanField(_("shared with everybody"), default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "page", "name"], name="saved_view_name_unique")
        ]
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

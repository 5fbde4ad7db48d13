"""The ASGI entry point for asynchronous servers."""

import os
from importlib import import_module

from django.conf import settings
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stocke.settings")

application = get_asgi_application()
# All addresses are read now, and not while the first one to ask waits: that took most of a second.
import_module(settings.ROOT_URLCONF)

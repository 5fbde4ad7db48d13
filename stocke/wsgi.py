"""The WSGI entry point for gunicorn and other servers."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stocke.settings")

application = get_wsgi_application()
# All addresses are read now, and not while the first one to ask waits: that took most of a second.
import_module(settings.ROOT_URLCONF)

"""The WSGI entry point for gunicorn and other servers."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stocke.settings")

application = get_wsgi_application()
# All addresses are read now, and not while the first one to ask waits: that took most of a second.
import_module(settings.ROOT_URLCONF)
# What is loaded stays: to look through all of it for what is no longer used is what the slowest answers waited for.
gc.collect()
gc.freeze()

"""Every setting of Stock e, read top to bottom. The environment is read here and nowhere else.

Development and the demo need no variable at all. Production needs SECRET_KEY, STOCKE_CREDENTIAL_KEYS, DATABASE_URL,
REDIS_URL, ALLOWED_HOSTS, PUBLIC_URL and MAIL_URL; `manage.py check --deploy` refuses to pass without them.
"""

from pathlib import Path

from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from stocke import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent
LOCAL_DIR = Path(env.text("STOCKE_LOCAL_DIR") or BASE_DIR / ".local")
SERVICES_FILE = LOCAL_DIR / "services.json"

# --- What this process is ---------------------------------------------------------------------------------
ENVIRONMENT = env.choice("STOCKE_ENV", {"development", "demo", "test", "production"}, default="development")
DEBUG = env.flag("DEBUG", default=False)
IS_WORKER = env.flag("STOCKE_WORKER")
INSECURE_KEY = "development-only-key-that-production-refuses"
# Beside a running demo, a command by hand seals and signs with the demo's key.
SECRET_KEY = env.announced("SECRET_KEY", SERVICES_FILE) or INSECURE_KEY
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
# Seal the passwords of suppliers' servers, newest first. Without any, a key that follows from SECRET_KEY does.
CREDENTIAL_KEYS = env.fernet_keys("STOCKE_CREDENTIAL_KEYS")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", default="localhost,127.0.0.1,[::1],testserver")
PUBLIC_URL = env.text("PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

# --- Applications, lowest context last --------------------------------------------------------------------
INSTALLED_APPS = [
    "stocke.demo",
    "stocke.insights",
    "orders",
    "suppliers",
    "customers",
    "stocke.channels.adfeeds",
    "stocke.channels",
    "stocke.products",
    "stocke.core",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django_rq",
    "django_htmx",
    "django_tables2",
    "django_filters",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "stocke.core.web.middleware.SlimMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "stocke.core.web.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "stocke.core.web.middleware.StaffPreferencesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "stocke.urls"
WSGI_APPLICATION = "stocke.wsgi.application"
ASGI_APPLICATION = "stocke.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "stocke.core.web.shell.shell",
            ],
            "builtins": ["stocke.core.templatetags.stocke"],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
FILTERS_EMPTY_CHOICE_LABEL = "–"

# --- Database: PostgreSQL 15 or later, one for everything -------------------------------------------------
DATABASES = {
    "default": {
        **env.database(env.announced("DATABASE_URL", SERVICES_FILE)),
        "CONN_MAX_AGE": env.number("CONN_MAX_AGE", default=60),
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {"connect_timeout": 10},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "core.User"

# --- Queues: one worker process per queue, the truth in PostgreSQL ----------------------------------------
REDIS_URL = env.announced("REDIS_URL", SERVICES_FILE) or "redis://127.0.0.1:6379/0"
RQ_QUEUES = {
    name: {"URL": REDIS_URL, "DEFAULT_TIMEOUT": timeout}
    for name, timeout in {"feeds": 3600, "orders": 600, "mail": 600, "channels": 900, "default": 1800}.items()
}
RQ = {"WORKER_CLASS": "stocke.core.worker.StockWorker", "COMMIT_MODE": "on_db_commit"}
REACTIONS = "stocke.wiring.REACTIONS"
ASKED_AT_CHECKOUT = "stocke.wiring.ASKED_AT_CHECKOUT"
SHOWN = "stocke.wiring.SHOWN"
ARRIVALS = "stocke.wiring.ARRIVALS"
CLOCK = "stocke.wiring.CLOCK"
LAST_LOOKS = "stocke.wiring.LAST_LOOKS"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# --- Mail -------------------------------------------------------------------------------------------------
MAIL_URL = env.text("MAIL_URL") or env.announced("MAIL_URL", SERVICES_FILE)
MAILERS = {"default": env.mailer(MAIL_URL)}
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", "Maison Exemple <bonjour@maison-exemple.example>")
MAILBOX_DIR = env.text("STOCKE_MAILBOX_DIR")
UNDO_SECONDS = env.number("STOCKE_UNDO_SECONDS", default=30)
# The letters of one decision about many cases wait longer: whoever sees the tenth of them may take all of them back.
COMMON_UNDO_SECONDS = env.number("STOCKE_COMMON_UNDO_SECONDS", default=300)
# How long a customer may change his mind before his choice is carried out.
CHANGE_OF_MIND_SECONDS = env.number("STOCKE_CHANGE_OF_MIND_SECONDS", default=600)

# --- Outside world ----------------------------------------------------------------------------------------
ALLOWED_PRIVATE_HOSTS = env.words("STOCKE_ALLOWED_PRIVATE_HOSTS")
# The site of the demonstration's own shop; empty everywhere else.
DEMO_SHOP_URL = env.text("STOCKE_DEMO_SHOP_URL").rstrip("/")
# Keys of the shop that `manage.py connect_channel` connects; they are sealed in the database and not needed again.
CHANNEL_KEYS = {
    name: env.text(f"STOCKE_CHANNEL_{name.upper()}")
    for name in ("key", "secret", "token", "client_secret", "signing")
}
# Certificates of authorities that are trusted beside the usual ones, for servers that have their own.
EXTRA_CA_FILE = env.text("STOCKE_EXTRA_CA_FILE")
FEED_MAX_BYTES = env.number("STOCKE_FEED_MAX_BYTES", default=1024**3)
# Polars is loaded later. Memory that it has let go of is the system's again after this time, not after ten seconds, and
# its threads take theirs from one arena instead of eight, each with leftovers of its own: a worker that reads a long
# file in pieces then holds little more than what it keeps of them.
env.for_library("_RJEM_MALLOC_CONF", "dirty_decay_ms:50,muzzy_decay_ms:0,narenas:1")
FEED_MAX_ROWS = env.number("STOCKE_FEED_MAX_ROWS", default=5_000_000)
FEED_FILES_DAYS = env.number("STOCKE_FEED_FILES_DAYS", default=30)
# What is kept how long; `manage.py check` refuses nonsense, the page “What is kept” tells how much there is.
TRIALS_DAYS = env.number("STOCKE_TRIALS_DAYS", default=3)
KEEP_STATEMENTS_MONTHS = env.number("STOCKE_KEEP_STATEMENTS_MONTHS", default=24)
KEEP_PUBLICATIONS_MONTHS = env.number("STOCKE_KEEP_PUBLICATIONS_MONTHS", default=24)
KEEP_RECEIVED_DAYS = env.number("STOCKE_KEEP_RECEIVED_DAYS", default=1095)
KEEP_CHANGES_DAYS = env.number("STOCKE_KEEP_CHANGES_DAYS", default=90)
# Where temporary files lie, whether there is room for more or not.
TEMPORARY_ROOT = env.text("TMPDIR", "/tmp")  # noqa: S108 - nothing is made there by a known name
WATCHED_ROOT = Path(env.text("STOCKE_WATCHED_ROOT") or LOCAL_DIR / "watched")
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024**2
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024**2

# --- People -----------------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["stocke.core.web.authentication.EmailBackend"]
LOGIN_URL = "core:login"
LOGIN_REDIRECT_URL = "core:home"
LOGOUT_REDIRECT_URL = "core:login"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
if ENVIRONMENT == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# --- Languages and time -----------------------------------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.text("STOCKE_TIME_ZONE", "Europe/Paris")
USE_THOUSAND_SEPARATOR = True

# --- Files ------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = LOCAL_DIR / "static"
STATICFILES_DIRS = [path for path in [LOCAL_DIR / "assets"] if path.is_dir()]
MEDIA_ROOT = Path(env.text("STOCKE_MEDIA_ROOT") or LOCAL_DIR / "media")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "feeds": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": MEDIA_ROOT / "feeds", "base_url": None},
    },
    "orders": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": MEDIA_ROOT / "orders", "base_url": None},
    },
    "adfeeds": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": MEDIA_ROOT / "adfeeds", "base_url": None},
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if ENVIRONMENT in {"production", "demo"}
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("png", "jpg", "jpeg", "webp", "gz", "br", "woff2", "map")
WHITENOISE_USE_FINDERS = ENVIRONMENT in {"development", "test"}

# --- Security ---------------------------------------------------------------------------------------------
IS_HTTPS = PUBLIC_URL.startswith("https://")
SECURE_SSL_REDIRECT = IS_HTTPS and env.flag("SECURE_SSL_REDIRECT", default=True)
BEHIND_PROXY = env.flag("BEHIND_PROXY")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_HSTS_SECONDS = env.number("SECURE_HSTS_SECONDS", default=31_536_000 if IS_HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "stocke.core.views.errors.csrf_failure"
SECURE_CSP: dict[str, list[str]] = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
# Where customers choose: pictures come from wherever the shop keeps them, and nothing else does.
PICTURES_CSP: dict[str, list[str]] = {**SECURE_CSP, "img-src": [CSP.SELF, "data:", "https:"]}

# --- Logs -------------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {
        "rq.worker": {"level": "WARNING"},
        "django.server": {"level": "WARNING"},
        # They log addresses, which may hold a key, and user names.
        **{name: {"level": "WARNING"} for name in ("httpx", "httpcore", "asyncssh")},
    },
}
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"] if not IS_HTTPS else []

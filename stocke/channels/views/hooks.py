"""Where shops send their messages. Nothing but proving and storing happens here."""

import logging
from contextlib import suppress

from django.core.cache import cache
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from redis.exceptions import RedisError

from stocke.channels.connectors.errors import NotGenuine
from stocke.channels.domain.receiving import receive
from stocke.channels.jobs.tending import tend_channel
from stocke.channels.models import Channel
from stocke.core.jobs import enqueue

logger = logging.getLogger(__name__)
# A burst of messages is one job, which reads all of them.
HURRIED_FOR = 1


@csrf_exempt
@require_POST
def hook(request: HttpRequest, slug: str) -> HttpResponse:
    """200 once it is stored, whatever becomes of it; 401 for what the shop did not sign."""
    channel = get_object_or_404(Channel.objects.select_related("credential"), slug=slug)
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        stored = receive(channel, headers, request.body)
    except RequestDataTooBig:
        return HttpResponse(status=413)
    except NotGenuine as error:
        logger.warning("A message for the channel %s was not genuine: %s", slug, error)
        return HttpResponse(status=401)
    if stored and channel.active:
        hurry(channel)
    return HttpResponse("ok", content_type="text/plain")


def hurry(channel: Channel) -> None:
    """Have it worked soon. Without the queue's server the clock does it, a little later."""
    with suppress(RedisError, OSError):
        if cache.add(f"hooked:{channel.pk}", 1, HURRIED_FOR):
            enqueue("channels", tend_channel, channel.pk)

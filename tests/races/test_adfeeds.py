"""Two builders of one feed at once: one builds, the other goes away, and the file is whole."""

import gzip
from functools import partial

import pytest

from stocke.channels.adfeeds.domain.building import ad_storage, build
from tests.factories.adfeeds import AdFeedFactory, AdvertisedFactory
from tests.factories.channels import ChannelFactory
from tests.races.threads import at_once, times

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media")]


def test_of_two_builders_at_once_one_builds() -> None:
    feed = AdFeedFactory(ChannelFactory())
    for _ in range(3):
        AdvertisedFactory(feed.channel, 5)

    built = at_once(*times(4, partial(build, feed.pk)))

    feed.refresh_from_db()
    # Who came after the first had ended may have built once more, the same.
    assert True in built
    assert (feed.rows, feed.claim) == (3, None)
    with ad_storage().open(feed.file) as file:
        assert gzip.decompress(file.read()).decode().count("\n") == 4
    assert len(ad_storage().listdir(str(feed.pk))[1]) == 1

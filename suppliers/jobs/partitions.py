"""Room for what suppliers will say."""

from django.utils import timezone

from suppliers.domain.partitions import ensure_partitions


def make_partitions() -> None:
    """Make the observation partitions of the months ahead; does nothing when they stand."""
    ensure_partitions(timezone.now())

"""What is kept, for how long, and how much of it there is."""

from django.http import HttpResponse

from stocke.core.queries import timeline
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.partials import page
from stocke.core.web.settings_tabs import tabs_for
from stocke.core.web.timeline import build_timeline
from suppliers.queries.retention import horizon, sizes_of
from suppliers.tables.retention import TABLES, kept_rows


@staff_can("settings.view")
def kept(request: StaffRequest) -> HttpResponse:
    return page(
        request,
        "suppliers/kept.html",
        rows=kept_rows(sizes_of(list(TABLES))),
        horizon=horizon(),
        timeline=build_timeline(timeline("retention"), request),
        tabs=tabs_for(request),
        nav_key="settings",
    )

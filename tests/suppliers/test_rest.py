"""Interfaces that give their articles in pages, each described without code."""

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from pytest_django.fixtures import Settings

from suppliers.readers import read
from suppliers.transports import NotFetched, Source
from suppliers.transports.paging import articles_in, at_path
from tests.fakes.web import FakeWeb, running_web, send
from tests.suppliers.transports_at_work import failed, fetched, source

WORD = "not-to-be-seen-anywhere"


@pytest.fixture
def web(settings: Settings) -> Generator[FakeWeb]:
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    with running_web() as started:
        yield started


def articles(*numbers: int) -> list[dict[str, Any]]:
    return [{"sku": f"A-{number}", "stock": {"qty": number}} for number in numbers]


def answer(web: FakeWeb, path: str, body: Any, *, link: str = "") -> None:
    if link:
        web.put(path, json.dumps(body).encode(), Link=link)
    else:
        web.put(path, json.dumps(body).encode())


def at(web: FakeWeb, path: str = "/api", **access: Any) -> Source:
    return source(access, location=web.url(path))


def skus(asked: Source, desk: Path) -> list[str]:
    """The articles of the joined file, as the readers read them."""
    got = fetched("rest", asked, desk)
    assert got.file_name == "pages.json"
    return read(got.path).rows["key"].to_list()


def test_pages_by_number_end_with_an_empty_one(web: FakeWeb, tmp_path: Path) -> None:
    answer(web, "/api?list=all&per_page=2&page=1", {"data": {"items": articles(1, 2)}, "errors": []})
    answer(web, "/api?list=all&per_page=2&page=2", {"data": {"items": articles(3)}, "errors": []})
    answer(web, "/api?list=all&per_page=2&page=3", {"data": {"items": []}, "errors": []})
    asked = at(web, "/api?list=all", paging="page", items="data.items", size_parameter="per_page", size=2)

    assert skus(asked, tmp_path) == ["A-1", "A-2", "A-3"]
    assert len(web.asked) == 3


def test_an_interface_that_gives_fewer_than_asked_for_loses_nothing(web: FakeWeb, tmp_path: Path) -> None:
    answer(web, "/api?limit=500&page=0", articles(1, 2))
    answer(web, "/api?limit=500&page=1", articles(3, 4))
    answer(web, "/api?limit=500&page=2", [])
    asked = at(web, paging="page", first=0, size_parameter="limit", size=500)

    assert skus(asked, tmp_path) == ["A-1", "A-2", "A-3", "A-4"]


@pytest.mark.parametrize("end", ["not there", "the last one again"])
def test_an_interface_may_end_in_other_ways(web: FakeWeb, tmp_path: Path, end: str) -> None:
    answer(web, "/api?page=1", articles(1, 2))
    answer(web, "/api?page=2", articles(3))
    if end == "the last one again":
        answer(web, "/api?page=3", articles(3))

    assert skus(at(web, paging="page"), tmp_path) == ["A-1", "A-2", "A-3"]


def test_pages_by_offset_count_what_came(web: FakeWeb, tmp_path: Path) -> None:
    answer(web, "/api?skip=0", articles(1, 2))
    answer(web, "/api?skip=2", articles(3))
    answer(web, "/api?skip=3", [])

    assert skus(at(web, paging="offset", parameter="skip"), tmp_path) == ["A-1", "A-2", "A-3"]


@pytest.mark.parametrize("end", [None, "", False, "absent"])
def test_pages_by_a_mark_end_where_none_is_given(web: FakeWeb, tmp_path: Path, end: Any) -> None:
    answer(web, "/api", {"items": articles(1), "meta": {"next": "b/2=="}})
    answer(web, "/api?cursor=b%2F2%3D%3D", {"items": articles(2), "meta": {"next": 77}})
    answer(web, "/api?cursor=77", {"items": articles(3), "meta": {} if end == "absent" else {"next": end}})

    assert skus(at(web, paging="cursor", next_path="meta.next"), tmp_path) == ["A-1", "A-2", "A-3"]


def test_pages_by_an_address_in_the_answer(web: FakeWeb, tmp_path: Path) -> None:
    answer(web, "/api", {"results": articles(1), "next": web.url("/api?p=2")})
    answer(web, "/api?p=2", {"results": articles(2), "next": "/api?p=3"})
    answer(web, "/api?p=3", {"results": articles(3), "next": None})

    assert skus(at(web, paging="next", items="results", next_path="next"), tmp_path) == ["A-1", "A-2", "A-3"]


def test_pages_by_an_address_in_the_head(web: FakeWeb, tmp_path: Path) -> None:
    answer(web, "/api", articles(1), link='</api?after=1>; rel="next", </api?after=9>; rel="last"')
    answer(web, "/api?after=1", articles(2))

    assert skus(at(web, paging="link"), tmp_path) == ["A-1", "A-2"]


def test_each_page_is_asked_for_with_the_key(web: FakeWeb, tmp_path: Path) -> None:
    answer(web, "/api", articles(1), link='</api?after=1>; rel="next"')
    answer(web, "/api?after=1", articles(2))
    asked = source({"auth": "bearer", "paging": "link"}, location=web.url("/api"), secret=WORD)

    fetched("rest", asked, tmp_path)

    assert [headers["Authorization"] for headers in web.headers] == [f"Bearer {WORD}"] * 2


def test_a_next_page_on_another_server_is_not_asked_for(web: FakeWeb, tmp_path: Path) -> None:
    with running_web() as other:
        answer(web, "/api", articles(1), link=f'<{other.url("/api")}>; rel="next"')
        asked = source({"auth": "bearer", "paging": "link"}, location=web.url("/api"), secret=WORD)

        assert failed("rest", asked, tmp_path) == ("other_server", False)
        assert other.asked == []


def test_an_interface_that_leads_in_a_circle_is_left(web: FakeWeb, tmp_path: Path) -> None:
    answer(web, "/api", articles(1), link='</api?after=1>; rel="next"')
    answer(web, "/api?after=1", articles(2), link='</api>; rel="next"')
    answer(web, "/same?page=1", articles(1, 2))
    answer(web, "/same?page=2", articles(1, 2))

    assert failed("rest", at(web, paging="link"), tmp_path) == ("same_page", False)
    assert failed("rest", at(web, "/same", paging="page"), tmp_path) == ("same_page", False)


def test_a_page_that_fails_fails_the_file(web: FakeWeb, tmp_path: Path) -> None:
    answer(web, "/api?page=1", articles(1))
    web.put("/api?page=2", b"", status=500)

    assert failed("rest", at(web, paging="page"), tmp_path) == ("status_later", True)


@pytest.mark.parametrize(
    ("first", "sentence"),
    [
        (200, "Page 2 of the interface did not come. The server answered 503 instead of the file."),
        (503, "The server answered 503 instead of the file."),
    ],
)
def test_a_failure_says_which_page_did_not_come_where_others_did(
    web: FakeWeb, tmp_path: Path, first: int, sentence: str
) -> None:
    web.put("/api?page=1", json.dumps(articles(1)).encode(), status=first)
    web.put("/api?page=2", b"", status=503)

    with pytest.raises(NotFetched) as caught:
        fetched("rest", at(web, paging="page"), tmp_path)

    with translation.override("en"):
        assert (caught.value.code, caught.value.retry, str(caught.value)) == ("status_later", True, sentence)


def test_an_interface_that_asks_for_patience_gets_it(web: FakeWeb, tmp_path: Path) -> None:
    """In the middle of its pages; for longer, the run is put off as a whole."""
    answers = iter([(b"", 429, {"Retry_After": "0"}), (json.dumps(articles(1)).encode(), 200, {})])
    web.answers["/api"] = lambda request: send(request, *next(answers))
    web.put("/late", b"", status=429, Retry_After="3600")

    assert skus(at(web), tmp_path) == ["A-1"]
    assert failed("rest", at(web, "/late"), tmp_path) == ("busy", True)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<html>Sign in</html>", "not_json"),
        (b'{"items": [', "not_json"),
        (b"[" * 100_000, "not_json"),
        (b'{"items": "none"}', "no_articles"),
        (b'{"a": [], "b": []}', "no_articles"),
        (b"[1, 2]", "no_articles"),
    ],
)
def test_what_is_no_list_of_articles_is_said(web: FakeWeb, tmp_path: Path, body: bytes, code: str) -> None:
    web.put("/api", body)

    assert failed("rest", at(web), tmp_path) == (code, False)


def test_numbers_keep_the_signs_they_were_written_with(web: FakeWeb, tmp_path: Path) -> None:
    long = "9" * 5_000
    web.put(
        "/api", b'[{"sku": "A", "price": 12.10, "ean": %s, "qty": NaN, "name": "\\u00e9\\n"}]' % long.encode()
    )

    text = fetched("rest", at(web), tmp_path).path.read_text()

    assert text == f'[\n{{"sku": "A", "price": 12.10, "ean": {long}, "qty": null, "name": "\\u00e9\\n"}}\n]\n'


def test_an_interface_without_articles_gives_an_empty_list(web: FakeWeb, tmp_path: Path) -> None:
    answer(web, "/api", {"items": []})

    assert fetched("rest", at(web), tmp_path).path.read_text() == "[]\n"


def test_articles_may_stand_under_their_names() -> None:
    assert articles_in({"stock": {"A-1": {"qty": 1}, "A-2": {"qty": 2}}}, "stock") == [
        {"id": "A-1", "qty": 1},
        {"id": "A-2", "qty": 2},
    ]


@pytest.mark.parametrize(
    ("path", "found"),
    [("a.b", 1), ("a.c", None), ("list.1.x", 2), ("list.9.x", None), ("a.b.c", None), ("", ...)],
)
def test_a_path_leads_to_a_value_or_to_nothing(path: str, found: Any) -> None:
    whole = {"a": {"b": 1}, "list": [{"x": 1}, {"x": 2}]}

    assert at_path(whole, path) == (whole if found is ... else found)

"""What the page about the API makes of its description."""

import json
from collections import Counter
from collections.abc import Iterator
from importlib import import_module

from ninja import Schema

from stocke.core.web.api_words import Field, fields, operations

SHAPES = {
    "OrderIn": {
        "type": "object",
        "required": ["external_id", "lines"],
        "properties": {
            "external_id": {"type": "string", "description": "the shop's number"},
            "lines": {"type": "array", "items": {"$ref": "#/components/schemas/LineIn"}},
            "promised_on": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
            "ship_to": {"allOf": [{"$ref": "#/components/schemas/AddressIn"}]},
            "currency": {"type": "string", "default": "EUR"},
        },
    },
    "LineIn": {
        "type": "object",
        "required": ["sku", "quantity"],
        "properties": {
            "sku": {"type": "string", "examples": ["ALB-LAI-01"]},
            "quantity": {"type": "integer", "minimum": 1, "maximum": 999},
        },
    },
    "AddressIn": {"type": "object", "properties": {"city": {"type": "string", "maxLength": 120}}},
    "Error": {"type": "object", "properties": {"message": {"type": "string"}}},
    "Tree": {"type": "object", "properties": {"child": {"$ref": "#/components/schemas/Tree"}}},
}


def of(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def answer(words: str, shape: str) -> dict[str, object]:
    return {"description": words, "content": {"application/json": {"schema": of(shape)}}}


def described(**operation: object) -> dict[str, object]:
    stated = {"operationId": "hand_over", "summary": "Hand over", "responses": {}, **operation}
    return {"paths": {"/orders": {"post": stated}}, "components": {"schemas": SHAPES}}


def test_every_field_is_told_with_its_path_kind_and_bounds() -> None:
    assert list(fields(of("OrderIn"), SHAPES)) == [
        Field("external_id", "text", True, "the shop's number"),
        Field("lines", "list", True),
        Field("lines[].sku", "text", True),
        Field("lines[].quantity", "integer", True, "1 to 999"),
        Field("promised_on", "day or null", False),
        Field("ship_to", "object", False),
        Field("ship_to.city", "text", False, "at most 120 characters"),
        Field("currency", "text", False, default='"EUR"'),
    ]


def test_a_shape_inside_itself_ends() -> None:
    assert [field.name for field in fields(of("Tree"), SHAPES)][:2] == ["child", "child.child"]
    assert len(list(fields(of("Tree"), SHAPES))) == 6


def test_the_example_is_the_least_that_must_be_sent() -> None:
    body = {"content": {"application/json": {"schema": of("OrderIn")}}}

    (operation,) = operations(described(requestBody=body))

    assert json.loads(operation.example) == {
        "external_id": "…",
        "lines": [{"sku": "ALB-LAI-01", "quantity": 1}],
    }


def test_answers_of_one_shape_stand_together() -> None:
    responses = {
        "409": answer("Conflict", "Error"),
        "200": answer("OK", "AddressIn"),
        "422": answer("Wrong", "Error"),
    }

    (operation,) = operations(described(responses=responses))

    assert [one.statuses for one in operation.answers] == [
        (("200", "OK"),),
        (("409", "Conflict"), ("422", "Wrong")),
    ]


def test_what_is_not_json_has_no_example() -> None:
    body = {"content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}}}

    (operation,) = operations(described(requestBody=body))

    assert (operation.content_type, operation.example, operation.body) == ("text/csv", "", ())


def every_schema(schema: type[Schema] = Schema) -> Iterator[type[Schema]]:
    for below in schema.__subclasses__():
        yield below
        yield from every_schema(below)


def test_no_two_things_of_the_interface_have_the_same_name() -> None:
    """The description names them by it alone: the second would be described as the first."""
    import_module("stocke.urls")
    # What ninja makes around an answer has one name by design.
    own = (one.__name__ for one in every_schema() if one.__name__ != "NinjaResponseSchema")
    names = Counter(own)

    assert [name for name, times in names.items() if times > 1] == []

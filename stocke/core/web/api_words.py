"""An OpenAPI description as a reader wants it: what to send, field by field, and what comes back. Pure."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

type Schema = Mapping[str, Any]
KINDS = {
    "string": "text",
    "integer": "integer",
    "number": "number",
    "boolean": "true or false",
    "array": "list",
}
FORMATS = {"date": "day", "date-time": "moment", "binary": "file", "uuid": "UUID"}
EXAMPLES: Mapping[str, object] = {
    "text": "…",
    "integer": 1,
    "number": 1.5,
    "true or false": True,
    "day": "2026-12-01",
    "moment": "2026-11-23T09:30:00+01:00",
}
METHODS = ("get", "post", "put", "patch", "delete")
# A shape inside itself would never end.
DEEPEST = 5


@dataclass(frozen=True)
class Field:
    """One field, with the path to it: `lines[].sku`."""

    name: str
    kind: str
    is_required: bool
    meaning: str = ""
    default: str = ""


@dataclass(frozen=True)
class Answer:
    """Every status that answers with the same shape."""

    statuses: tuple[tuple[str, str], ...]
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Operation:
    id: str
    method: str
    path: str
    title: str
    text: str
    asks_for_token: bool
    parameters: tuple[Field, ...]
    content_type: str
    body: tuple[Field, ...]
    example: str
    answers: tuple[Answer, ...]


def operations(described: Schema) -> list[Operation]:
    """In the order of the description."""
    shapes = described.get("components", {}).get("schemas", {})
    return [
        operation(path, method, stated[method], shapes)
        for path, stated in described["paths"].items()
        for method in METHODS
        if method in stated
    ]


def operation(path: str, method: str, stated: Schema, shapes: Schema) -> Operation:
    bodies: Schema = stated.get("requestBody", {}).get("content", {})
    content_type = next(iter(bodies), "")
    schema = bodies[content_type].get("schema", {}) if bodies else {}
    sample = example(schema, shapes) if content_type == "application/json" else None
    return Operation(
        id=stated["operationId"],
        method=method.upper(),
        path=path,
        title=stated.get("summary", path),
        text=stated.get("description", ""),
        asks_for_token=bool(stated.get("security")),
        parameters=tuple(parameter(one, shapes) for one in stated.get("parameters", ())),
        content_type=content_type,
        body=tuple(fields(schema, shapes)),
        example="" if sample is None else json.dumps(sample, indent=2, ensure_ascii=False),
        answers=tuple(answers(stated["responses"], shapes)),
    )


def answers(stated: Schema, shapes: Schema) -> Iterator[Answer]:
    """Grouped by what comes back, in the order of their first status."""
    grouped: dict[str, list[str]] = {}
    for status in sorted(stated, key=str):
        grouped.setdefault(json.dumps(schema_of(stated[status])), []).append(status)
    for schema, statuses in grouped.items():
        named = tuple((status, stated[status].get("description", "")) for status in statuses)
        yield Answer(named, tuple(fields(json.loads(schema), shapes)))


def schema_of(response: Schema) -> Schema:
    return next((content.get("schema", {}) for content in response.get("content", {}).values()), {})


def parameter(stated: Schema, shapes: Schema) -> Field:
    schema = resolved(stated["schema"], shapes)
    said = {"description": stated.get("description", ""), **schema}
    return field(stated["name"], said, is_required=stated.get("required", False))


def fields(schema: Schema, shapes: Schema, before: str = "", depth: int = 0) -> Iterator[Field]:
    """Those of an object, each followed by those inside it."""
    shape = resolved(schema, shapes)
    for name, stated in shape.get("properties", {}).items():
        inner = resolved(stated, shapes)
        yield field(before + name, {**inner, **stated}, is_required=name in shape.get("required", ()))
        is_list = inner.get("type") == "array"
        if depth < DEEPEST:
            path = f"{before}{name}{'[]' if is_list else ''}."
            yield from fields(inner.get("items", {}) if is_list else inner, shapes, path, depth + 1)


def field(name: str, schema: Schema, *, is_required: bool) -> Field:
    default = schema.get("default")
    shown = "" if default in (None, "") else json.dumps(default, ensure_ascii=False)
    sentence = ", ".join(part for part in (schema.get("description", ""), bounds(schema)) if part)
    return Field(name, kind(schema), is_required, sentence, shown)


def resolved(schema: Schema, shapes: Schema) -> Schema:
    """The schema behind a reference; of alternatives, the one that is not null, marked so."""
    if "$ref" in schema:
        return dict(shapes[schema["$ref"].rsplit("/", 1)[-1]])
    for group in ("allOf", "anyOf", "oneOf"):
        if group in schema:
            some: Schema = next((one for one in schema[group] if one.get("type") != "null"), {})
            nullable = any(one.get("type") == "null" for one in schema[group])
            return {**resolved(some, shapes), "nullable": nullable}
    return schema


def kind(schema: Schema) -> str:
    words = FORMATS.get(str(schema.get("format", "")), KINDS.get(str(schema.get("type", "")), "object"))
    return f"{words} or null" if schema.get("nullable") else words


def bounds(schema: Schema) -> str:
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is not None and most is not None:
        # A bound that only keeps the database's own is of no use to a reader.
        return f"at least {least}" if most > 2**53 else f"{least} to {most}"
    longest = schema.get("maxLength")
    return f"at most {longest} characters" if longest else ""


def example(schema: Schema, shapes: Schema, depth: int = 0) -> object:
    """What must be sent at least, with the values that the description gives."""
    shape = resolved(schema, shapes)
    stated = [*schema.get("examples", ()), *shape.get("examples", ())]
    if stated:
        return stated[0]
    if shape.get("type") == "array":
        return [example(shape.get("items", {}), shapes, depth + 1)] if depth < DEEPEST else []
    if "properties" not in shape:
        return EXAMPLES.get(kind(shape).removesuffix(" or null"))
    needed = (name for name in shape["properties"] if name in shape.get("required", ()))
    return {name: example(shape["properties"][name], shapes, depth + 1) for name in needed}

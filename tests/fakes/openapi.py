"""What a published description of an interface (OpenAPI 3.0) says of a call and of its answer.

Values are judged by a validator of JSON Schema that is not ours. On top of it everything that a description does not
name is wrong: a path, a question, a field, a status.
"""

import gzip
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import fastjsonschema
import yaml

type Row = dict[str, Any]
KEPT = (
    "type",
    "enum",
    "required",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "multipleOf",
    "format",
)
FORMATS = frozenset({"date-time", "date", "email", "uuid"})
SEVERAL = ("allOf", "anyOf", "oneOf")
DRAFT = "http://json-schema.org/draft-04/schema#"


class Description:
    """One file. What is wrong is said in words; an empty list is a yes.

    Of the schemas in `overlapping`, which say "one of", several may fit: their own examples fit two.
    """

    def __init__(self, file: Path, overlapping: frozenset[str] = frozenset()) -> None:
        self.whole: Row = yaml.load(gzip.decompress(file.read_bytes()), Loader=yaml.CSafeLoader)
        schemas = self.whole.get("components", {}).get("schemas", {})
        self.schemas = {name: plain(schema) for name, schema in schemas.items()}
        for name in overlapping & self.schemas.keys():
            self.schemas[name] = {"anyOf": self.schemas[name]["oneOf"]}
        self.judges: dict[str, Callable[[Any], Any]] = {}

    def resolved(self, node: Row) -> Row:
        while "$ref" in node:
            found: Any = self.whole
            for part in node["$ref"].removeprefix("#/").split("/"):
                found = found[part.replace("~1", "/")]
            node = found
        return node

    def operation(self, method: str, path: str) -> tuple[str, Row, dict[str, str]] | None:
        """Its path with gaps, the operation with all of its parameters, and what stands in the gaps."""
        for template, item in self.whole["paths"].items():
            gaps = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template), path)
            if gaps and method.lower() in item:
                operation = item[method.lower()]
                listed = [*item.get("parameters", []), *operation.get("parameters", [])]
                return (
                    template,
                    {**operation, "parameters": list(map(self.resolved, listed))},
                    gaps.groupdict(),
                )
        return None

    def wrong_call(
        self, method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str], body: bytes
    ) -> list[str]:
        """`headers` are in lower case."""
        found = self.operation(method, path)
        if found is None:
            return [f"{method} {path} is not described"]
        _template, operation, gaps = found
        given = {"query": query, "path": gaps, "header": headers}
        parameters = operation["parameters"]
        named = {one["name"] for one in parameters if one["in"] == "query"}
        wrong = [f"?{name} is not described" for name in query if name not in named]
        for one in parameters:
            name = one["name"].lower() if one["in"] == "header" else one["name"]
            wrong += self.wrong_parameter(one, given[one["in"]].get(name))
        return wrong + self.wrong_body(operation, headers, body)

    def wrong_parameter(self, parameter: Row, said: str | None) -> Iterator[str]:
        if said is None:
            if parameter.get("required"):
                yield f"{parameter['in']} {parameter['name']} is missing"
            return
        schema = self.resolved(parameter.get("schema", {}))
        for error in self.wrong_value(schema, read_as(schema, said)):
            yield f"{parameter['in']} {parameter['name']}: {error}"

    def wrong_body(self, operation: Row, headers: Mapping[str, str], body: bytes) -> list[str]:
        wanted = self.resolved(operation.get("requestBody", {}))
        if not body:
            return ["the body is missing"] if wanted.get("required") else []
        kind = headers.get("content-type", "").partition(";")[0]
        if kind not in wanted.get("content", {}):
            return [f"a body of {kind or 'no type'} is not described"]
        return self.wrong_data(wanted["content"][kind].get("schema", {}), json.loads(body), "body")

    def wrong_answer(self, method: str, path: str, status: int, told: Any) -> list[str]:
        found = self.operation(method, path)
        if found is None:
            return [f"{method} {path} is not described"]
        answers = {str(code): answer for code, answer in found[1]["responses"].items()}
        if str(status) not in answers:
            return [f"a {status} is not described"]
        content = self.resolved(answers[str(status)]).get("content", {})
        kinds = [one.get("schema", {}) for kind, one in content.items() if kind.endswith("json")]
        if not kinds:
            return [] if told is None else [f"a {status} has no body"]
        return self.wrong_data(kinds[0], told, "answer")

    def wrong_data(self, schema: Row, value: Any, at: str) -> list[str]:
        return [f"{at}: {error}" for error in self.wrong_value(schema, value)] + list(
            self.unnamed([schema], value, at)
        )

    def wrong_value(self, schema: Row, value: Any) -> list[str]:
        """The first thing that the validator finds."""
        key = json.dumps(schema, sort_keys=True, default=str)
        if key not in self.judges:
            known = {"components": {"schemas": self.schemas}}
            self.judges[key] = fastjsonschema.compile({"$schema": DRAFT, "allOf": [plain(schema)], **known})
        try:
            self.judges[key](value)
        except fastjsonschema.JsonSchemaValueException as error:
            return [str(error.message)]
        return []

    def unnamed(self, schemas: Sequence[Row], value: Any, at: str) -> Iterator[str]:
        """Fields that none of these schemas names, where they name any."""
        flat = list(self.flattened(schemas))
        if isinstance(value, list):
            items = [one["items"] for one in flat if "items" in one]
            for place, one in enumerate(value):
                yield from self.unnamed(items, one, f"{at}[{place}]")
        elif isinstance(value, dict):
            open_ = any(one.get("additionalProperties") for one in flat)
            for name, inner in value.items():
                about = [one["properties"][name] for one in flat if name in one.get("properties", {})]
                if not about and not open_ and any("properties" in one for one in flat):
                    yield f"{at}.{name} is not described"
                yield from self.unnamed(about, inner, f"{at}.{name}")

    def flattened(self, schemas: Sequence[Row]) -> Iterator[Row]:
        for schema in schemas:
            one = self.resolved(schema)
            yield one
            for word in SEVERAL:
                yield from self.flattened(one.get(word, []))


def plain(schema: Row) -> Row:
    """The same as JSON Schema knows it: without examples and words, `nullable` as a type."""
    if "$ref" in schema:
        return {"$ref": schema["$ref"]}
    kept = {word: schema[word] for word in KEPT if word in schema}
    if kept.get("format") not in FORMATS:
        kept.pop("format", None)
    if schema.get("nullable") and "type" in kept:
        kept["type"] = [kept["type"], "null"]
        kept |= {"enum": [*kept["enum"], None]} if "enum" in kept else {}
    kept |= {word: [plain(one) for one in schema[word]] for word in SEVERAL if word in schema}
    if "items" in schema:
        kept["items"] = plain(schema["items"])
    if "properties" in schema:
        kept["properties"] = {name: plain(one) for name, one in schema["properties"].items()}
    if isinstance(more := schema.get("additionalProperties"), dict):
        kept["additionalProperties"] = plain(more)
    elif more is False and "properties" in schema:
        kept["additionalProperties"] = False
    return kept


def read_as(schema: Row, said: str) -> Any:
    """What a word of an address is where its schema wants a number, a yes or a list."""
    match schema.get("type"):
        case "integer" if re.fullmatch(r"-?\d+", said):
            return int(said)
        case "number" if re.fullmatch(r"-?\d+(\.\d+)?", said):
            return float(said)
        case "boolean" if said in ("true", "false"):
            return said == "true"
        case "array":
            return [read_as(schema.get("items", {}), one) for one in said.split(",")]
    return said


@cache
def description(file: Path, overlapping: frozenset[str] = frozenset()) -> Description:
    """Read once: these files are large."""
    return Description(file, overlapping)

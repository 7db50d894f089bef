"""The check of a JSON line against the schema that docs/cli.md lists."""

from __future__ import annotations

from typing import Any

from tui_nn.cli.events import schema_of

_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str, "integer": int, "number": (int, float), "boolean": bool, "object": dict, "array": list,
    "null": type(None),
}  # fmt: skip


def faults_of(command: str, line: dict[str, Any]) -> list[str]:
    """Return what is wrong with a line that a command has printed: unknown or missing keys, and values of another type."""
    schema = schema_of(command, line["event"])
    if schema is None:
        return [f"{command} has no event {line['event']}"]
    known = {name.rstrip("?"): types for name, types in schema.items()}
    needed = {name for name in schema if not name.endswith("?")}
    faults = [f"{line['event']} has the unknown key {key}" for key in line if key not in known]
    faults += [f"{line['event']} has no {key}" for key in sorted(needed - set(line))]
    for key, value in line.items():
        allowed = known.get(key, "").split(" | ")
        if key in known and not any(_is(value, name) for name in allowed):
            faults.append(f"{line['event']}: {key} is {value!r:.40}: it must be {' or '.join(allowed)}")
    return faults


def _is(value: Any, name: str) -> bool:
    if isinstance(value, bool):
        return name == "boolean"
    return isinstance(value, _TYPES[name])

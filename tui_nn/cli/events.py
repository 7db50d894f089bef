"""The schema of the JSON lines that the commands print with --json.

docs/cli.md lists it, and the tests check every line against it.

The types are those of JSON. "number | null" means a number or null. A "?" after the name of a key
means that the key can be missing.
"""

from __future__ import annotations

from collections.abc import Mapping

Event = Mapping[str, str]
"""The type of each key of an event."""

_PLACE: Event = {
    "preset": "string",
    "network": "object",
    "training": "object",
    "epoch": "integer",
    "batch": "integer",
    "branch": "integer",
    "parameters_sha256": "string",
}
"""The keys that identify a network: its settings, the position in the run, and a digest of the parameters.
"""

_SCORES: Event = {
    "train_loss": "number | null",
    "train_accuracy": "number",
    "validation_loss?": "number | null",
    "validation_accuracy?": "number",
    "test_loss": "number | null",
    "test_accuracy": "number",
    "seconds": "number",
}

_DATA: Event = {
    "name": "string",
    "source": "string",
    "digest": "string",
    "side": "integer",
    "classes": "array",
    "training": "integer",
    "validation": "integer | null",
    "test": "integer",
    "pixels": "object",
}

ALWAYS: Event = {"event": "string", "not_finite?": "object"}
"""The keys of every event. JSON has no NaN or infinity, so such a number becomes null. The dict `not_finite` then
contains the path of its key, such as "layers.0.a_mean", and its text, such as "nan".
"""

ERROR: Event = {"command": "string", "messages": "array", "exit_code": "integer"}
"""The event `error`, which any command prints last if it fails."""

EVENTS: Mapping[str, Mapping[str, Event]] = {
    "train": {
        "started": {
            "preset": "string",
            "network": "object",
            "training": "object",
            "parameters": "integer",
            "data": "string",
            "train_examples": "integer",
            "validation_examples": "integer",
            "test_examples": "integer",
            "epoch": "integer",
        },
        "epoch": {"epoch": "integer", **_SCORES},
        "hint": {
            "epoch": "integer",
            "name": "string",
            "title": "string",
            "says": "string",
            "why": "string",
            "fix": "object | null",
        },
        "finished": {
            "reason": "string",
            "epoch": "integer",
            "batch": "integer",
            "step": "integer",
            "validation_loss?": "number | null",
            "validation_accuracy?": "number",
            "test_loss": "number | null",
            "test_accuracy": "number",
            "best_epoch": "integer | null",
            "best_epoch_by": "string",
            "scores": "object",
            "seconds": "number",
            "saved": "string | null",
            "parameters_sha256": "string",
        },
    },
    "evaluate": {
        "evaluated": {
            **_PLACE,
            "data": "string",
            "examples": "integer",
            "unanswered": "integer",
            "correct": "integer",
            "accuracy": "number",
            "loss": "number | null",
            "validation": "object | null",
            "per_class_recall": "array",
            "per_class_precision": "array",
            "never_predicted": "array",
            "confusion_matrix": "array",
            "most_confused": "array",
            "calibration_error": "number | null",
            "calibration": "object",
        }
    },
    "history": {
        "history": {
            **_PLACE,
            "share": "string",
            "share_at_start": "string",
            "data": "string",
            "branches": "integer",
            "bookmarks": "array",
            "made_with": "array",
        },
        "branch": {
            "branch": "integer",
            "name": "string",
            "parent": "integer | null",
            "from_epoch": "integer",
            "from_batch": "integer",
            "epoch": "integer",
            "batch": "integer",
            "diverged": "string",
            "changes": "array",
        },
        "epoch": {"branch": "integer", "epoch": "integer", **_SCORES},
    },
    "play": {
        "line": {
            "line": "integer",
            "text": "string",
            "epoch": "integer",
            "batch": "integer",
            "branch": "integer",
            "parameters_sha256": "string",
            "test_loss": "number | null",
            "test_accuracy": "number",
        },
        "finished": {"lines": "integer", **_PLACE},
    },
    "compare": {"compared": {"runs": "array", "settings": "object", "mcnemar": "array"}},
    "sweep": {
        "sweep": {
            "axes": "object",
            "seeds": "array",
            "runs": "integer",
            "network": "object",
            "training": "object",
        },
        "run": {
            "key": "string",
            "seed": "integer",
            "end": "string",
            "trained": "integer",
            "epoch": "integer",
            **_SCORES,
            "parameters_sha256": "string",
        },
        "ranked": {
            "place": "integer",
            "settings": "object",
            "decided_by": "string",
            "diverged": "integer",
            "accuracy": "number | null",
            "loss": "number | null",
            "test_accuracy": "number | null",
            "accuracy_spread": "number | null",
            "loss_spread": "number | null",
            "test_accuracy_spread": "number | null",
            "runs": "array",
        },
        "finished": {
            "best": "object | null",
            "difference": "number | null",
            "chance": "number | null",
            "least_chance": "number | null",
        },
    },
    "find-rate": {
        "rate": {"rate": "number", "loss": "number | null", "smooth": "number | null"},
        "finished": {
            "suggested": "number | null",
            "steepest": "number",
            "lowest": "number",
            "ended": "string",
        },
    },
    "mistakes": {
        "mistake": {
            "index": "integer",
            "true": "integer",
            "predicted": "integer | null",
            "p_true": "number | null",
            "p_predicted": "number | null",
            "p_next": "number | null",
            "loss": "number | null",
            "margin": "number | null",
            "last_right": "integer | null",
        },
        "finished": {
            **_PLACE,
            "data": "string",
            "listed": "integer",
            "found": "integer",
            "misclassified": "integer",
            "examples": "integer",
            "answered?": "integer",
            "answered_right?": "integer",
        },
    },
    "inspect": {
        "inspected": {
            **_PLACE,
            "data": "string",
            "examples": "integer",
            "test_examples": "integer",
            "parameters": "integer",
            "expected_loss": "number",
            "first_loss": "number | null",
            "test_loss": "number | null",
            "test_accuracy": "number",
            "pixels": "object",
            "layers": "array",
            "layers_at_start": "array",
            "epochs": "array",
            "hints": "array",
        }
    },
    "predict": {
        "predicted": {
            "image": "string",
            "predicted": "integer | null",
            "class_name": "string | null",
            "outputs": "array",
            "output": "string",
            "dark_on_light": "boolean | null",
            "doubts": "array",
            "picture?": "array",
        },
        "refused": {"image": "string", "reason": "string"},
    },
    "trace": {
        "update": {
            **_PLACE,
            "sizes": "array",
            "batches": "integer",
            "batch_size": "integer",
            "learning_rate": "number",
            "optimizer": "string",
            "example": "integer",
            "number": "integer",
            "label": "integer",
            "path": "array",
        },
        "act": {
            "act": "integer",
            "name": "string",
            "phase": "string",
            "layer": "integer | null",
            "formula": "string",
            "shapes": "string",
            "code": "string",
            "sentence": "string",
            "numbers": "string",
            "values": "array | number | null",
        },
        "finished": {
            "acts": "integer",
            "loss": "number | null",
            "loss_after": "number | null",
            "predicted_change": "number | null",
            "parameters_sha256": "string | null",
            "failed_in": "string | null",
        },
    },
    "check-gradients": {
        "gradient": {
            "layer": "integer",
            "kind": "string",
            "index": "array",
            "backprop": "number | null",
            "numerical": "number | null",
            "relative_error": "number | null",
        },
        "finished": {"checked": "integer", "examples": "integer", "worst": "number | null", "agree": "boolean"},
    },
    "export": {"exported": {"path": "string", "kind": "string", "epoch": "integer"}},
    "data": {
        "data": {**_DATA, "notes": "array"},
        "converted": {"path": "string", **_DATA},
        "fetched": {"name": "string", "path": "string"},
    },
    "presets": {
        "preset": {
            "name": "string",
            "about": "string",
            "notebook": "string | null",
            "reported": "string",
            "network": "object",
            "training": "object",
        }
    },
    "runs": {
        "run": {
            "path": "string",
            "written": "string",
            "preset": "string",
            "sizes": "array",
            "epoch": "integer",
            "test_accuracy": "number",
            "saved": "boolean",
            "open": "boolean",
        }
    },
    "lesson": {
        "lesson": {
            "name": "string",
            "title": "string",
            "kind": "string",
            "minutes": "integer",
            "steps": "integer",
            "step": "integer",
            "done": "boolean",
        },
        "check": {
            "lesson": "string",
            "seed": "integer",
            "kind": "string",
            "repair": "string | null",
            "run": "string",
            "metric": "string",
            "label": "string",
            "bound": "string",
            "value": "number | null",
            "shown": "string",
            "passed": "boolean",
            "as_expected": "boolean",
        },
        "finished": {"lesson": "string", "seed": "integer", "holds": "boolean"},
        "summary": {"lessons": "integer", "seeds": "array", "failed": "integer"},
    },
    "class": {
        "report": {
            "file": "string",
            "learner": "string",
            "lesson": "string",
            "said": "string",
            "outcome": "string",
            "passed": "integer",
            "checks": "integer",
            "finished": "boolean",
        }
    },
    "config": {
        "preferences": {
            "path": "string",
            "theme": "string | null",
            "ascii": "boolean | null",
            "preset": "string | null",
            "data": "string | null",
            "workers": "integer | null",
            "timeline_memory": "integer | null",
            "remember": "boolean",
            "bell": "boolean",
            "layout": "string | null",
            "keys": "object",
            "problems": "array",
        },
        "key": {"action": "string", "keys": "array", "place": "string", "meaning": "string"},
    },
}
"""The events of each command that has --json, in the order in which a command prints them."""


def schema_of(command: str, event: str) -> Event | None:
    """Return the types of all keys of an event, by the name of the key. Return None if the command does not print this event."""
    own = ERROR if event == "error" else EVENTS.get(command, {}).get(event)
    return None if own is None else {**ALWAYS, **own}

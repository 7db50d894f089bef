"""The sections that the NumPy script and the PyTorch script share: data, start weights, random draws, and changes by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isqrt
from typing import Any

from tui_nn.core.choices.augmentation import ANGLES
from tui_nn.core.choices.edits import BIAS, OFF, Edit
from tui_nn.core.choices.initializers import INITIALIZERS
from tui_nn.core.choices.randomness import Purpose
from tui_nn.export.plan import Plan
from tui_nn.session.run.history import Change


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a script: a comment in the script, or the heading of a cell in a notebook, and its lines of code."""

    title: str
    lines: tuple[str, ...]


Lines = Iterator[str]


def indented(lines: Lines, by: int = 1) -> Lines:
    """Yield the lines, each indented by `by` levels."""
    for line in lines:
        yield "    " * by + line if line else line


def chosen(name: str, plan: Plan, code: dict[Any, list[str]]) -> Lines:
    """Yield the lines of `code` for the value that the setting `name` has in the run.

    If the setting changes during the run, yield an `if` block for each of its values.
    """
    values = plan.values(name)
    if len(values) == 1:
        yield from code[values[0]]
        return
    for value in values:
        if code[value]:
            yield f"if {name} == {value!r}:"
            yield from indented(iter(code[value]))


def where(on: str, plan: Plan, setting: str, lines: Lines) -> Lines:
    """Yield `lines`. If `setting` changes during the run, put them into an `if` block with the condition `on`."""
    if plan.changed(setting):
        yield f"if {on}:"
        lines = indented(lines)
    yield from lines


# ---- data


def data_lines(plan: Plan) -> Lines:
    """Yield the lines that read the data and divide it as the run does. `path` is the name of the file."""
    network, begun = plan.network, plan.begun
    scale = " / 255" if network.scale_pixels else ""
    names = ["train", "test"] + (["val"] if plan.validation == "data" else [])
    yield "data = np.load(path)"
    xs = ", ".join(f"x_{name}" for name in names)
    keys = ", ".join(f'"x_{name}"' for name in names)
    shaped = f'data[name].reshape(-1, {network.input_size}).astype("{network.dtype}"){scale}'
    yield f"{xs} = ({shaped} for name in ({keys}))".replace("x_val ", "x_validation ")
    ys = ", ".join(f"y_{name}" for name in names)
    yield f"{ys} = ".replace("y_val ", "y_validation ") + ", ".join(f'data["y_{name}"]' for name in names)
    if begun.train_limit is not None:
        yield f"x_train, y_train = x_train[:{begun.train_limit}], y_train[:{begun.train_limit}]"
    if plan.validation == "aside":
        own = plan.own
        yield "aside = np.zeros(len(y_train), dtype=bool)"
        labels = f"y_train[{own}:]" if own else "y_train"
        yield f"order = np.random.default_rng(({begun.seed}, {Purpose.VALIDATION})).permutation(len({labels}))"
        yield f"for label in range({network.output_size}):"
        yield f"    members = order[{labels}[order] == label]"
        add = f" + {own}" if own else ""
        yield f"    aside[members[: round({begun.validation!r} * len(members))]{add}] = True"
        yield "x_validation, y_validation = x_train[aside], y_train[aside]"
        yield "x_train, y_train = x_train[~aside], y_train[~aside]"


# ---- start weights


def weight_lines(plan: Plan) -> Lines:
    """Yield the lines that draw the start weights as NumPy arrays."""
    network, begun = plan.network, plan.begun
    bound = {
        "he_normal": "math.sqrt(2 / {i})", "he_uniform": "math.sqrt(6 / {i})",
        "xavier_normal": "math.sqrt(2 / {io})", "xavier_uniform": "math.sqrt(6 / {io})",
        "lecun_normal": "math.sqrt(1 / {i})", "lecun_uniform": "math.sqrt(3 / {i})",
        "normal": "{s}", "uniform": "{s}", "zeros": "0", "constant": "{s}",
    }[network.weight_init]  # fmt: skip
    assert set(INITIALIZERS) >= {network.weight_init}
    drawn = network.weight_init not in ("zeros", "constant")
    normal_biases = network.use_bias and network.bias_init == "normal"
    if drawn or normal_biases:
        if begun.generator == "legacy":
            yield f"random = np.random.RandomState({begun.seed})"
        else:
            yield f"random = np.random.default_rng(({begun.seed}, {Purpose.WEIGHTS}))"
    for layer in plan.layers:
        fan_in, fan_out = plan.sizes[layer - 1 : layer + 1]
        size = bound.format(i=fan_in, io=f"({fan_in} + {fan_out})", s=repr(network.weight_init_scale))
        shape = f"({fan_in}, {fan_out})"
        if not drawn:
            yield f'w{layer} = np.full({shape}, {size}, dtype="{network.dtype}")'
        elif network.weight_init.endswith("normal"):
            yield _cast(f"w{layer}", f"random.standard_normal({shape}) * {size}", network.dtype)
        else:
            yield _cast(f"w{layer}", f"(2 * random.random({shape}) - 1) * {size}", network.dtype)
        if normal_biases:
            drawing = f"random.standard_normal({fan_out}) * {network.bias_init_scale!r}"
            yield _cast(f"b{layer}", drawing, network.dtype)

    if network.use_bias and not normal_biases:
        names = ", ".join(f"b{layer}" for layer in plan.layers)
        zeros = (f'np.zeros({size}, dtype="{network.dtype}")' for size in plan.sizes[1:])
        yield f"{names} = {', '.join(zeros)}"


def _cast(name: str, drawing: str, dtype: str) -> str:
    return f"{name} = {drawing}" if dtype == "float64" else f'{name} = ({drawing}).astype("{dtype}")'


# ---- functions


def function_lines(plan: Plan) -> Lines:
    """Yield the functions that divide a batch into chunks and move pictures, if the run needs them."""
    yield "def chunks(n):  # splits a large batch into the same parts as the app, so that sums agree to the last digit"
    yield "    rows = n if n < 200 else -(-n // (2 * -(-n // 2048)))"
    yield "    return [slice(start, start + rows) for start in range(0, n, rows)]"
    if any(noise in ("shift", "rotation", "shift_rotation") for noise in plan.values("noise")):
        yield ""
        yield from _move_lines(isqrt(plan.network.input_size))


def _move_lines(side: int) -> Lines:
    yield "def move(x, random, shift, angle):  # shifts and turns each picture: a new pixel gets the value of the nearest old one"
    yield f"    turn = np.radians(angle * np.linspace(-1, 1, {ANGLES} if angle else 1))[:, None, None]"
    yield f"    row, column = np.indices(({side} + 2 * shift, {side} + 2 * shift))[:, None] - shift - {(side - 1) / 2!r}"
    yield f"    from_row = np.rint(row * np.cos(turn) + column * np.sin(turn) + {(side - 1) / 2!r}).astype(int)"
    yield f"    from_column = np.rint(column * np.cos(turn) - row * np.sin(turn) + {(side - 1) / 2!r}).astype(int)"
    yield f"    outside = (from_row < 0) | (from_row >= {side}) | (from_column < 0) | (from_column >= {side})"
    yield f"    source = np.where(outside, {side * side}, from_row * {side} + from_column)"
    yield "    turns = random.integers(0, len(source), len(x))"
    yield "    down, right = random.integers(0, 2 * shift + 1, (2, len(x)))"
    yield f"    rows, columns = down[:, None] + np.arange({side}), right[:, None] + np.arange({side})"
    yield "    pixels = source[turns[:, None, None], rows[:, :, None], columns[:, None, :]].reshape(len(x), -1)"
    yield "    paper = np.zeros((len(x), 1), x.dtype)"
    yield "    return np.take_along_axis(np.hstack([x, paper]), pixels, axis=1)"


def noise_lines(plan: Plan, identity: str) -> Lines:
    """Yield the lines that change the pictures `x` of a chunk (part of the batch). `identity` is code for the numbers of epoch,
    batch and chunk.
    """
    if plan.values("noise") == ["none"]:
        return
    seed = plan.begun.seed
    ink = "" if plan.network.scale_pixels else "255.0 * "
    std, shift, angle = plan.text("noise_std"), plan.text("noise_shift"), plan.text("noise_angle")
    yield f"random = np.random.default_rng(({seed}, {Purpose.AUGMENTATION}, {identity}))"
    code = {
        "none": [],
        "gaussian": [f"x = x + {ink}{std} * random.standard_normal(x.shape, x.dtype)"],
        "shift": [f"x = move(x, random, {shift}, 0.0)"],
        "rotation": [f"x = move(x, random, 0, {angle})"],
        "shift_rotation": [f"x = move(x, random, {shift}, {angle})"],
    }
    yield from chosen("noise", plan, code)


def mask_lines(plan: Plan, identity: str) -> Lines:
    """Yield the lines that draw the masks of dropout for a chunk: m1 for the first hidden layer, and so on."""
    if plan.drops:
        dropout = plan.text("dropout")
        yield f"random = np.random.default_rng(({plan.begun.seed}, {Purpose.DROPOUT}, {identity}))"
        for layer, units in enumerate(plan.network.hidden_sizes, 1):
            draw = f"random.random((len(x), {units}), x.dtype) >= {dropout}"
            yield f"m{layer} = ({draw}).astype(x.dtype) * (1 / (1 - {dropout}))"


# ---- learning rate, order, changes


def rate_lines(plan: Plan) -> Lines:
    """Yield the lines that set `rate`, the learning rate of a batch, if a schedule changes it."""
    if plan.values("schedule") == ["constant"]:
        return
    rate, epochs, warmup = plan.text("learning_rate"), plan.text("epochs"), plan.text("warmup_epochs")
    rise = f"(min(position / {warmup}, 1.0) if {warmup} else 1.0)"
    code = {
        "constant": [f"rate = {rate}"],
        "step": [f"rate = {rate} * {plan.text('drop_factor')} ** math.floor(position / {plan.text('drop_epochs')})"],
        "cosine": [f"rate = {rate} * ((1 + math.cos(math.pi * (position % {epochs} / {epochs}))) / 2)"],
        "warmup": [f"rate = {rate} * {rise}"],
        "warmup_cosine": [
            f"position = position % {epochs}",
            f"if position < {warmup}:",
            f"    rate = {rate} * {rise}",
            "else:",
            f"    fallen = (position - {warmup}) / ({epochs} - {warmup})",
            f"    rate = {rate} * ((1 + math.cos(math.pi * fallen)) / 2)",
        ],
    }
    middle = "epoch - 0.5" if plan.whole else "epoch - 1 + (batch + 0.5) / batches"
    yield f"position = {middle}  # the number of epochs up to the middle of this batch"
    yield from chosen("schedule", plan, code)


def rate_name(plan: Plan) -> str:
    """Return the code for the learning rate of a batch. The script must contain the lines of `rate_lines` before it."""
    return plan.text("learning_rate") if plan.values("schedule") == ["constant"] else "rate"


def order_lines(plan: Plan) -> Lines:
    """Yield the lines that set `order`, the order of the examples in an epoch."""
    shuffled = f"np.random.default_rng(({plan.begun.seed}, {Purpose.ORDER}, epoch)).permutation(len(x_train))"
    if plan.changed("shuffle"):
        yield f"order = {shuffled} if shuffle else np.arange(len(x_train))"
    else:
        yield f"order = {shuffled if plan.begun.shuffle else 'np.arange(len(x_train))'}"


def variable_lines(plan: Plan) -> Lines:
    """Yield the lines that set a variable for each setting that changes during the run."""
    for setting in plan.begun.settings:
        if plan.changed(setting.name):
            yield f"{setting.name} = {getattr(plan.begun, setting.name)!r}"


def change_lines(plan: Plan, *, inside: bool, new_optimizer: list[str], edit: str = "{}") -> Lines:
    """Yield the lines for the changes that were made by hand between two epochs, or for those `inside` an epoch.

    `new_optimizer` contains the lines that begin a new optimizer. `edit` is a format string with the code around each
    change of a parameter, such as "{}".
    """
    for number, change in enumerate(plan.changes):
        if (change.batch > 0) != inside:
            continue
        before, now = plan.stages[number : number + 2]
        yield f"if (epoch, batch) == ({change.epoch}, {change.batch}):" if inside else f"if epoch == {change.epoch}:"
        lines = [f"{name} = {value!r}" for name, value in before.changes(now).items()]
        lines += [edit.format(line) for line in _edit_lines(change)]
        if before.optimizer != now.optimizer:
            lines += new_optimizer
        yield from indented(iter(lines or ["pass"]))


def _edit_lines(change: Change) -> Lines:
    for edit in sorted(change.edits, key=lambda edit: edit.kind == OFF):
        yield _edit_line(edit)


def _edit_line(edit: Edit) -> str:
    if edit.kind == OFF:
        return f"w{edit.layer + 2}[{edit.unit}] = 0"
    if edit.kind == BIAS:
        return f"b{edit.layer + 1}[{edit.unit}] = {edit.value!r}"
    return f"w{edit.layer + 1}[{edit.source}, {edit.unit}] = {edit.value!r}"


def report_line(plan: Plan, epoch: str, train_loss: str) -> str:
    """Return the line of code that prints the results of an epoch. `epoch` and `train_loss` are code, too."""
    parts = [f"epoch {{{epoch}:4}}" if epoch != "0" else "epoch    0", f"train loss {{{train_loss}:.6g}}"]
    if plan.validation:
        parts.append("validation loss {evaluate(x_validation, y_validation):.6g}")
    parts.append("test loss {evaluate(x_test, y_test):.6g}")
    return f'print(f"{", ".join(parts)}")'

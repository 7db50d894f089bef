"""The script in plain NumPy. The script does the operations of the app in the same order, so it gets the same losses to
the last bit.

Three details look arbitrary, but without them the bits would differ. The array z of the last layer is stored column by
column. A product with ones adds up the gradient of the biases. The gradient of a large batch is the sum of the
gradients of its chunks.
"""

from __future__ import annotations

from tui_nn.core.losses import LOSSES
from tui_nn.export.plan import Plan
from tui_nn.export.sections import (
    Lines,
    Section,
    change_lines,
    chosen,
    data_lines,
    function_lines,
    indented,
    mask_lines,
    noise_lines,
    order_lines,
    rate_lines,
    rate_name,
    report_line,
    variable_lines,
    weight_lines,
    where,
)

IMPORTS = ('os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as in the app', "import numpy as np")


def numpy_sections(plan: Plan) -> list[Section]:
    """Return the sections of the script, after its imports and the line that sets `path`."""
    return [
        Section("the data", tuple(data_lines(plan))),
        Section("the start weights", tuple(weight_lines(plan))),
        Section("the network", (*function_lines(plan), *_network_lines(plan))),
        Section("backpropagation", tuple(_backprop_lines(plan))),
        Section("the losses", tuple(_evaluation_lines(plan))),
        Section("the training", tuple(_training_lines(plan))),
    ]


_SIGMOID = ["def sigmoid(z):", "    return 1 / (1 + np.exp(-z))"]

_GATE = [
    "linear, cubic = 2 * math.sqrt(2 / math.pi), 0.044715",
    "",
    "def gate(z):  # gelu(z) = gate(z) * z",
    "    return sigmoid((np.clip(z, -100, 100) ** 2 * (linear * cubic) + linear) * z)",
]

_ACTIVATIONS = {
    "relu": ("np.maximum({z}, 0)", "({z} > 0)"),
    "leaky_relu": ("np.maximum({slope} * {z}, {z})", "np.where({z} > 0, 1, {z}.dtype.type({slope}))"),
    "elu": ("np.maximum({z}, np.expm1(np.minimum({z}, 0)))", "(np.minimum({a}, 0) + 1)"),
    "gelu": (
        "gate({z}) * {z}",
        "((({a} * (np.clip({z}, -100, 100) ** 2 * (3 * linear * cubic) + linear)) - 1) * (1 - gate({z})) + 1)",
    ),
    "silu": ("sigmoid({z}) * {z}", "(({a} - 1) * (1 - sigmoid({z})) + 1)"),
    "sigmoid": ("sigmoid({z})", "((1 - {a}) * {a})"),
    "tanh": ("np.tanh({z})", "(1 - {a} * {a})"),
    "identity": ("{z}", ""),
}
"""The NumPy code of each activation and of its slope."""

_LOSSES = {
    "softmax_cross_entropy": [
        "def softmax(z):",
        "    e = np.exp(z - z.max(axis=1, keepdims=True))",
        "    return e / e.sum(axis=1, keepdims=True)",
        "",
        "def losses(z, p, labels):  # cross-entropy: -log p of the true class",
        "    return -(np.log(p.max(axis=1)) + (z - z.max(axis=1, keepdims=True))[np.arange(len(z)), labels])",
    ],
    "sigmoid_mse": [
        "def losses(z, p, labels):  # half the squared error",
        "    y = np.zeros_like(p)",
        "    y[np.arange(len(y)), labels] = 1",
        "    return 0.5 * ((p - y) ** 2).sum(axis=1)",
    ],
}
"""The code of softmax and of the loss, by the name of the loss."""


def _network_lines(plan: Plan) -> Lines:
    network = plan.network
    hidden = network.activation if network.hidden_sizes else ""
    blocks = [_SIGMOID] if hidden in ("gelu", "silu", "sigmoid") or network.loss == "sigmoid_mse" else []
    blocks += [_GATE] if hidden == "gelu" else []
    for block in (*blocks, _LOSSES[network.loss]):
        yield ""
        yield from block


def _activation(plan: Plan, layer: int) -> str:
    code, _ = _ACTIVATIONS[plan.network.activation]
    return code.format(z=f"z{layer}", slope=repr(plan.network.leaky_slope))


def _slope(plan: Plan, layer: int) -> str:
    _, code = _ACTIVATIONS[plan.network.activation]
    slope = code.format(z=f"z{layer}", a=f"a{layer}", slope=repr(plan.network.leaky_slope))
    return f" * {slope}" if slope else ""


def _bias(plan: Plan, layer: int) -> str:
    return f" + b{layer}" if plan.network.use_bias else ""


def _input(plan: Plan, layer: int) -> str:
    if layer == 1:
        return "x"
    return f"h{layer - 1}" if plan.drops else f"a{layer - 1}"


def _backprop_lines(plan: Plan) -> Lines:
    last, smoothing = plan.layers[-1], plan.text("label_smoothing")
    yield f"def backprop(x, labels, share{', place' if plan.draws else ''}):"
    yield from indented(_forward_lines(plan))
    yield "    y = np.zeros_like(p)"
    yield "    y[np.arange(len(y)), labels] = 1"
    if plan.ever("label_smoothing"):
        yield f"    y = y * (1 - {smoothing}) + {smoothing} / {plan.network.output_size}"
    squared = plan.network.loss == "sigmoid_mse"
    yield f"    d{last} = {'(1 - p) * p * (p - y)' if squared else '(p - y)'} * share"
    for layer in reversed(plan.layers[:-1]):
        mask = f" * m{layer}" if plan.drops else ""
        yield f"    d{layer} = d{layer + 1} @ w{layer + 1}.T{_slope(plan, layer)}{mask}"
    gradient = []
    for layer in plan.layers:
        gradient.append(f"{_input(plan, layer)}.T @ d{layer}")
        if plan.network.use_bias:
            gradient.append(f"ones @ d{layer}")
    if plan.network.use_bias:
        yield "    ones = np.ones(len(x), x.dtype)"
    yield f'    return [{", ".join(gradient)}], float(losses(z{last}, p, labels).sum(dtype="float64"))'


def _forward_lines(plan: Plan) -> Lines:
    last = plan.layers[-1]
    yield from noise_lines(plan, "*place")
    yield from mask_lines(plan, "*place")
    for layer in plan.layers[:-1]:
        yield f"z{layer} = {_input(plan, layer)} @ w{layer}{_bias(plan, layer)}"
        yield f"a{layer} = {_activation(plan, layer)}"
        if plan.drops:
            yield f"h{layer} = a{layer} * m{layer}"
    yield f"z{last} = (w{last}.T @ {_input(plan, last)}.T).T{_bias(plan, last)}"
    yield f"p = {LOSSES[plan.network.loss].output}(z{last})"


def _evaluation_lines(plan: Plan) -> Lines:
    last = plan.layers[-1]
    yield "def evaluate(x, labels):"
    yield "    found = []"
    yield "    for part in chunks(len(x)):"
    before = "x[part]"
    for layer in plan.layers[:-1]:
        yield f"        z{layer} = {before} @ w{layer}{_bias(plan, layer)}"
        yield f"        a{layer} = {_activation(plan, layer)}"
        before = f"a{layer}"
    yield f"        z{last} = {before} @ w{last}{_bias(plan, last)}"
    yield f"        found.append(losses(z{last}, {LOSSES[plan.network.loss].output}(z{last}), labels[part]))"
    yield '    return float(np.concatenate(found).mean(dtype="float64"))'


def _moments(plan: Plan) -> list[str]:
    kinds = set(plan.optimizers)
    names = ["velocity"] if kinds & {"momentum", "nesterov"} else []
    names += ["mean"] if kinds & {"adam", "adamw"} else []
    return names + (["square"] if kinds & {"rmsprop", "adam", "adamw"} else [])


def _moment_lines(plan: Plan) -> list[str]:
    lines = [f"{name} = [np.zeros_like(w) for w in parameters]" for name in _moments(plan)]
    return lines + (["step = 0"] if _counts(plan) else [])


def _counts(plan: Plan) -> bool:
    return bool({"adam", "adamw"} & set(plan.optimizers))


def _training_lines(plan: Plan) -> Lines:
    yield from variable_lines(plan)
    yield f"parameters = [{', '.join(plan.parameters)}]"
    yield from _moment_lines(plan)
    if plan.stops_early:
        yield "best, best_epoch = math.inf, 0"
    yield report_line(plan, "0", "evaluate(x_train, y_train)")
    yield f"for epoch in range(1, {plan.epochs + 1}):"
    yield from indented(change_lines(plan, inside=False, new_optimizer=_moment_lines(plan)))
    if plan.whole:
        shuffled = plan.begun.shuffle or plan.changed("shuffle")
        if shuffled:
            yield from indented(order_lines(plan))
        yield from indented(_update_lines(plan, "order" if shuffled else "", "0", "len(x_train)"))
    else:
        yield from indented(order_lines(plan))
        size = f"{plan.text('batch_size')}{' or len(order)' if None in plan.values('batch_size') else ''}"
        yield f"    total, size = 0.0, {size}"
        if plan.values("schedule") != ["constant"]:
            yield "    batches = -(-len(order) // size)"
        number = "batch, start in enumerate({})" if _numbers_batches(plan) else "start in {}"
        yield f"    for {number.format('range(0, len(order), size)')}:"
        changes = change_lines(plan, inside=True, new_optimizer=_moment_lines(plan))
        yield from indented(changes, 2)
        yield "        chosen = order[start : start + size]"
        yield from indented(_update_lines(plan, "chosen", "batch", "len(chosen)"), 2)
        yield "        total += loss"
    total = "loss" if plan.whole else "total"
    yield "    " + report_line(plan, "epoch", f"{total} / len(x_train)")
    if plan.stops_early:
        yield f"    loss = evaluate({'x_validation, y_validation' if plan.validation else 'x_test, y_test'})"
        yield "    if loss < best:"
        yield "        best, best_epoch = loss, epoch"
        yield f"    if epoch - best_epoch >= {plan.begun.patience}:"
        yield "        break"


def _numbers_batches(plan: Plan) -> bool:
    inside = any(change.batch for change in plan.changes)
    return plan.draws or inside or plan.values("schedule") != ["constant"]


def _update_lines(plan: Plan, chosen_name: str, batch: str, count: str) -> Lines:
    """Yield the lines of code that do one update. `chosen_name` is the name of an array of examples, or "" if all
    examples are used in their order.
    """
    if plan.changed("reduction"):
        share = f'1 / {count} if reduction == "mean" else 1.0'
    else:
        share = f"1 / {count}" if plan.begun.reduction == "mean" else "1.0"

    def call(part: str, chunk: str) -> str:
        picked = f"{chosen_name}[{part}]" if chosen_name and part else chosen_name or part
        place = f", (epoch, {batch}, {chunk})" if plan.draws else ""
        return f"backprop(x_train[{picked}], y_train[{picked}], {share}{place})"

    if plan.chunked:
        yield "gradient, loss = None, 0.0"
        numbered = "number, part" if plan.draws else "part"
        parts = f"chunks({count})"
        yield f"for {numbered} in {f'enumerate({parts})' if plan.draws else parts}:"
        yield f"    found, more = {call('part', 'number')}"
        yield "    gradient = [g + h for g, h in zip(gradient, found)] if gradient else found"
        yield "    loss += more"
    else:
        yield f"gradient, loss = {call('', '0')}"
    yield from rate_lines(plan)
    yield from _penalty_lines(plan)
    yield from _clip_lines(plan)
    yield from _decay_lines(plan)
    if _counts(plan):
        yield "step += 1"
    yield from chosen("optimizer", plan, _optimizers(plan))


def _penalty_lines(plan: Plan) -> Lines:
    terms = []
    if plan.penalizes:
        decayed = [name for name in plan.optimizers if name == "adamw"]
        line = f"g += {plan.text('l2')} * w"
        terms.append(f"if optimizer != 'adamw':\n        {line}" if decayed else line)
    if plan.ever("l1"):
        terms.append(f"g += {plan.text('l1')} * np.sign(w)")
    if terms:
        step = "[::2]" if plan.network.use_bias else ""
        yield f"for w, g in zip(parameters{step}, gradient{step}):  # the weights, without the biases"
        for term in terms:
            yield from indented(iter(term.replace("\n    ", "\n").split("\n")))


def _clip_lines(plan: Plan) -> Lines:
    if not plan.ever("clip_norm"):
        return
    longest = plan.text("clip_norm")
    yield from where(
        "clip_norm",
        plan,
        "clip_norm",
        iter(
            (
                "flat = np.concatenate([g.ravel() for g in gradient])",
                "length = math.sqrt(flat @ flat)",
                "if math.isinf(length):  # the squares were too large to add up",
                "    largest = float(np.abs(flat).max())",
                "    flat /= largest",
                f"    gradient = [g / largest * ({longest} / math.sqrt(flat @ flat)) for g in gradient]",
                f"elif length > {longest}:",
                f"    gradient = [g * ({longest} / length) for g in gradient]",
            )
        ),
    )


def _decay_lines(plan: Plan) -> Lines:
    if plan.decays:
        step = "[::2]" if plan.network.use_bias else ""
        lines = [f"for w in parameters{step}:", f"    w *= 1 - {rate_name(plan)} * {plan.text('l2')}"]
        yield from where("optimizer == 'adamw'", plan, "optimizer", iter(lines))


def _optimizers(plan: Plan) -> dict[str, list[str]]:
    rate, momentum = rate_name(plan), plan.text("momentum")
    beta1, beta2, epsilon = plan.text("beta1"), plan.text("beta2"), plan.text("epsilon")
    adam = [
        f"root = (1 - {beta2}**step) ** 0.5",
        "for w, g, m, v in zip(parameters, gradient, mean, square):",
        f"    m *= {beta1}",
        f"    m += g * (1 - {beta1})",
        f"    v *= {beta2}",
        f"    v += g * g * (1 - {beta2})",
        f"    w -= {rate} * root / (1 - {beta1}**step) * (m / (np.sqrt(v) + {epsilon} * root))",
    ]
    with_velocity = [
        "for w, g, v in zip(parameters, gradient, velocity):",
        f"    v *= {momentum}",
        "    v += g",
    ]
    return {
        "sgd": ["for w, g in zip(parameters, gradient):", f"    w -= {rate} * g"],
        "momentum": [*with_velocity, f"    w -= {rate} * v"],
        "nesterov": [*with_velocity, f"    w -= {rate} * ({momentum} * v + g)"],
        "rmsprop": [
            "for w, g, v in zip(parameters, gradient, square):",
            f"    v *= {beta2}",
            f"    v += g * g * (1 - {beta2})",
            f"    w -= {rate} * (g / (np.sqrt(v) + {epsilon}))",
        ],
        "adam": adam,
        "adamw": adam,
    }

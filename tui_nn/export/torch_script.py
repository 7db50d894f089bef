"""The script in PyTorch. It uses the same weights and examples, so its losses differ only by rounding.

NumPy draws all random numbers, so they are equal to those of the app. PyTorch defines some operations in another way:
docs/pytorch.md lists the differences, and the script removes them.
"""

from __future__ import annotations

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
)

IMPORTS = ("import numpy as np", "import torch", "import torch.nn.functional as F")


def torch_sections(plan: Plan) -> list[Section]:
    """Return the sections of the script, after its imports and the line that sets `path`."""
    return [
        Section("the data", (*data_lines(plan), *_label_lines(plan))),
        Section("the start weights", (*weight_lines(plan), *_parameter_lines(plan))),
        Section("the network", tuple(_network_lines(plan))),
        Section("the losses", tuple(_evaluation_lines(plan))),
        Section("the training", tuple(_training_lines(plan))),
    ]


_ACTIVATIONS = {
    "relu": "F.relu({z})", "leaky_relu": "F.leaky_relu({z}, {slope})", "elu": "F.elu({z})",
    "gelu": 'F.gelu({z}, approximate="tanh")', "silu": "F.silu({z})", "sigmoid": "torch.sigmoid({z})",
    "tanh": "torch.tanh({z})", "identity": "{z}",
}  # fmt: skip
"""The PyTorch code of each activation."""


def _label_lines(plan: Plan) -> Lines:
    names = ", ".join(f"y_{name}" for name in ("train", "test", *(["validation"] if plan.validation else [])))
    yield f'{names} = (torch.from_numpy(y.astype("int64")) for y in ({names}))'


def _parameter_lines(plan: Plan) -> Lines:
    names = ", ".join(plan.parameters)
    comma = "," if len(plan.parameters) == 1 else ""
    yield f"{names}{comma} = (torch.from_numpy(w).requires_grad_() for w in ({names}{comma}))"
    yield f"weights = [{', '.join(name for name in plan.parameters if name[0] == 'w')}]"
    yield f"biases = [{', '.join(name for name in plan.parameters if name[0] == 'b')}]"


def _network_lines(plan: Plan) -> Lines:
    network = plan.network
    if plan.chunked:
        yield from function_lines(plan)
        yield ""
    elif any(noise not in ("none", "gaussian") for noise in plan.values("noise")):
        yield from list(function_lines(plan))[4:]
        yield ""
    yield f"def forward(x{', masks=(1,) * ' + str(len(network.hidden_sizes)) if plan.drops else ''}):"
    before = "x"
    for layer in plan.layers:
        bias = f" + b{layer}" if network.use_bias else ""
        z = f"{before} @ w{layer}{bias}"
        if layer == plan.layers[-1]:
            yield f"    return {z}"
            return
        code = _ACTIVATIONS[network.activation].format(z=z, slope=repr(network.leaky_slope))
        mask = f" * masks[{layer - 1}]" if plan.drops else ""
        yield f"    a{layer} = {f'({code}){mask}' if mask else code}"
        before = f"a{layer}"


def _evaluation_lines(plan: Plan) -> Lines:
    if plan.network.loss == "sigmoid_mse":
        yield "def losses(z, labels, smoothing=0.0):  # half the squared error"
        yield f"    y = F.one_hot(labels, {plan.network.output_size}) * (1 - smoothing) + smoothing / z.shape[1]"
        yield "    return 0.5 * ((torch.sigmoid(z) - y) ** 2).sum()"
    else:
        yield "def losses(z, labels, smoothing=0.0):"
        yield '    return F.cross_entropy(z, labels, reduction="sum", label_smoothing=smoothing)'
    yield ""
    yield "def evaluate(x, labels):"
    yield "    with torch.no_grad():"
    yield "        return losses(forward(torch.from_numpy(x)), labels).item() / len(x)"


def _training_lines(plan: Plan) -> Lines:
    yield from variable_lines(plan)
    build = _build_lines(plan)
    yield from build
    if plan.stops_early:
        yield "best, best_epoch = float('inf'), 0"
    yield report_line(plan, "0", "evaluate(x_train, y_train)")
    yield f"for epoch in range(1, {plan.epochs + 1}):"
    yield from indented(_changes(plan, build, inside=False))
    yield from indented(order_lines(plan))
    size = f"{plan.text('batch_size')}{' or len(order)' if None in plan.values('batch_size') else ''}"
    yield f"    total, size = 0.0, {'len(order)' if plan.whole else size}"
    yield "    batches = -(-len(order) // size)"
    yield "    for batch, start in enumerate(range(0, len(order), size)):"
    yield from indented(_changes(plan, build, inside=True), 2)
    yield "        chosen = order[start : start + size]"
    yield from indented(_update_lines(plan), 2)
    yield "    " + report_line(plan, "epoch", "total / len(x_train)")
    if plan.stops_early:
        yield f"    loss = evaluate({'x_validation, y_validation' if plan.validation else 'x_test, y_test'})"
        yield "    if loss < best:"
        yield "        best, best_epoch = loss, epoch"
        yield f"    if epoch - best_epoch >= {plan.begun.patience}:"
        yield "        break"


def _changes(plan: Plan, build: list[str], *, inside: bool) -> Lines:
    for line in change_lines(plan, inside=inside, new_optimizer=build):
        edited = line.strip()[:1] in "wb" and "[" in line
        yield line.replace("[", ".data[", 1) if edited else line


def _update_lines(plan: Plan) -> Lines:
    if plan.changed("reduction"):
        share = '1 / len(chosen) if reduction == "mean" else 1.0'
    else:
        share = "1 / len(chosen)" if plan.begun.reduction == "mean" else "1.0"
    if plan.chunked:
        yield "for number, part in enumerate(chunks(len(chosen))):"
        yield from indented(_chunk_lines(plan, "chosen[part]", "number", share))
    else:
        yield from _chunk_lines(plan, "chosen", "0", share)
    penalties = []
    if plan.penalizes:
        factor = (
            f"({plan.text('l2')} if optimizer != 'adamw' else 0)" if "adamw" in plan.optimizers else plan.text("l2")
        )
        penalties.append(f"{factor} / 2 * sum((w**2).sum() for w in weights)")
    if plan.ever("l1"):
        penalties.append(f"{plan.text('l1')} * sum(w.abs().sum() for w in weights)")
    if penalties:
        yield f"({' + '.join(penalties)}).backward()"
    if plan.ever("clip_norm"):
        longest = plan.text("clip_norm")
        yield "length = torch.cat([w.grad.flatten() for w in weights + biases]).norm().item()"
        yield f"if {f'{longest} and ' if plan.changed('clip_norm') else ''}length > {longest}:"
        yield "    for w in weights + biases:"
        yield f"        w.grad *= {longest} / length"
    yield from rate_lines(plan)
    yield from _group_lines(plan)
    yield "descent.step()"
    yield "descent.zero_grad()"


def _chunk_lines(plan: Plan, examples: str, number: str, share: str) -> Lines:
    yield f"x, y = x_train[{examples}], y_train[{examples}]"
    yield from noise_lines(plan, f"epoch, batch, {number}")
    masks = ""
    if plan.drops:
        yield from mask_lines(plan, f"epoch, batch, {number}")
        names = "".join(f"m{layer}, " for layer in plan.layers[:-1])
        yield f"masks = [torch.from_numpy(m) for m in ({names})]"
        masks = ", masks"
    yield f"z = forward(torch.from_numpy(x){masks})"
    smoothing = f", {plan.text('label_smoothing')}" if plan.ever("label_smoothing") else ""
    yield f"(losses(z, y{smoothing}) * ({share})).backward()"
    yield "total += losses(z, y).item()"


def _momentum(plan: Plan) -> str:
    # Without momentum, PyTorch stores no velocity, which a later change to momentum needs, and it does not allow Nesterov's rule.
    momentum = plan.text("momentum")
    return f"{momentum} or 1e-30" if 0 in plan.values("momentum") else momentum


def _build_lines(plan: Plan) -> list[str]:
    rate = plan.text("learning_rate")
    betas = f"betas=({plan.text('beta1')}, {plan.text('beta2')}), eps={plan.text('epsilon')}"
    parameters = "weights + biases"
    groups = f'[{{"params": weights, "weight_decay": {plan.text("l2")}}}, {{"params": biases, "weight_decay": 0.0}}]'
    if not plan.network.use_bias:
        groups = f'[{{"params": weights, "weight_decay": {plan.text("l2")}}}]'
    square = f"alpha={plan.text('beta2')}, eps={plan.text('epsilon')}"
    code = {
        "sgd": f"torch.optim.SGD({parameters}, lr={rate})",
        "momentum": f"torch.optim.SGD({parameters}, lr={rate}, momentum={_momentum(plan)})",
        "nesterov": f"torch.optim.SGD({parameters}, lr={rate}, momentum={_momentum(plan)}, nesterov=True)",
        "rmsprop": f"torch.optim.RMSprop({parameters}, lr={rate}, {square})",
        "adam": f"torch.optim.Adam({parameters}, lr={rate}, {betas})",
        "adamw": f"torch.optim.AdamW({groups}, lr={rate}, {betas})",
    }
    return list(chosen("optimizer", plan, {name: [f"descent = {line}"] for name, line in code.items()}))


def _group_lines(plan: Plan) -> Lines:
    """Yield the lines that give the optimizer its settings for the present batch, such as the learning rate. If they
    never change during the run, yield nothing.
    """
    values = {"lr": rate_name(plan)}
    if plan.changed("momentum"):
        values["momentum"] = _momentum(plan)
    if plan.changed("beta1") or plan.changed("beta2"):
        values |= {"betas": f"({plan.text('beta1')}, {plan.text('beta2')})", "alpha": plan.text("beta2")}
    if plan.changed("epsilon"):
        values["eps"] = plan.text("epsilon")
    moving = len(values) > 1 or plan.changed("learning_rate") or plan.values("schedule") != ["constant"]
    if moving:
        yield "for group in descent.param_groups:"
        yield f"    group.update({', '.join(f'{name}={value}' for name, value in values.items())})"
    if plan.decays and plan.changed("l2"):
        decay = f"{plan.text('l2')} if optimizer == 'adamw' else 0.0" if plan.changed("optimizer") else plan.text("l2")
        yield f'descent.param_groups[0]["weight_decay"] = {decay}'

"""Hint rules about the size of the updates."""

from __future__ import annotations

import math

from tui_nn.config.setting import format_value
from tui_nn.core.choices.schedules import scheduled_rate
from tui_nn.core.optimizers import OPTIMIZERS
from tui_nn.render.numbers import loss_text, percent
from tui_nn.session.hints.hint import Facts, Finding, Fix, Rule, change, higher_accuracy, lower_loss, rate
from tui_nn.session.run.history import LayerRecord
from tui_nn.session.run.snapshot import State

_SMALL_STEPS = -3.5
"""The log10(update / weights) below which the weights hardly change. A value of about −3 is good (Karpathy)."""
_LARGE_STEPS = -2.3
"""The log10(update / weights) above which an update changes the weights by more than 1/200 of their size."""
_HELD = "Dropout leaves out units in each update, which limits how well the network can fit the training examples."
_SMALL = "The steps have a good size, but the loss no longer falls. A network with more units can learn more."
_STILL_HIGH = 0.6
"""The loss is still high if it is above this share of the first loss."""
_WORSE = 1.2
"""The loss has become worse if it is above this multiple of the first loss."""
_RISEN = 2.0
"""The loss has risen again if it is above this multiple of the lowest loss so far."""
_KILLED = 0.5
_LONG_MEMORY = 0.95
_GOOD = 0.9
_HALF_LEARNED = 0.85
"""If the accuracy is below this value and the loss falls fast, more epochs raise the accuracy clearly."""
_STILL_FALLS = 0.95
"""The loss falls fast if it is below this multiple of the loss of the previous epoch."""


def _adaptive(facts: Facts) -> bool:
    return OPTIMIZERS[facts.training.optimizer].adaptive


def _lower(facts: Facts, *, start_over: bool, by: float = 10.0) -> Fix:
    most = 0.001 if _adaptive(facts) else 0.1
    return change(start_over, learning_rate=rate(min(facts.training.learning_rate / by, most)))


def _out_of_action(layer: LayerRecord) -> float:
    """Return the share of the layer's units that are dead, or of its activations that are saturated; NaN if its
    activation function allows neither.
    """
    return layer.saturated if math.isnan(layer.dead) else layer.dead


def _damage(layer: LayerRecord, number: int) -> str:
    """Return the share of units or activations of a layer that can no longer learn, as a sentence."""

    share = percent(_out_of_action(layer), 0)
    if math.isnan(layer.dead):
        return f"{share} of the activations of layer {number} reached a limit"
    return f"{share} of the units of layer {number} died"


def _not_finite(facts: Facts) -> Finding | None:
    status = facts.snapshot.status
    if status.state is not State.DIVERGED and math.isfinite(facts.now.test_loss):
        return None
    reason = status.reason or f"the test loss is NaN or infinite after epoch {facts.epoch:,}"
    reason = f"{reason[0].upper()}{reason[1:]}"
    says = f"{reason}. The learning rate is {format_value(facts.training.learning_rate)}."
    return Finding(says, _lower(facts, start_over=True))


def _too_high(facts: Facts) -> Finding | None:
    if not facts.trained:
        return None
    now, first, lowest, (set_to, before) = facts.now, facts.first, facts.lowest, facts.rate_since
    value, lowered_now = format_value(set_to), facts.training.learning_rate < set_to
    killed = [layer for layer, record in enumerate(facts.hidden) if _out_of_action(record) >= _KILLED]
    alive = all(not _out_of_action(layer) >= _KILLED / 2 for layer in first.layers)
    earlier = False
    if now.train_loss > _WORSE * first.train_loss:
        begun, set_at, after = (loss_text(record.train_loss) for record in (first, before, now))
        # The test loss counts too, because it is measured at the end of the epoch. The train loss is a mean over the
        # epoch.
        earlier = before.train_loss > _WORSE * first.train_loss and not now.test_loss > _WORSE * before.test_loss
        says = f"With learning rate {value}, the train loss went from {set_at} to {after}, so every step is too long."
        if earlier:
            says = (
                f"The train loss went from {begun} to {set_at} before you set the learning rate to {value}, so the "
                "earlier steps were too long."
            )
    elif killed and alive and now.train_accuracy < _GOOD:
        earlier = bool(before.layers) and _out_of_action(before.layers[killed[0]]) >= _KILLED
        steps = f"Before the learning rate was set to {value}" if earlier else f"With learning rate {value}"
        damage = _damage(facts.hidden[killed[0]], killed[0])
        says = f"{steps}, {damage}, and the train loss is {loss_text(now.train_loss)}."
    elif now.train_loss > _RISEN * lowest.train_loss and now.train_loss > 0.1 * facts.chance:
        # The loss was lowest before the rate was lowered, and falls again since then.
        recovers = facts.rate_was_lowered and lowest.epoch <= before.epoch and now.train_loss < before.train_loss
        if not killed and (lowered_now or recovers):
            return None
        says = (
            f"The train loss was {loss_text(lowest.train_loss)} after epoch {lowest.epoch:,} and is "
            f"{loss_text(now.train_loss)} now, with learning rate {value}."
        )
        if (fix := _back_to_best(facts, by=3.0)) is not None:
            return Finding(says, fix)
        return Finding(says, _lower(facts, start_over=bool(killed), by=3.0))
    else:
        return None
    by = 1.0 if earlier or lowered_now else 10.0
    title = "learning rate was too high" if earlier or lowered_now else ""
    return Finding(says, _back_to_best(facts, by) or _lower(facts, start_over=True, by=by), title=title)


def _back_to_best(facts: Facts, by: float) -> Fix | None:
    """Return the fix to go back to the best epoch with a lower learning rate; None if no earlier epoch of the run was good."""
    best = facts.snapshot.history.best_until(facts.epoch)
    if best is None or best.epoch == facts.epoch or not best.train_loss < _STILL_HIGH * facts.first.train_loss:
        return None
    if any(_out_of_action(layer) >= _KILLED for layer in best.layers[:-1]):
        return None
    # The new rate must be lower than the rate of the best epoch. With that rate, the run would repeat the epochs that followed.
    most = facts.rate_of(best.epoch) / 2
    lower = _lower(facts, start_over=False, by=by).settings["learning_rate"]
    return Fix({"learning_rate": rate(min(lower, most))}, back_to=best.epoch)


def _too_low(facts: Facts) -> Finding | None:
    ratio, now, first = facts.ratio, facts.now, facts.first
    most = 0.001 if _adaptive(facts) else 0.1
    if facts.training.learning_rate >= most:
        return None
    if not facts.trained or not -math.inf < ratio < _SMALL_STEPS or now.train_loss < _STILL_HIGH * first.train_loss:
        return None
    epochs = "1 epoch" if facts.epoch == 1 else f"{facts.epoch:,} epochs"
    says = (
        f"An update changes the weights by 1/{10**-ratio:,.0f} of their size, and in {epochs} the train loss went from "
        f"{loss_text(first.train_loss)} to {loss_text(now.train_loss)}."
    )
    times = min(_times_longer(facts), most / facts.training.learning_rate)
    return Finding(says, change(learning_rate=rate(facts.training.learning_rate * times)))


def _times_longer(facts: Facts) -> float:
    """Return the factor, at least 3, by which updates must grow to change the weights by about 1/1000 of their size."""
    return float(min(max(10 ** (-3 - facts.ratio), 3.0), 1e4))


def _adaptive_too_high(facts: Facts) -> Finding | None:
    value = facts.training.learning_rate
    if not _adaptive(facts) or value < 0.03:
        return None
    weights = facts.snapshot.parameters.weights[0]
    says = (
        f"{facts.training.optimizer} changes every weight by up to {format_value(value)} in one update, however small its "
        f"gradient is. The weights of layer 0 have a standard deviation of {float(weights.std()):.2g}."
    )
    return Finding(says, change(facts.updates > 0, learning_rate=0.001))


def _sum(facts: Facts) -> Finding | None:
    training = facts.training
    effective = training.learning_rate * facts.batch
    if training.reduction != "sum" or effective <= 6 or _adaptive(facts):
        return None
    says = (
        f"The gradients of {facts.batch:,} examples are added up, so learning rate {format_value(training.learning_rate)} has "
        f"the same effect as {format_value(float(f'{effective:.3g}'))} with their mean."
    )
    return Finding(says, change(facts.updates > 0, reduction="mean"))


def _momentum(facts: Facts) -> Finding | None:
    training = facts.training
    if "momentum" not in OPTIMIZERS[training.optimizer].uses or training.momentum < _LONG_MEMORY:
        return None
    steps = 1 / (1 - training.momentum)
    effective = training.learning_rate * steps
    if effective <= 2 and facts.carried_too_long and facts.trained:
        says = (
            f"With momentum {training.momentum:g}, each gradient affects about {steps:,.0f} updates, but an "
            f"epoch has only {facts.snapshot.batches:,}. Most of each step comes from gradients of older weights."
        )
        return Finding(says, change(True, momentum=0.9, learning_rate=rate(min(effective / 10, 0.1))))
    if effective <= 2:
        return None
    says = (
        f"With momentum {training.momentum:g}, each gradient affects about {steps:.0f} updates, so "
        f"learning rate {format_value(training.learning_rate)} has the same effect as "
        f"{format_value(float(f'{effective:.3g}'))} without momentum."
    )
    return Finding(says, change(facts.updates > 0, momentum=0.9))


def _noisy(facts: Facts) -> Finding | None:
    if not facts.trained or not facts.noisy_steps or facts.now.train_accuracy >= _GOOD:
        return None
    examples = "1 example" if facts.batch == 1 else f"{facts.batch} examples"
    says = (
        f"Each update follows the gradient of {examples} with learning rate "
        f"{format_value(facts.training.learning_rate)}. After {facts.updates:,} updates, "
        f"{percent(facts.now.train_accuracy)} of the training examples are classified correctly."
    )
    return Finding(says, change(True, batch_size=32))


def _clipped(facts: Facts) -> Finding | None:
    longest, layers = facts.training.clip_norm, facts.now.layers
    if not longest or not facts.trained or not layers or facts.now.train_loss < _STILL_HIGH * facts.first.train_loss:
        return None
    sizes = [weight.size for weight in facts.snapshot.parameters.weights]
    length = math.sqrt(sum(layer.gradient_rms**2 * size for layer, size in zip(layers, sizes, strict=True)))
    if not length > longest or facts.ratio >= _SMALL_STEPS:
        return None
    says = (
        f"Clipping shortened the last gradient to {format_value(longest)}, so an update changes the weights by only "
        f"1/{10**-facts.ratio:,.0f} of their size. The train loss is still {loss_text(facts.now.train_loss)}."
    )
    return Finding(says, change(clip_norm=1.0 if longest < 0.5 else 0.0))


def _schedule_over(facts: Facts) -> Finding | None:
    training = facts.training
    left = scheduled_rate(training, facts.epoch) / training.learning_rate
    if not facts.trained or training.schedule == "constant" or left >= 0.02 or facts.now.train_accuracy >= _GOOD:
        return None
    if facts.epoch % training.epochs == 0 and "cosine" in training.schedule:
        return None
    says = (
        f"The schedule has brought the learning rate to {format_value(rate(training.learning_rate * left))}, and "
        f"{percent(facts.now.train_accuracy)} of the training examples are classified correctly."
    )
    return Finding(says, change(schedule="constant"))


def _has_few_updates(facts: Facts) -> bool:
    """Return whether the planned epochs have few updates because the batches are large."""
    return facts.batch >= 512 and facts.snapshot.batches * facts.training.epochs < 200


def _few_updates(facts: Facts) -> Finding | None:
    batches, epochs = facts.snapshot.batches, facts.training.epochs
    updates = batches * epochs
    slow = facts.now.train_loss > 0.5 * facts.first.train_loss and facts.now.monitored_accuracy < _GOOD
    # In the first epochs of a longer run, it is too early to call the batches too large.
    if facts.epoch < 10 or not _has_few_updates(facts) or not slow:
        return None
    an_epoch = "1 update" if batches == 1 else f"{batches} updates"
    plan = "1 epoch" if epochs == 1 else f"{epochs:,} epochs"
    says = (
        f"With batch size {facts.batch:,}, an epoch has {an_epoch}, and the run of {plan} has {updates:,} updates; "
        f"with batch size 64, the run would have {-(-facts.snapshot.train_examples // 64) * epochs:,}."
    )
    return Finding(says, change(batch_size=64))


def _few_epochs(facts: Facts) -> Finding | None:
    now, epoch = facts.now, facts.epoch
    # If the run goes on after the planned epochs, this hint can appear again only when as many epochs more are complete.
    if not epoch or epoch % facts.training.epochs or _has_few_updates(facts):
        return None
    before = facts.records[-2].train_loss
    learned = max(now.train_accuracy, now.monitored_accuracy) >= _HALF_LEARNED
    # A loss that jumps up and down often falls by chance. So the newest loss must also be the lowest of all.
    falls = now is facts.lowest and now.train_loss < _STILL_FALLS * before
    if learned or not falls:
        return None
    says = (
        f"The training ended as planned. In the last of its {epoch:,} epochs, the train loss still fell from {loss_text(before)} "
        f"to {loss_text(now.train_loss)}, and {percent(now.train_accuracy)} of the training examples were classified correctly."
    )
    return Finding(says, change(epochs=max(10, 3 * epoch)))


def _plateau(facts: Facts) -> Finding | None:
    span = max(5, math.ceil(200 / facts.snapshot.batches))
    if facts.epoch <= span or facts.now.train_accuracy >= 0.97:
        return None
    before, now = facts.records[-1 - span].train_loss, facts.now.train_loss
    if not abs(before - now) < 0.02 * before:
        return None
    says = (
        f"In the last {span} epochs, the train loss went from {loss_text(before)} to {loss_text(now)}, and "
        f"{percent(facts.now.train_accuracy)} of the training examples are classified correctly."
    )
    rate_now, sizes = facts.training.learning_rate, facts.network.hidden_sizes
    if facts.ratio < _SMALL_STEPS:
        return Finding(says, change(learning_rate=rate(rate_now * _times_longer(facts))))
    if now > 0.8 * facts.chance:
        return Finding(says, change(learning_rate=rate(rate_now * 3)))
    if sizes and facts.ratio > _LARGE_STEPS:
        return Finding(says, change(learning_rate=rate(rate_now / 3)))
    if facts.training.dropout:
        return Finding(says, change(dropout=0.0), _HELD)
    return Finding(says, change(hidden_sizes=tuple(2 * units for units in sizes) or (64,)), _SMALL)


NOT_FINITE = Rule(
    "not_a_number", "a number became NaN or infinite",
    "Steps that are too long make the weights larger. Larger weights make larger gradients, until a number is too large for "
    "the computer. The network has to start again; smaller steps avoid this.", _not_finite,
    lower_loss(0.5),
)  # fmt: skip
TOO_HIGH = Rule(
    "rate_too_high", "learning rate too high",
    "The gradient shows the way down only near the present weights. A step that is too long lands higher on the other side, and "
    "can push units so far that their gradient is 0 and they never recover.", _too_high,
    lower_loss(0.5),
)  # fmt: skip
TOO_LOW = Rule(
    "rate_too_low", "learning rate too low",
    "The steps go in the right direction but are very short. A good update changes the weights by about 1/1000 of their size.",
    _too_low,
    lower_loss(0.9),
)  # fmt: skip
ADAPTIVE = Rule(
    "rate_too_high_for_adam", "learning rate too high for adam",
    "Adam and similar optimizers divide the gradient by its own size, so their learning rate is the length of a step. A "
    "learning rate of 0.001 suits weights of about 0.05.", _adaptive_too_high,
    higher_accuracy(1.1),
)  # fmt: skip
SUM = Rule(
    "sum_with_large_rate", "learning rate too high for a sum of gradients",
    "A sum of gradients grows with the batch size, and a mean does not. With a sum, divide the learning rate by the batch size.",
    _sum,
    lower_loss(0.5),
)  # fmt: skip
MOMENTUM = Rule(
    "momentum_too_high", "momentum too high",
    "With momentum m, a step adds up about 1/(1 − m) gradients. The steps gain speed on a slope of the loss, run past the "
    "minimum and swing back.",
    _momentum,
    lower_loss(0.5),
)  # fmt: skip
CLIPPED = Rule(
    "clipped_too_short", "gradient clipping too strong",
    "Clipping is meant for rare gradients that are far too long. If it shortens all of them, it acts like a smaller learning "
    "rate.",
    _clipped,
    lower_loss(0.5),
)  # fmt: skip
SCHEDULE_OVER = Rule(
    "schedule_over", "schedule ends too early",
    "A schedule ends with small steps, which help a network that has learned almost everything. Before that, small steps only "
    "slow the training down.", _schedule_over,
    lower_loss(0.5),
)  # fmt: skip
FEW_UPDATES = Rule(
    "batch_too_large", "batch too large",
    "A large batch takes as long as many small ones but makes only one update. Small batches give good enough gradients, and "
    "make many more updates in the same time.", _few_updates,
    lower_loss(0.5),
)  # fmt: skip
FEW_EPOCHS = Rule(
    "too_few_epochs", "too few epochs",
    ("When the training ended, the network was still getting better with each epoch. More epochs cost only "
        "time. Stop when the validation or test loss no longer falls."), _few_epochs,
    higher_accuracy(1.05), only_alone=True,
)  # fmt: skip
PLATEAU = Rule(
    "plateau", "loss no longer falls",
    "If the loss is flat but far from its minimum, larger steps help. Near the minimum, large steps jump across it, so "
    "smaller steps help.", _plateau,
    lower_loss(0.9),
)  # fmt: skip
NOISY = Rule(
    "steps_too_noisy", "steps too noisy",
    "The gradient of a few examples points in another direction for each batch. Long steps then undo each other and can switch "
    "units off for ever. Larger batches average the noise away; a smaller learning rate makes each step shorter.", _noisy,
    lower_loss(0.6),
)  # fmt: skip

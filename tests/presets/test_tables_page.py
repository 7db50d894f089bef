"""docs/tables.md is made from the tables and the settings, so that a row that is added shows up in it.

python tests/presets/test_tables_page.py > docs/tables.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tui_nn.cli.flags import flag_of
from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.config.setting import Setting
from tui_nn.core.activations import ACTIVATIONS
from tui_nn.core.choices.augmentation import NOISES
from tui_nn.core.choices.initializers import INITIALIZERS
from tui_nn.core.choices.schedules import SCHEDULES
from tui_nn.core.losses import LOSSES
from tui_nn.core.optimizers import OPTIMIZERS

PAGE = Path(__file__).parent.parent.parent / "docs" / "tables.md"

OPENING = """# What there is to choose

Every choice is a row of a table in `tui_nn/core/`, and every field a setting in `config.py`. The form, the flags, the
presets' keys, the share line and this page are made from them, and the tests go through them: to add an activation is to
add one row.

The derivatives are checked against central differences, in float64, to a relative error below 10⁻⁶, over networks of
depth 0 to 4 with every activation, loss, reduction, penalty, dropout and noise.
"""

BESIDE_PYTORCH = """
## Beside PyTorch

`tests/core/test_against_torch.py` runs where PyTorch is installed: every activation with every loss against autograd, and six
updates of every optimizer, constant and scheduled, agree to 10⁻¹² in float64. What the two mean differently:

| here | in PyTorch |
| --- | --- |
| `gelu` is the form with tanh | `gelu(z, approximate="tanh")`; its default is the exact one, up to 0.0005 apart |
| `sigmoid_mse` is half the squared error summed over ten outputs, the mean over examples | `MSELoss` is a fifth: a mean of both |
| weights are (fan_in, fan_out), z = x @ W + b | `Linear` keeps (fan_out, fan_in) |
| start weights are he_normal, biases 0 | `Linear` draws both evenly from ±1/√fan_in: `lecun_uniform` / √3 |
| l1 and l2 pull at weights and never at biases | `weight_decay` takes all parameters of its group |
| l2 is in the gradient before it is clipped (but for `adamw`) | `clip_grad_norm_` comes before the optimizer adds `weight_decay` |
| clipping to a norm is exact | `clip_grad_norm_` divides by the norm + 10⁻⁶ |
| rmsprop goes by `beta2`, 0.999; its first steps are up to 1/√(1 − β2) rates long | `alpha=0.99`; the same |
| the decay of adamw is rate × l2 (in the paper the schedule's factor × l2, without the rate) | the same |
| momentum: v ← m·v + g, the rate outside, so that a new rate counts at once | the same; many papers have the rate inside |
| a schedule's factor is that of the middle of the batch | `LRScheduler` steps after a batch or an epoch, as the loop calls it |
| dropout leaves 0 or 1/(1 − p), drawn from seed, epoch, batch and chunk | the same, drawn from a global generator |
| what is reported is the loss without penalties and smoothing | what the loop computes |
"""

TABLES: dict[str, tuple[str, Mapping[str, Any], str]] = {
    "activation": ("Activations of hidden layers", ACTIVATIONS, "derivative"),
    "weight_init": ("Start weights", INITIALIZERS, ""),
    "loss": ("Outputs and losses", LOSSES, "delta_formula"),
    "optimizer": ("Optimizers", OPTIMIZERS, "in_full"),
    "schedule": ("Schedules of the learning rate", SCHEDULES, ""),
    "noise": ("Noise on what enters", NOISES, ""),
}
"""By the setting that chooses: a title, the table, and the column beside formula and purpose."""


def cell(text: str) -> str:
    return text.replace("|", "\\|")


def table(setting: str, title: str, rows: Mapping[str, Any], more: str) -> list[str]:
    heads = ["name", "formula", *([more.replace("_", " ")] if more else []), "purpose", "goes by", "source"]
    lines = [f"\n## {title}\n", f"`{flag_of(setting)} NAME`\n", f"| {' | '.join(heads)} |", "| --- " * len(heads) + "|"]
    for name, row in rows.items():
        cells = [f"`{name}`", row.formula, *([getattr(row, more)] if more else []), row.purpose]
        goes_by = ", ".join(f"`{used}`" for used in getattr(row, "uses", ()))
        lines.append(f"| {' | '.join(map(cell, cells))} | {goes_by} | {row.source} |")
    return lines


def settings_table(title: str, settings: Iterable[Setting]) -> list[str]:
    lines = [
        f"\n## {title}\n",
        "| setting | flag | in a share line | default | may be | a change | |",
        "| --- " * 7 + "|",
    ]
    for s in settings:
        allowed = "a name from the table above" if s.table else s.allowed
        sentence = s.help.replace("{value}", "value")
        cells = [
            s.label,
            f"`{flag_of(s.name)}`",
            f"`{s.short or s.name}`",
            s.format(s.default),
            allowed,
            s.effect,
            sentence,
        ]
        lines.append(f"| {' | '.join(map(cell, cells))} |")
    return lines


def page() -> str:
    """The whole page."""
    lines: list[str] = []
    for setting, (title, rows, more) in TABLES.items():
        lines += table(setting, title, rows, more)
    lines += settings_table("All settings of the network", NetworkConfig.settings)
    lines += settings_table("All settings of the training", TrainingConfig.settings)
    return "\n".join([OPENING.rstrip(), *lines]) + "\n" + BESIDE_PYTORCH


def test_the_page_of_tables_is_up_to_date() -> None:
    """Whoever adds a row or a setting makes the page again."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_setting_with_a_table_has_it_on_the_page() -> None:
    chosen = {s.name for s in (*NetworkConfig.settings, *TrainingConfig.settings) if s.table}
    assert chosen == set(TABLES)


if __name__ == "__main__":
    sys.stdout.write(page())

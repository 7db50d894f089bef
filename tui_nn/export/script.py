"""The exported program, as a script with comments or as a notebook with cells."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from tui_nn.export.numpy_script import IMPORTS as NUMPY_IMPORTS
from tui_nn.export.numpy_script import numpy_sections
from tui_nn.export.plan import Plan
from tui_nn.export.sections import Section
from tui_nn.export.torch_script import IMPORTS as TORCH_IMPORTS
from tui_nn.export.torch_script import torch_sections

USAGE = "This program reads an .npz file like mnist.npz of Keras; `tui-nn export RUN --to data` writes the examples of the run."


def numpy_script(plan: Plan) -> str:
    """Return a script in plain NumPy that trains the run again and prints its losses."""
    return _script(_about(plan), NUMPY_IMPORTS, numpy_sections(plan))


def torch_script(plan: Plan) -> str:
    """Return a script in PyTorch that trains the run again from the same weights, and prints its losses."""
    return _script(_about(plan), TORCH_IMPORTS, torch_sections(plan))


def notebook(plan: Plan) -> str:
    """Return the NumPy script as a Jupyter notebook: JSON of format 4.5, with a cell for each section."""
    sections = numpy_sections(plan)
    cells = [_cell("markdown", "about", [f"# {plan.preset}", "", _about(plan), "", USAGE])]
    cells.append(_cell("code", "imports", [*_imports(sections, "os"), *NUMPY_IMPORTS, "", 'path = "mnist.npz"']))
    for number, section in enumerate(sections):
        title = f"{section.title[0].upper()}{section.title[1:]}"
        cells.append(_cell("markdown", f"heading-{number}", [f"## {title}"]))
        cells.append(_cell("code", f"code-{number}", section.lines))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    book = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(book, indent=1, ensure_ascii=False) + "\n"


def _cell(kind: str, name: str, lines: Sequence[str]) -> dict[str, Any]:
    source = [*(f"{line}\n" for line in lines[:-1]), lines[-1]]
    more: dict[str, Any] = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return {"cell_type": kind, "id": name, "metadata": {}, "source": source, **more}


def _about(plan: Plan) -> str:
    sizes = "-".join(map(str, plan.sizes))
    epochs = "1 epoch" if plan.epochs == 1 else f"{plan.epochs:,} epochs"
    return f"{plan.preset}: a network with the layers {sizes}, trained for {epochs}."


def _imports(sections: Sequence[Section], *names: str) -> list[str]:
    needs_math = any("math." in line for section in sections for line in section.lines)
    return [f"import {', '.join([*(['math'] if needs_math else []), *names])}"]


def _script(about: str, imports: Sequence[str], sections: Sequence[Section]) -> str:
    names = ("os", "sys") if any("os." in line for line in imports) else ("sys",)
    lines = [f'"""{about}', USAGE + '"""', *_imports(sections, *names), *imports]
    for section in sections:
        first, *rest = section.lines
        first = first.replace("np.load(path)", "np.load(sys.argv[1])")
        lines += ["", first if "  # " in first else f"{first}  # {section.title}", *rest]
    return "\n".join(lines) + "\n"

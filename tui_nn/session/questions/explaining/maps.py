"""Explanations of the test map: the point of an example, and how well a layer separates the classes."""

from __future__ import annotations

from tui_nn.session.questions.explaining.explanation import Explanation, exact, short
from tui_nn.session.questions.map_look import MapLook


def place_of(look: MapLook, layer: int, example: int) -> Explanation:
    """Explain where a test example lies on the map of a layer. Layer −1 stands for the pixels."""
    x, y = look.layers[layer + 1].places[example]
    sizes = look.network.sizes
    values = f"{sizes[layer + 1]:,} {'pixels' if layer < 0 else f'values of layer {layer}'}"
    formula = f"{values} · 2 directions ({look.kind}) = ({short(x)}, {short(y)})"
    names, label = look.test.class_names, int(look.labels[example])
    about = f"The true class is {names[label]}{', and the example is misclassified' if look.wrong[example] else ''}."
    return Explanation(
        f"position of test example #{example} on the map",
        f"({short(x, 6)}, {short(y, 6)})",
        "projection",
        formula,
        about,
    )


def separation_of(look: MapLook, layer: int) -> Explanation:
    """Explain how well a layer separates the classes."""
    share = look.layers[layer + 1].separation
    name = "the pixels" if layer < 0 else f"layer {layer}"
    formula = f"variance between the classes / total variance = {short(100 * share)} %"
    return Explanation(f"class separation of {name}", exact(share), "class separation", formula)

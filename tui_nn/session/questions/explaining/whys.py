"""Explanations of the parts that led to a prediction: pixels, hidden units, and similar training examples."""

from __future__ import annotations

from tui_nn.analysis.why import SIDES, UnitContribution, Why
from tui_nn.session.questions.explaining.explanation import Explanation, added, exact, factor, short


def explained_sum(why: Why, side: str) -> str:
    """Return the name of the sum that is explained: "z of 9 − z of 2", or "z of 9" alone."""
    first, second = why.names
    return {"both": f"z of {first} − z of {second}", "for": f"z of {first}", "against": f"z of {second}"}[side]


def pixel(why: Why, side: str, row: int, column: int) -> Explanation:
    """Explain the contribution of one pixel to the sum `side`, a name in `SIDES`."""
    part, at = why.attribution.part(SIDES[side]), row * why.side + column
    x, slope, product = float(why.attribution.x[at]), float(part.gradient[at]), part.products[at]
    formula = f"pixel × gradient = {short(x)} × {factor(slope)} = {short(product)}"
    name = f"contribution of the pixel in row {row}, column {column} to {explained_sum(why, side)}"
    return Explanation(name, exact(product), "contribution", formula)


def whole(why: Why, side: str) -> Explanation:
    """Explain the sum that the contributions add up to."""
    part = why.attribution.part(SIDES[side])
    rest = f" {added(part.rest)} (rest)" if abs(part.rest) > 1e-3 * max(abs(part.z), 1) else ""
    terms = f"{short(part.ups)} {added(part.downs)} {added(part.bias)}{rest}"
    formula = f"positive contributions + negative contributions + biases = {terms} = {short(part.z)}"
    return Explanation(explained_sum(why, side), exact(part.z), "contribution", formula)


def side_sum(why: Why, side: str, which: str) -> Explanation:
    """Explain one part of the sum: the pixels with a positive contribution ("ups"), those with a negative one ("downs"), or the
    biases ("bias").
    """
    part = why.attribution.part(SIDES[side])
    if which == "bias":
        return Explanation(
            "contribution of the biases", exact(part.bias), "bias", f"Σ bias × its gradient = {short(part.bias)}"
        )
    value, sign = (part.ups, "positive") if which == "ups" else (part.downs, "negative")
    count = int((part.products > 0).sum() if which == "ups" else (part.products < 0).sum())
    formula = f"sum over {count:,} {sign} pixels = {short(value)}"
    return Explanation(f"{sign} pixels together", exact(value), "contribution", formula)


def unit(why: Why, found: UnitContribution) -> Explanation:
    """Explain the contribution of a hidden unit to the difference between the z of two classes."""
    first, second = why.names
    formula = f"a × (w{first} − w{second}) = {short(found.a)} × {factor(found.weight)} = {short(found.contribution)}"
    return Explanation(f"contribution of unit {found.unit}", exact(found.contribution), "contribution", formula)


def neighbour(why: Why, index: int, label: int, distance: float) -> Explanation:
    """Explain the distance between a similar training example and the picture that is explained."""
    count = why.unit_count or len(why.image)
    formula = f"√(Σ (a − a of this example)² over {count:,} values) = {short(distance)}"
    about = f"Training example #{index} is a {why.class_names[label]}."
    return Explanation(f"distance to training example #{index}", exact(distance), "projection", formula, about)

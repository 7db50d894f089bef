"""Two directions to look along: examples in many dimensions as points in a plane, epoch after epoch the same way round."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_nn.core.parameters import Array, Labels, frozen

_MOST = 50
"""Principal directions in which the classes are told apart: in more, Fisher's would learn a thousand examples by heart."""
_RIDGE = 1e-3
"""Added to the scatter within the classes, as a share of its mean: directions without any would count for all."""

Vectors = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Projection:
    """One row of the table."""

    name: str
    purpose: str
    place: Callable[[Vectors, Labels], Vectors]
    """(values (n, d), labels (n,)) -> (n, 2), centred on 0."""


def principal(values: Vectors, labels: Labels) -> Vectors:
    """Along the two directions of the largest variance, whatever the labels (Pearson 1901), (n, 2)."""
    return _two(_components(values, 2))


def fisher(values: Vectors, labels: Labels) -> Vectors:
    """Along the two directions with most variance between classes against that within (Fisher 1936, Rao 1948), (n, 2).

    They are sought among the first `_MOST` principal directions.
    """
    inside = _components(values, _MOST)
    if not inside.shape[1]:
        return _two(inside)
    means = _class_means(inside, labels)
    rest = inside - means
    within = rest.T @ rest / len(inside)
    within += (_RIDGE * np.trace(within) / len(within) + np.finfo(float).tiny) * np.eye(len(within))
    # Where the scatter within is the unit sphere, Fisher's directions are the principal ones of the means.
    sizes, axes = np.linalg.eigh(within)
    white = axes / np.sqrt(sizes)
    _, found = np.linalg.eigh(np.cov(means @ white, rowvar=False, bias=True).reshape(len(within), -1))
    return _two(inside @ white @ found[:, ::-1][:, :2])


PROJECTIONS = {
    row.name: row
    for row in (
        Projection("Fisher", "the two directions that tell the digits apart best", fisher),
        Projection("principal", "the two directions of the largest spread, labels unknown", principal),
    )
}


def project(values: Array, labels: Labels, name: str) -> Vectors:
    """Place examples by what a layer gives out for them: `values` (n, d), `labels` (n,) -> (n, 2), read-only.

    NaN where anything is not finite; 0 along a direction that does not exist. The same values give the same places.
    """
    exact = values.astype(np.float64)
    if not np.isfinite(exact).all():
        return frozen(np.full((len(exact), 2), np.nan))
    # Squares of very large numbers must not overflow, nor those of small ones vanish.
    size = float(np.abs(exact).max()) or 1.0
    return frozen(_fixed(PROJECTIONS[name].place(exact / size, labels)))


def oriented(places: Vectors, reference: Vectors | None) -> Vectors:
    """The same (n, 2) places with their axes in the order, and with the signs, that fit `reference` best.

    The reference is another (n, 2) of the same examples: the epoch before, so that the picture does not flip.
    """
    if reference is None or not np.isfinite(reference).all() or not np.isfinite(places).all():
        return places
    ours, theirs = (points / (np.linalg.norm(points, axis=0) + np.finfo(float).tiny) for points in (places, reference))
    alike = ours.T @ theirs
    straight, crossed = np.abs(alike[[0, 1], [0, 1]]).sum(), np.abs(alike[[0, 1], [1, 0]]).sum()
    order = [1, 0] if crossed > straight else [0, 1]
    signs = np.where(alike[order, [0, 1]] < 0, -1.0, 1.0)
    return frozen(places[:, order] * signs)


def apart(values: Array, labels: Labels) -> float:
    """The share of the variance of (n, d) values that the class explains, in all directions together, 0 to 1.

    It is the η² of Fisher, summed over the directions: 0 if all classes have one mean, 1 if each is one point. NaN where
    values are; 0 if all are one.
    """
    if not np.isfinite(values).all():
        return math.nan
    centred = values - values.mean(axis=0, dtype=np.float64)
    centred /= float(np.abs(centred).max()) or 1.0
    total = np.square(centred).sum()
    return float(np.square(_class_means(centred, labels)).sum() / total) if total != 0 else 0.0


def _class_means(points: Vectors, labels: Labels) -> Vectors:
    """For each of n points the mean of its class, (n, d)."""
    member = np.equal.outer(np.arange(int(labels.max()) + 1), labels).astype(np.float64)
    counts = member.sum(axis=1, keepdims=True)
    means: Vectors = member @ points / np.where(counts > 0, counts, 1)
    return means[labels]


def _components(values: Vectors, most: int) -> Vectors:
    """Scores along the principal directions, the largest first, (n, at most `most`); those without variance left out."""
    centred = values - values.mean(axis=0)
    n, d = centred.shape
    # With fewer examples than dimensions the same scores come from the products of the examples.
    narrow = d <= n
    variances, axes = np.linalg.eigh(centred.T @ centred if narrow else centred @ centred.T)
    order = np.argsort(-variances, kind="stable")[:most]
    kept = order[variances[order] > 1e-12 * max(float(variances.max()), np.finfo(float).tiny)]
    scores: Vectors = centred @ axes[:, kept] if narrow else axes[:, kept] * np.sqrt(variances[kept])
    return scores


def _two(scores: Vectors) -> Vectors:
    """Two columns: those that are missing are 0."""
    two: Vectors = np.pad(scores[:, :2], ((0, 0), (0, max(2 - scores.shape[1], 0))))
    return two


def _fixed(places: Vectors) -> Vectors:
    """The sign of a direction is anybody's: the example that is furthest out lies on the + side."""
    signs: Vectors = np.where(places[np.abs(places).argmax(axis=0), [0, 1]] < 0, -1.0, 1.0)
    return places * signs

"""Projections (PCA and Fisher's linear discriminant) of examples from many dimensions to two, with a stable orientation."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_nn.core.parameters import Array, Labels, frozen

_MOST = 50
"""The number of principal components in which Fisher's discriminant is computed. With more components, the discriminant
would fit single examples.
"""
_RIDGE = 1e-3
"""The regularisation of Fisher's discriminant: this share of the mean variance within classes is added to the variance in every
direction.
"""

Vectors = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Projection:
    """A method to project examples to two dimensions: one row of the table PROJECTIONS."""

    name: str
    purpose: str
    place: Callable[[Vectors, Labels], Vectors]
    """A function that takes values (n, d) and labels (n,), and returns points (n, 2) with the mean 0."""


def principal(values: Vectors, labels: Labels) -> Vectors:
    """Project to the first two principal components, shape (n, 2). This is PCA (Pearson 1901), and ignores the labels."""
    return _two(_components(values, 2))


def fisher(values: Vectors, labels: Labels) -> Vectors:
    """Project to the two best directions of Fisher's linear discriminant, shape (n, 2).

    These directions give the largest ratio of the variance between classes to the variance within classes (Fisher 1936,
    Rao 1948). The search is limited to the first `_MOST` principal components.
    """
    inside = _components(values, _MOST)
    if not inside.shape[1]:
        return _two(inside)
    means = _class_means(inside, labels)
    rest = inside - means
    within = rest.T @ rest / len(inside)
    within += (_RIDGE * np.trace(within) / len(within) + np.finfo(float).tiny) * np.eye(len(within))
    # After whitening the scatter within classes, Fisher's directions are the principal directions of the class means.
    sizes, axes = np.linalg.eigh(within)
    white = axes / np.sqrt(sizes)
    _, found = np.linalg.eigh(np.cov(means @ white, rowvar=False, bias=True).reshape(len(within), -1))
    return _two(inside @ white @ found[:, ::-1][:, :2])


PROJECTIONS = {
    row.name: row
    for row in (
        Projection("Fisher", "the two directions that separate the classes best", fisher),
        Projection("principal", "the two directions in which the examples differ most", principal),
    )
}


def project(values: Array, labels: Labels, name: str) -> Vectors:
    """Project the outputs of a layer to two dimensions by the method `name` (PCA or Fisher's linear discriminant).

    `values` are (n, d), `labels` (n,) and the result (n, 2), read-only. All points are NaN if a value is not finite. The second
    column is 0 if all values lie on one line.
    """
    exact = values.astype(np.float64)
    if not np.isfinite(exact).all():
        return frozen(np.full((len(exact), 2), np.nan))
    # Scale the values first, so that the squares of very large numbers do not overflow and those of very small numbers
    # do not become 0.
    size = float(np.abs(exact).max()) or 1.0
    return frozen(_fixed(PROJECTIONS[name].place(exact / size, labels)))


def oriented(places: Vectors, reference: Vectors | None) -> Vectors:
    """Swap and mirror the axes of the points `places` (n, 2) so that they fit `reference` (n, 2) best.

    The reference contains the points of the same examples in the previous epoch or layer. So the points on the screen
    move only a little from one epoch or layer to the next.
    """
    if reference is None or not np.isfinite(reference).all() or not np.isfinite(places).all():
        return places
    ours, theirs = (points / (np.linalg.norm(points, axis=0) + np.finfo(float).tiny) for points in (places, reference))
    alike = ours.T @ theirs
    straight, crossed = np.abs(alike[[0, 1], [0, 1]]).sum(), np.abs(alike[[0, 1], [1, 0]]).sum()
    order = [1, 0] if crossed > straight else [0, 1]
    signs = np.where(alike[order, [0, 1]] < 0, -1.0, 1.0)
    return frozen(places[:, order] * signs)


def class_separation(values: Array, labels: Labels) -> float:
    """Return the share of the variance of `values` (n, d) that the class explains, from 0 to 1.

    The share is Fisher's η² over all directions: 0 if all classes have the same mean, 1 if each class is a single
    point. The share is NaN if a value is not finite, and 0 if all values are equal.
    """
    if not np.isfinite(values).all():
        return math.nan
    centred = (values - values.mean(axis=0, dtype=np.float64)).astype(np.float64)
    centred /= float(np.abs(centred).max()) or 1.0
    total = np.square(centred).sum()
    return float(np.square(_class_means(centred, labels)).sum() / total) if total != 0 else 0.0


def _class_means(points: Vectors, labels: Labels) -> Vectors:
    """Return, for each point, the mean of all points of its class, shape (n, d)."""
    member = np.equal.outer(np.arange(int(labels.max()) + 1), labels).astype(np.float64)
    counts = member.sum(axis=1, keepdims=True)
    means: Vectors = member @ points / np.where(counts > 0, counts, 1)
    return means[labels]


def _components(values: Vectors, most: int) -> Vectors:
    """Return the coordinates along the principal components, shape (n, components), the largest variance first.

    There are at most `most` components. Components without variance are left out.
    """
    centred = values - values.mean(axis=0)
    n, d = centred.shape
    # If there are fewer examples than dimensions, use the matrix of products between examples: it is smaller, and gives the same
    # coordinates.
    narrow = d <= n
    variances, axes = np.linalg.eigh(centred.T @ centred if narrow else centred @ centred.T)
    order = np.argsort(-variances, kind="stable")[:most]
    kept = order[variances[order] > 1e-12 * max(float(variances.max()), np.finfo(float).tiny)]
    scores: Vectors = centred @ axes[:, kept] if narrow else axes[:, kept] * np.sqrt(variances[kept])
    return scores


def _two(scores: Vectors) -> Vectors:
    """Return the first two columns of `scores`, shape (n, 2). If there are fewer columns, zeros replace the missing ones."""
    two: Vectors = np.pad(scores[:, :2], ((0, 0), (0, max(2 - scores.shape[1], 0))))
    return two


def _fixed(places: Vectors) -> Vectors:
    """Fix the sign of each axis, which the projection leaves open: the point farthest from 0 gets a positive coordinate."""
    signs: Vectors = np.where(places[np.abs(places).argmax(axis=0), [0, 1]] < 0, -1.0, 1.0)
    return places * signs

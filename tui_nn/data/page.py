"""Finding the ink of a digit in a photograph or scan. Ink is darker than the paper around it.

Light falls unevenly on a page. Paper has grain, specks and ruled lines. A scan may have a black frame, and chalk is
light on a dark board. Each function below handles one of these difficulties, and `read_page` calls them in order. All
of them are textbook methods (Gonzalez and Woods, Digital Image Processing, 4th edition: closing in chapter 9,
thresholds in chapter 10).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from tui_nn.data.centring import Ink
from tui_nn.data.dataset import Bytes, DataError

FLAT = 25
"""The smallest difference between paper and ink, on a scale from 0 to 255. A picture with a smaller difference counts as empty."""

SIDE = 160
"""The longest side, in pixels, of a page in which a digit is searched. Larger pages are reduced to this size."""

_WINDOW = 0.4
"""The side of the square window in which the brightness of the paper is estimated, as a share of the page. The window
must be wider than a stroke.
"""
_LINE = 0.04
"""The largest thickness of a ruled line, as a share of the page."""
_MARGIN = 0.12
"""The width of the strip at each edge in which a frame may be, as a share of the page."""
_SMALL = 20
"""A digit is hard to read if its size on the reduced page is below this number of pixels."""

Mask = NDArray[np.bool_]
"""A mask: True for the chosen pixels of a page, shape (h, w)."""


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """The ink of one digit, as it was found on a page."""

    ink: Ink
    """The ink of each pixel, shape (h, w): 0 for paper, at most 255."""
    dark_on_light: bool
    """True if the ink is darker than the paper."""
    doubts: tuple[str, ...]
    """Reasons why these pixels may not be the whole digit. Each is a sentence without a full stop."""


def read_page(grey: Bytes) -> Page:
    """Return the ink of the digit in a grey picture, uint8 (h, w).

    Raises:
        DataError: if the difference between paper and ink is below `FLAT`.
    """
    page = reduce(grey, -(-max(grey.shape) // SIDE))
    dark = has_dark_ink(page)
    page = page if dark else 255 - page
    paper = find_paper(page)
    # Divide by the brightness of the paper, because less light darkens paper and ink by the same factor. The divisor has a lower
    # limit, because a very small one would enlarge the grain of the paper in a deep shadow.
    ink = (paper - page) / np.maximum(paper, 60) * 255
    ink = without_lines(np.clip(ink - np.median(ink), 0, None))
    ink = without_frame(ink)
    if ink.max() < FLAT:
        raise DataError("the picture shows no digit; give a picture with dark strokes on light paper, or the reverse")
    level = threshold(ink)
    parts = find_parts(ink > level)
    chosen, doubts = choose_digit(parts, ink)
    # The edges of strokes are lighter than the threshold, and belong to the digit too.
    strokes = spread(chosen, max(1, max(page.shape) // 60)) & (ink > 0.35 * level)
    return Page(np.where(strokes, ink, 0), dark, doubts)


# ---- the page


def reduce(grey: NDArray[Any], factor: int) -> Ink:
    """Return a smaller picture (h, w). Each new pixel is the mean of `factor` x `factor` old pixels.

    The pixels of the last row and column may be means of fewer old pixels.
    """
    small = np.asarray(grey, np.float64)
    for axis in (0, 1):
        starts = np.arange(0, small.shape[axis], factor)
        sizes = np.diff(starts, append=small.shape[axis])
        small = np.add.reduceat(small, starts, axis) / np.expand_dims(sizes, 1 - axis)
    return small


def has_dark_ink(page: Ink) -> bool:
    """Return whether a page has dark ink on light paper.

    The brightness of the paper is the median at the edge. If the edge is a frame, the median of the whole page is used.
    """
    edges, inner = _ring(page, 0), _ring(page, round(0.03 * min(page.shape)))
    edge, usual = np.median(np.concatenate(edges)), np.median(page)
    if all((np.abs(side - edge) < np.abs(side - usual)).mean() > 0.95 for side in edges):
        paper = usual
    else:
        # A ruled line may lie on the edge of the picture, and a frame may lie a little inside the edge.
        paper = np.median(np.concatenate([*edges, *edges, *inner]))
    # Percentiles are used, because a few extreme pixels may be specks of dust.
    darkest, lightest = np.quantile(page, [0.002, 0.998])
    return bool(paper - darkest >= lightest - paper)


def _ring(page: Ink, depth: int) -> tuple[Ink, ...]:
    """Return the two rows and the two columns of a page that are `depth` pixels away from its edges."""
    return page[depth], page[-1 - depth], page[:, depth], page[:, -1 - depth]


def find_paper(page: Ink) -> Ink:
    """Return the brightness of the paper at each pixel, without the strokes that are on it.

    This operation is a closing. First, each pixel takes the lightest value in a window around it, which removes strokes
    narrower than the window. Then each pixel takes the darkest of these values in its window, which restores wider
    shadows.
    """
    reach = max(round(max(page.shape) * _WINDOW / 2), 2)
    # Beyond its edge, the page is continued with its edge pixels. If there is ink at the edge, as in a frame or a
    # narrow cut-out, the page is continued with paper instead.
    darkest, usual = np.quantile(page, [0.002, 0.6])
    wide = np.pad(page, 2 * reach, mode="edge")
    wide[wide < darkest + 0.3 * (usual - darkest)] = usual
    inside = (slice(2 * reach, -2 * reach),) * 2
    wide[inside] = page
    return _over_windows(_over_windows(wide, reach, np.max), reach, np.min)[inside]


def without_lines(ink: Ink) -> Ink:
    """Return the ink without ruled lines. A ruled line is thin, and covers most of the page's width or height."""
    for _ in ("rows", "columns"):
        ink = _without_inked_rows(ink).T
    return ink


def _without_inked_rows(ink: Ink) -> Ink:
    level = np.quantile(ink, 0.15, axis=1)
    lines = level > max(8, 3 * float(np.median(level)))
    thickest = max(1, round(_LINE * len(ink)))
    ends = np.flatnonzero(np.diff(lines, prepend=False, append=False)).reshape(-1, 2)
    for start, stop in ends:
        lines[start:stop] = stop - start <= thickest
    if not lines.any() or lines.mean() > 0.4:
        return ink
    rows, clean = np.arange(len(ink)), np.flatnonzero(~lines)
    # A stroke that crosses the ruled line continues from the row above the line to the row below it.
    return np.array([np.interp(rows, clean, column[clean]) for column in ink.T]).T


def without_frame(ink: Ink) -> Ink:
    """Return the ink without a frame. A frame is connected ink that runs along all four edges and leaves the middle empty.

    A closely cut-out 0 looks like a frame. It is not removed, because there is no other ink inside it.
    """
    parts = find_parts(ink > threshold(ink))
    height, width = ink.shape
    down, right = round(_MARGIN * height), round(_MARGIN * width)
    inner = parts[down : height - down, right : width - right]
    for edge in (parts[:down], parts[height - down :], parts[:, :right], parts[:, width - right :]):
        parts = np.where(np.isin(parts, edge) & ~np.isin(parts, inner), parts, 0)
    if parts.any() and (rest := np.where(spread(parts > 0, 3), 0, ink)).max() >= FLAT:
        return rest
    return ink


# ---- the digit


def threshold(ink: Ink) -> float:
    """Return the threshold that best separates ink from paper: the one with the largest variance between both groups of pixels.

    From N. Otsu, "A threshold selection method from gray-level histograms", 1979.
    """
    counts, edges = np.histogram(ink, 64, (0, max(float(ink.max()), 1)))
    values = (edges[:-1] + edges[1:]) / 2
    below, sums = counts.cumsum()[:-1], (counts * values).cumsum()
    above, total = ink.size - below, sums[-1]
    means = sums[:-1] / np.maximum(below, 1), (total - sums[:-1]) / np.maximum(above, 1)
    return float(edges[1 + int(np.argmax((means[1] - means[0]) ** 2 * below * above))])


def find_parts(inked: Mask) -> NDArray[np.int64]:
    """Return a number for each connected part of the inked pixels, and 0 for the others, shape (h, w).

    Each pixel begins with its own index as its number. It takes the largest number among its neighbours, again and
    again, until each part has one number. A pixel with the number k also takes the number of the pixel with the index
    k, so that fewer rounds are needed.
    """
    parts = np.where(inked, np.arange(1, inked.size + 1).reshape(inked.shape), 0)
    while True:
        larger = np.where(inked, _over_windows(parts, 1, np.max), 0)
        larger = np.concatenate([[0], larger.ravel()])[larger]
        if (larger == parts).all():
            return parts
        parts = larger


@dataclass(frozen=True, slots=True)
class _Part:
    """One connected group of pixels with ink."""

    number: int
    area: int
    top: int
    left: int
    bottom: int
    right: int

    def gap(self, other: _Part) -> int:
        """Return the distance in pixels between this part and another, along the rows or the columns."""
        rows = max(other.top - self.bottom, self.top - other.bottom)
        return max(rows, other.left - self.right, self.left - other.right, 0)

    def is_cut(self, height: int, width: int) -> bool:
        """Return whether the part reaches an edge of the page."""
        return self.top < 2 or self.left < 2 or self.bottom > height - 3 or self.right > width - 3

    @property
    def size(self) -> int:
        """The longer side of this part of the ink, in pixels."""
        return max(self.bottom - self.top, self.right - self.left) + 1


def choose_digit(numbers: NDArray[np.int64], ink: Ink) -> tuple[Mask, tuple[str, ...]]:
    """Return the pixels of the digit, and the reasons why they may be wrong.

    The digit is the largest part that does not reach an edge, together with parts that are close to it. Anything else is a
    speck, a shadow, or another digit.
    """
    parts = _largest_parts(numbers)
    whole = [part for part in parts if not part.is_cut(*ink.shape)]
    # If all parts that do not reach an edge are small specks, the digit was cut out closely and reaches the edges.
    main = whole[0] if whole and whole[0].area >= 0.1 * parts[0].area else parts[0]
    near = [part for part in parts if part.gap(main) <= 0.12 * main.size and part.area > 0.03 * main.area]
    digit = [part for part in near if part is main or part in whole or main not in whole]
    doubts = []
    if any(part.area > 0.3 * main.area for part in whole if part not in digit):
        doubts.append("the picture shows several large shapes, and only the largest was read")
    if main not in whole and max(ink.shape) > 2 * _SMALL:
        doubts.append("the ink reaches the edge of the picture, so a part of the digit may be missing")
    if main.size < _SMALL and max(ink.shape) > 2 * _SMALL:
        doubts.append("the digit in the picture is very small; crop the picture to the digit")
    chosen = np.isin(numbers, [part.number for part in digit])
    if ink[chosen].mean() < 2 * FLAT:
        doubts.append("the ink of the digit is faint")
    return chosen, tuple(doubts)


def _largest_parts(numbers: NDArray[np.int64], most: int = 30) -> list[_Part]:
    """Return the largest connected parts of the ink, the largest first."""
    names, areas = np.unique(numbers[numbers > 0], return_counts=True)
    parts = []
    for index in np.argsort(-areas, kind="stable")[:most]:
        rows, columns = np.nonzero(numbers == names[index])
        box = int(rows.min()), int(columns.min()), int(rows.max()), int(columns.max())
        parts.append(_Part(int(names[index]), int(areas[index]), *box))
    return parts


# ---- windows


def spread(mask: Mask, reach: int) -> Mask:
    """Return the pixels that are at most `reach` rows and columns away from a pixel of the mask."""
    return _over_windows(mask, reach, np.max)


def _over_windows(page: NDArray[Any], reach: int, measure: Callable[..., NDArray[Any]]) -> NDArray[Any]:
    """Return the largest, smallest or mean value in the square window around each pixel: `reach` pixels to each side."""
    for axis in (0, 1):
        wide = np.pad(page, [(reach, reach) if axis == other else (0, 0) for other in (0, 1)], mode="edge")
        page = measure(sliding_window_view(wide, 2 * reach + 1, axis=axis), axis=-1)
    return page

"""PNG pictures of the screen, drawn from its SVG."""

from __future__ import annotations

from tui_nn.export.plan import ExportError

_FONT = "DejaVu Sans Mono"
_LETTER = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text y="9" font-family="monospace">{}</text></svg>'
)


def png_of(svg: str) -> bytes:
    """Return an SVG picture of the screen as PNG.

    Raises:
        ExportError: if the package resvg_py or a font is not installed.
    """
    try:
        from resvg_py import svg_to_bytes
    except ImportError:
        raise ExportError("the package resvg_py is missing; install it with: pip install 'tui-nn[export]'") from None

    def draw(text: str) -> bytes:
        return bytes(svg_to_bytes(svg_string=text, monospace_family=_FONT))

    # If no font is installed, resvg draws a picture without any text and reports no error.
    if draw(_LETTER.format("m")) == draw(_LETTER.format("")):
        raise ExportError("a PNG picture needs a font, and none is installed; install one, such as DejaVu Sans Mono")
    return draw(svg)

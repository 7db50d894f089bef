"""The flag for one's own digits."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from tui_nn.cli.errors import UsageError


def add_own_digits(parser: ArgumentParser) -> None:
    """Declare it."""
    parser.add_argument(
        "--own-digits",
        action="store_true",
        help="train on your own digits too, those you drew in the app (Mistakes, d)",
    )


def source_of(args: Namespace) -> str | None:
    """Where the data comes from, as a `Start` takes it.

    Raises:
        UsageError: if other data is asked for than a run was trained on.
    """
    source: str | None = args.data
    if not args.own_digits:
        return source
    if args.run is not None:
        raise UsageError("--run goes on with the digits it was trained on; leave --own-digits out")
    # Not at the top: the parts of the app that come before the first paint have no use for NumPy.
    from tui_nn.data.own import with_own

    return with_own(source)

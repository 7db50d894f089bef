"""Random examples, shared."""

from examples import make_examples  # noqa: F401

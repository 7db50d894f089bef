import os

import pytest

from tui_nn.engine import blas

ZEN_5 = {
    "vendor_id": "AuthenticAMD",
    "cpu family": "26",
    "flags": "fpu avx2 avx512f avx512dq avx512cd avx512bw avx512vl",
}


def core_type(processor: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> str | None:
    monkeypatch.setattr(blas, "_processor", lambda: processor)
    blas.prepare_blas()
    return os.environ.get("OPENBLAS_CORETYPE")


@pytest.fixture(autouse=True)
def untouched(monkeypatch: pytest.MonkeyPatch) -> None:
    # Set first, so that what the test sets is undone.
    monkeypatch.setenv("OPENBLAS_CORETYPE", "")
    monkeypatch.delenv("OPENBLAS_CORETYPE")


def test_a_processor_that_openblas_misreads_gets_its_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    assert core_type(ZEN_5, monkeypatch) == "SKYLAKEX"


@pytest.mark.parametrize(
    "other",
    [{"vendor_id": "GenuineIntel"}, {"cpu family": "25"}, {"cpu family": "?"}, {"flags": "fpu avx2 avx512f"}],
)
def test_any_other_processor_is_left_to_openblas(other: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert core_type(ZEN_5 | other, monkeypatch) is None
    assert core_type({}, monkeypatch) is None


def test_what_the_person_asked_for_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENBLAS_CORETYPE", "HASWELL")
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "3")
    assert core_type(ZEN_5, monkeypatch) == "HASWELL"
    assert os.environ["OPENBLAS_NUM_THREADS"] == "3"

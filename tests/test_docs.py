"""The pages that are made from the code are current, and the links and names on the others are true."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from docs_writer import ROOT, WRITER

from tui_nn.config.configs import settings
from tui_nn.glossary import GLOSSARY, terms_in

HAND_WRITTEN = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]


@pytest.mark.parametrize("name", WRITER.PAGES)
def test_a_page_made_from_the_code_is_current(name: str) -> None:
    """If this fails, run `python docs/write.py` and commit the pages."""
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == WRITER.PAGES[name]()


def test_every_setting_with_a_table_has_it_on_the_page() -> None:
    assert {setting.name for setting in settings() if setting.table} == set(WRITER.TABLES)


def test_the_command_names_a_stale_page_and_writes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "docs").mkdir()
    monkeypatch.setattr(WRITER, "ROOT", tmp_path)
    assert WRITER.main(["--check"]) == 1
    assert WRITER.main([]) == 0
    assert WRITER.main(["--check"]) == 0
    (tmp_path / "docs" / "glossary.md").write_text("old", encoding="utf-8")
    assert WRITER.stale() == ["glossary.md"]


@pytest.mark.parametrize("page", HAND_WRITTEN, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_and_every_file_that_a_page_names_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:)([^)#]+)", text)
    missing = [link for link in links if not (page.parent / link).exists()]
    # Paths in code: "tui_nn/core/backprop.py", or "ui/kit/" of the package; a line may name a part of the file.
    named = re.findall(r"`((?:tui_nn|tests|docs)/[\w./-]*?)(?::[\w.]+)?`", text)
    missing += [name for name in named if "NAME" not in name and not (ROOT / name).exists()]
    assert missing == []


def test_the_glossary_has_one_sentence_for_each_term() -> None:
    for term, meaning in GLOSSARY.items():
        assert meaning.endswith("."), term
        assert len(meaning.split()) <= 25, term
        assert not meaning.startswith(term), term


def test_terms_are_found_in_a_text_as_whole_words() -> None:
    assert list(terms_in("Two epochs; a batch of 32. Losses fall.")) == ["loss", "batch", "epoch"]
    assert list(terms_in("lossy, re-batched, nan")) == []


def test_the_glossary_loads_no_library() -> None:
    code = "import sys, tui_nn.glossary; print(*{'numpy', 'textual', 'rich'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == ""

"""What benchmarks leave behind: digests of what they read, figures that agree, runs that go on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from benchmarks import ablate
from benchmarks.common import BENCHMARK_SETS, PACKAGE_DATA, RESULTS
from benchmarks.digests import data_digests, digest_of


def test_a_digest_tells_any_other_byte_and_any_other_name(tmp_path: Path) -> None:
    """Of a folder too, whatever the order of its files; an empty folder has none."""
    (tmp_path / "in").mkdir()
    with pytest.raises(FileNotFoundError):
        digest_of(tmp_path)
    (tmp_path / "in" / "a").write_text("甲")
    (tmp_path / "b").write_text("乙")
    found = {digest_of(tmp_path)}
    (tmp_path / "b").write_text("丙")
    found.add(digest_of(tmp_path))
    (tmp_path / "b").rename(tmp_path / "c")
    found.add(digest_of(tmp_path))
    assert len(found) == 3


@pytest.mark.parametrize("name", ["ranking.json", "reading.json", "confidence.json"])
def test_learned_weights_name_what_they_were_learned_from(name: str) -> None:
    """The policy questions and their documents are those that are here."""
    data = json.loads((PACKAGE_DATA / name).read_text("utf-8"))["data"]
    policy = BENCHMARK_SETS / "policy"
    assert data_digests([policy / "questions.jsonl", policy / "documents"]).items() <= data.items()


def test_figures_by_kind_add_up_to_those_of_the_set() -> None:
    """The held-out questions: right quotes and refusals."""
    for each in json.loads((RESULTS / "held_out.json").read_text("utf-8")).values():
        kinds = each["kinds"].values()
        answerable = [kind for kind in kinds if "quote" in kind]
        others = [kind for kind in kinds if "quote" not in kind]
        assert _mean(answerable, "quote") == pytest.approx(each["quote"])
        assert _mean(answerable, "refused") == pytest.approx(each["refused"])
        assert _mean(others, "refused") == pytest.approx(each["recall"])


def _mean(kinds: list[dict[str, float]], figure: str) -> float:
    return sum(kind[figure] * kind["questions"] for kind in kinds) / sum(kind["questions"] for kind in kinds)


def test_an_ablation_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list that was measured is not measured again, but for another program or other questions."""
    ran: list[str] = []
    monkeypatch.setattr(ablate, "run_without", lambda name, many: ran.append(name) or {"brief": 0.5})
    for asked, name in (("1", ""), ("1", "labels.date"), ("1", "labels.date"), ("2", "labels.date")):
        assert ablate.Measured(tmp_path / "ablate.json", asked).of(name, many=False) == {"brief": 0.5}
    assert ran == ["", "labels.date", "labels.date"]

"""Why there is no answer, in a sentence: the condition of a question that the nearest passages fail."""

from __future__ import annotations

from collections.abc import Sequence

from briefqa.question.conditions import Check, ConditionKind, Verdict
from briefqa.retrieval.ranking import Hit

NOT_FOUND = "文中未找到"
_NEAREST = "相近的句子"
_NONE, _FIGURES = "没有", "数字"
_MISSING = {ConditionKind.FIGURE: _FIGURES, ConditionKind.TIME: "时间", ConditionKind.DEFINITION: "定义"}
# What a table does not tell, in both languages.
_OF_TABLES = {
    ConditionKind.RANK: (
        "表中各行不能比较。",
        "The rows of the table cannot be compared in this way.",
    ),
    ConditionKind.WORKED_OUT: (
        f"要由几个{_FIGURES}算出。",
        "It would have to be worked out from several figures; none is printed.",
    ),
}
# What another hit says, or its document, is not missing, whatever the nearest sentence lacks.
_SAID = (Verdict.MET, Verdict.CONTEXT)


def refusal_reason(hits: Sequence[Hit], english: bool) -> str:
    """Which condition of a question the nearest passages, best first, fail; one sentence."""
    # A sentence that a condition rules out stands behind others; the one most alike still tells the reason.
    nearest = max(hits, key=lambda hit: hit.scores.alike, default=None)
    told = (hits[0], nearest) if nearest else ()
    met = {(each.kind, each.text) for hit in hits for each in hit.checks if each.verdict in _SAID}
    failed = failed_check([each for hit in told for each in hit.checks if (each.kind, each.text) not in met])
    return explain(failed, english)


def failed_check(checks: Sequence[Check]) -> Check | None:
    """The condition that a sentence fails most clearly; None when it fails none."""
    for verdict in (Verdict.CONFLICT, Verdict.ABSENT, Verdict.NEARBY):
        for each in checks:
            if each.verdict is verdict:
                return each
    return None


def explain_missing(names: Sequence[str], english: bool) -> str:
    """What of a question is left open, in a sentence. Empty when nothing is."""
    if not names:
        return ""
    return f"Not found: {', '.join(names)}." if english else f"{NOT_FOUND}{'、'.join(names)}的。"


def explain(failed: Check | None, english: bool) -> str:
    """One sentence for the reader: what the documents have figures of, and what not."""
    if failed is None:
        return (
            "No sentence fits the question closely enough." if english else f"{_NONE}与问题足够相符的句子。"
        )
    if failed.kind in _OF_TABLES:
        return _OF_TABLES[failed.kind][english]
    if english and failed.kind is ConditionKind.FIGURE:
        return "The nearest sentences give no figure."
    if english and failed.kind is ConditionKind.TIME:
        return "The nearest sentences give no time."
    if english and failed.kind is ConditionKind.DEFINITION:
        return "The nearest sentences give no definition."
    if english and failed.kind is ConditionKind.NEWEST:
        return f"The nearest sentences are from an earlier document; the newest is {failed.instead}."
    if english:
        instead = f" (they have {failed.instead})" if failed.instead else ""
        return f"The documents say nothing about {failed.text} here{instead}."
    lacking = f"{_NONE}{failed.text}的。"
    if missing := _MISSING.get(failed.kind):
        return f"{_NEAREST}{_NONE}给出{missing}。"
    if failed.kind is ConditionKind.YEAR or failed.kind is ConditionKind.DOCUMENT_YEAR:
        other = f"{_NEAREST}说的是{failed.instead}，" if failed.instead else ""
        return f"{other}{lacking}"
    if failed.kind is ConditionKind.NEWEST:
        return f"{_NEAREST}出自较早的文件，较新的是{failed.instead}。"
    if failed.instead:
        what = _FIGURES if failed.kind is ConditionKind.NUMBER else "数据"
        return f"文中有{failed.instead}的{what}，{lacking}"
    return f"{_NEAREST}{_NONE}提到{failed.text}。"

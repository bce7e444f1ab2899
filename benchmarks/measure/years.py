"""Which year: questions for one year's figure over the 72 reports, and near misses made from them.

    python benchmarks/measure/years.py [--show]

The questions are made from the reports themselves: a sentence of the report of year Y such as
「城镇新增就业1361万人」 in the part that looks back answers 「{Y-1}年城镇新增就业多少？」, one in the part
that looks ahead answers 「{Y}年…的预期目标是多少？」. Right means: the first passage is of that report,
and the first quote has the figure. Near misses ask for years that no report speaks for.
"""

from __future__ import annotations

import argparse
import random
import re
from dataclasses import dataclass

from benchmarks.common import CACHE, SHARED, machine, write_results

from briefqa import Index, build_index, open_index
from briefqa.splitting.passages import split_sentences
from briefqa.text.folding import fold
from briefqa.text.quantities import years

INDICATORS = (
    "国内生产总值", "居民消费价格", "城镇新增就业", "粮食产量", "粮食总产量", "进出口总额", "财政收入",
    "财政赤字", "城镇登记失业率", "居民人均可支配收入", "社会消费品零售总额", "固定资产投资", "工业增加值",
    "高速公路", "工业总产值", "农业总产值", "钢产量", "外汇储备", "实际利用外资", "广义货币",
    "国防支出", "人民币贷款", "棚户区住房改造",
)  # fmt: skip
UNCLEAR = re.compile(
    r"目标|预[期计定]|[计规]划|指标|拟|力争|安排|将|(?:要|应当?)达到|争取|确保|控制在|左右|以内|再(?:减少|增加|完成)"
)
FIGURE = re.compile(
    r"^[^，。；、！？0-9]{0,14}?(?P<verb>增长|上涨|达到|下降|减少|超过|突破|增加|为|约|共|拟按)?(?P<figure>\d[\d.,]*\s*(?:%|万?亿?[元吨人公里斤美元套]+|亿斤|万人))"
)
# Sentences about several years, shares of the indicator, or comparisons give no clean question.
VAGUE = re.compile(
    r"五年|三年|两年|以来|累计|其中|占|单位|平均|高于|低于|首次|人均国内|比重|之比|相当于|上半年|季度|同期|年均|地方|国营"
)
PLAN = re.compile(r"预期目标|主要预期|拟安排|目标是|目标为|调控目标|力争")
SEEDS = (0, 1, 2)
PER_SEED = 120


@dataclass(frozen=True)
class YearQuestion:
    """A question, the report that answers it, and the figure that its first quote must hold."""

    text: str
    document_id: str
    figure: str


def reports() -> Index:
    """The 72 reports, indexed once and kept."""
    folder = CACHE / "reports"
    build_index(SHARED / "corpus" / "gov_work_reports_txt", folder)
    return open_index(folder)


def year_questions(index: Index) -> list[YearQuestion]:
    """Every question that the reports' own sentences give; one for each report, indicator and direction."""
    found: dict[str, YearQuestion] = {}
    for document in index.documents:
        year = document.year
        if year is None or "决议" in document.title:
            continue
        for sentence in split_sentences(document.text):
            folded = fold(sentence.text)
            headings = "".join(heading.title for heading in document.section_at(sentence.start))
            planned = PLAN.search(folded) is not None
            if UNCLEAR.search(folded) and not planned:  # neither clearly a plan nor clearly a result
                continue
            if years(folded) or VAGUE.search(folded) or "五年" in headings or "时期" in headings:
                continue
            for indicator in INDICATORS:
                at = folded.find(indicator)
                match = FIGURE.match(folded[at + len(indicator) :]) if at >= 0 else None
                if match is None:
                    continue
                asked = year if planned else year - 1
                tail = "的预期目标是多少？" if planned else f"{match.group('verb') or '是'}多少？"
                text = f"{asked}年{indicator}{tail}"
                found.setdefault(text, YearQuestion(text, document.id, match.group("figure").strip()))
                break
    return list(found.values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true", help="print what went wrong")
    options = parser.parse_args()
    print(machine())
    index = reports()
    questions = year_questions(index)
    print(f"{len(questions)} year questions over {len({q.document_id for q in questions})} reports")
    print("seed  questions  report hit@1  first quote has the figure  refused  near misses refused")
    for seed in SEEDS:
        rng = random.Random(seed)
        chosen = rng.sample(questions, min(PER_SEED, len(questions)))
        right = quoted = refused = 0
        for question in chosen:
            answer = index.ask(question.text)
            hit = answer.hits[0].passage.document_id == question.document_id
            quote = answer.citations[0].quote if answer.citations else ""
            has = question.figure in fold(quote)
            right, quoted, refused = right + hit, quoted + has, refused + (not answer.found)
            if options.show and not (hit and has):
                got = answer.hits[0]
                print(
                    f"  {question.text} want {question.document_id[:4]} {question.figure}: "
                    f"{got.passage.document_id[:4]} {answer.confidence:.2f} {got.sentence.text[:70]}"
                )
        misses = [re.sub(r"^\d{4}", str(rng.choice([2027, 2031, 2035, 1949, 1938])), q.text) for q in chosen]
        said_no = [not index.ask(text).found for text in misses]
        n = len(chosen)
        figures = {"right report": right / n, "figure": quoted / n, "refused": refused / n}
        write_results("years", f"seed {seed}", figures | {"near misses refused": sum(said_no) / n})
        print(
            f"{seed:<6}{n:<11}{right / n:<14.3f}{quoted / n:<28.3f}{refused / n:<9.3f}{sum(said_no) / n:.3f}"
        )


if __name__ == "__main__":
    main()

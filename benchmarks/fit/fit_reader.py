"""Fine-tune the upper layers of the packaged encoder to read a question and a window of text together.

    python benchmarks/fit/fit_reader.py --folder DIR [--start CHECKPOINT] [--epochs 2] [--frozen 6]
        [--articles 8000] [--seed 0] [--rate 1.2e-4] [--most N] [--newest N]

Question and window go through the encoder as one text; heads on top give for each token whether it is
evidence and whether evidence begins there, and for the window whether it answers. A checkpoint is written
to DIR every ten minutes and the run goes on from it when it is started again; curve.jsonl keeps the loss and
the held-out figures. `--start` begins with what another run learned, for an epoch with other data or
negatives (`--seed`); `--start shipped` with what the package ships. Needs torch; `export_reader.py` turns the
result into what the product ships.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from benchmarks.common import PACKAGE_DATA, machine
from benchmarks.fit.article_examples import TRAIN, article_examples
from benchmarks.fit.export_reader import unpacked
from benchmarks.fit.reader_batches import BATCH, Row, batches, rows, sampled, tensors, weighted
from benchmarks.fit.reader_examples import Example, policy_examples
from torch import Tensor, nn
from torch.nn import functional

from briefqa.models.reference import load_reference_model

HEAD_RATE = 8  # times the encoder's
MINUTES_BETWEEN_CHECKPOINTS = 10
SHIPPED = "shipped"
HELD_OUT = 900  # questions that the curve is drawn from


class Reader(nn.Module):
    """Encoder and heads: begin and evidence for each token, answered for the window."""

    def __init__(self, bert: nn.Module, frozen: int) -> None:
        super().__init__()
        self.bert, self.frozen = bert, frozen
        self.tokens, self.answered = nn.Linear(384, 2), nn.Linear(384, 1)
        for part in (bert.embeddings, *bert.encoder.layer[:frozen]):
            part.requires_grad_(False)
        for module in bert.modules():  # on a processor it takes longer than all the products
            if isinstance(module, nn.Dropout):
                module.p = 0.0
            if hasattr(module, "dropout_prob"):
                module.dropout_prob = 0.0

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """(texts, tokens, 2) begin and evidence, and (texts,) answered; logits."""
        hidden = (1.0 - mask[:, None, None, :]) * -1e4
        with torch.no_grad():
            states = self.bert.embeddings(input_ids=ids)
        for number, layer in enumerate(self.bert.encoder.layer):
            with torch.set_grad_enabled(self.training and number >= self.frozen):
                states = layer(states, hidden)
                states = states[0] if isinstance(states, tuple) else states
        return self.tokens(states).float(), self.answered(states[:, 0])[:, 0].float()

    def learned(self) -> dict[str, Tensor]:
        """What differs from the packaged weights: the upper layers and the heads."""
        names = [f"bert.encoder.layer.{n}." for n in range(self.frozen, len(self.bert.encoder.layer))]
        kept = (*names, "tokens.", "answered.")
        return {name: value for name, value in self.state_dict().items() if name.startswith(kept)}


def loss_of(reader: Reader, batch: Sequence[Row]) -> Tensor:
    ids, mask, window, evidence = tensors(batch)
    scores, answered = reader(ids, mask)
    there = evidence.sum(1) > 0
    weights = torch.tensor([row.weight for row in batch])
    loss = functional.binary_cross_entropy_with_logits(answered, there.float(), weights)
    tagged = functional.binary_cross_entropy_with_logits(scores[..., 1], evidence, reduction="none")
    loss = loss + ((tagged * window).sum(1) / window.sum(1).clamp(min=1)).mean()
    if there.any():
        first = evidence[there].argmax(1)
        begin = scores[..., 0].masked_fill(window == 0, -1e4)[there]
        loss = loss + 0.5 * functional.cross_entropy(begin, first)
    return loss


def auroc(positive: np.ndarray, negative: np.ndarray) -> float:
    if not len(positive) or not len(negative):
        return float("nan")
    ranks = np.searchsorted(np.sort(negative), positive, "left") + np.searchsorted(
        np.sort(negative), positive, "right"
    )
    return float(ranks.mean() / 2 / len(negative))


def held_out_figures(reader: Reader, found: Sequence[Row], examples: Sequence[Example]) -> dict[str, float]:
    """AUROC of answering windows, of answerable questions by their best window, hit@1 among its windows."""
    reader.eval()
    answered, place = np.zeros(len(found)), np.zeros(len(found), bool)
    order = sorted(range(len(found)), key=lambda n: len(found[n].ids))
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=_bf16()):
        for at in range(0, len(order), 32):
            batch = order[at : at + 32]
            ids, mask, window, _ = tensors([found[n] for n in batch])
            scores, said = reader(ids, mask)
            answered[batch] = said.numpy()
            begin = scores[..., 0].masked_fill(window == 0, -1e4).argmax(1)
            for row, n in enumerate(batch):
                inside = int(begin[row]) - found[n].first
                place[n] = 0 <= inside < len(found[n].evidence) and bool(found[n].evidence[inside])
    reader.train()
    policy = [n for n, row in enumerate(found) if examples[row.example].kind != "article"]
    there = np.array([any(row.evidence) for row in found])
    groups: dict[str, list[int]] = defaultdict(list)
    for n in policy:
        groups[examples[found[n].example].group].append(n)
    best = {group: max(members, key=lambda n: answered[n]) for group, members in groups.items()}
    can = [answered[best[g]] for g, members in groups.items() if there[members].any()]
    cannot = [answered[best[g]] for g, members in groups.items() if not there[members].any()]
    hit = [there[best[g]] for g, members in groups.items() if there[members].any()]
    of_policy, others = np.array(policy), np.array(sorted(set(range(len(found))) - set(policy)))
    return {
        "window AUROC policy": auroc(
            answered[of_policy][there[of_policy]], answered[of_policy][~there[of_policy]]
        ),
        "window AUROC articles": auroc(answered[others][there[others]], answered[others][~there[others]]),
        "question AUROC policy": auroc(np.array(can), np.array(cannot)),
        "hit@1 policy": float(np.mean(hit)),
        "place policy": float(place[of_policy][there[of_policy]].mean()),
        "place articles": float(place[others][there[others]].mean()),
    }


def _bf16() -> bool:
    return bool(torch.cpu.get_capabilities().get("avx512_bf16"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--frozen", type=int, default=6)
    parser.add_argument("--articles", type=int, default=8000, help="examples of articles in one epoch")
    parser.add_argument("--most", type=int, help="examples in an epoch, of written documents first")
    parser.add_argument("--newest", type=int, default=0, help="learn the last N questions, and some others")
    parser.add_argument("--start", help="a checkpoint whose weights to begin with, or: shipped")
    parser.add_argument("--seed", type=int, default=0, help="of the negatives and of the order")
    parser.add_argument("--rate", type=float, default=1.2e-4, help="the encoder's learning rate at its peak")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    print(machine(), flush=True)
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    options.folder.mkdir(parents=True, exist_ok=True)
    model = load_reference_model()
    tokenizer = model[0].tokenizer
    tokenizer.no_padding()
    tokenizer.no_truncation()
    articles = [each for name in TRAIN for each in article_examples(name, options.seed)]
    shuffled = random.Random(options.seed + 1).sample(articles, len(articles))
    examples = [*policy_examples(options.seed, options.newest), *shuffled]
    made = rows(examples, tokenizer)
    held = _some_questions([row for row in made if examples[row.example].held_out], examples)
    learned = weighted([row for row in made if not examples[row.example].held_out], examples)
    plan = list(_plan(learned, examples, options))
    reader = Reader(model[0].bert, options.frozen)
    runs = [_told(options)]
    if options.start:
        begun = _begun(options.start)
        reader.load_state_dict(begun["reader"], strict=False)
        runs = [*begun.get("runs", ()), *runs]
    train(reader, plan, held, examples, options, runs)


def _begun(start: str) -> dict[str, Any]:
    """The weights to begin with, and the runs that made them."""
    if start != SHIPPED:
        begun: dict[str, Any] = torch.load(start, weights_only=True)
        return begun
    record = json.loads((PACKAGE_DATA / "reader.json").read_text("utf-8"))
    return {"reader": unpacked(), "runs": record["runs, each begun with the one before"]}


def _some_questions(held: Sequence[Row], examples: Sequence[Example]) -> list[Row]:
    """All windows of `HELD_OUT` questions, always the same ones."""
    groups = sorted({examples[row.example].group for row in held})
    kept = set(random.Random(0).sample(groups, min(HELD_OUT, len(groups))))
    return [row for row in held if examples[row.example].group in kept]


def _told(options: argparse.Namespace) -> str:
    """The options that decide what is learned, for the record beside the weights."""
    chosen = {
        name: getattr(options, name)
        for name in ("epochs", "frozen", "articles", "seed", "rate", "most", "newest")
    }
    return " ".join(f"--{name} {value}" for name, value in chosen.items() if value)


def _plan(
    learned: Sequence[Row], examples: Sequence[Example], options: argparse.Namespace
) -> Iterator[list[Row]]:
    policy = [row for row in learned if examples[row.example].kind != "article"]
    articles = [row for row in learned if examples[row.example].kind == "article"]
    print(f"{len(policy)} policy windows, {len(articles)} of articles", flush=True)
    for epoch in range(options.epochs):
        start = epoch * options.articles
        part = (articles * options.epochs)[start : start + options.articles]
        found = [*policy, *part]
        order = options.seed + epoch
        if options.most:
            found = sampled(found, examples, options.most, random.Random(order))
        yield from batches(found, order)


def train(
    reader: Reader,
    plan: Sequence[list[Row]],
    held: Sequence[Row],
    examples: Sequence[Example],
    options: argparse.Namespace,
    runs: Sequence[str],
) -> None:
    encoder = [p for p in reader.bert.parameters() if p.requires_grad]
    heads = [*reader.tokens.parameters(), *reader.answered.parameters()]
    groups = [{"params": encoder, "lr": options.rate}, {"params": heads, "lr": HEAD_RATE * options.rate}]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
    steps = len(plan)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1, (step + 1) / (0.08 * steps)) * max(0.03, 1 - step / steps)
    )
    done = _resume(reader, optimiser, schedule, options.folder / "checkpoint.pt")
    began = saved = time.monotonic()
    recent: list[float] = []
    for number, batch in enumerate(plan[done:], done + 1):
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=_bf16()):
            loss = loss_of(reader, batch)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        recent.append(loss.item())
        if number % 50 == 0:
            rate = (number - done) * BATCH / (time.monotonic() - began)
            print(f"{number}/{steps} loss {np.mean(recent[-50:]):.3f}, {rate:.1f} examples/s", flush=True)
        if time.monotonic() - saved > 60 * MINUTES_BETWEEN_CHECKPOINTS or number == steps:
            saved = time.monotonic()
            figures = held_out_figures(reader, held, examples)
            record = {"step": number, "of": steps, "loss": float(np.mean(recent[-200:]))} | figures
            print(json.dumps({k: round(v, 3) for k, v in record.items()}), flush=True)
            with (options.folder / "curve.jsonl").open("a", encoding="utf-8") as curve:
                curve.write(json.dumps(record) + "\n")
            state = {"reader": reader.learned(), "runs": list(runs), "step": number}
            _save(state, optimiser, schedule, options.folder / "checkpoint.pt")


def _save(state: dict[str, object], optimiser: torch.optim.Optimizer, schedule: object, path: Path) -> None:
    state |= {
        "optimiser": optimiser.state_dict(),
        "schedule": schedule.state_dict(),
    }
    torch.save(state, path.with_suffix(".new"))
    path.with_suffix(".new").replace(path)


def _resume(reader: Reader, optimiser: torch.optim.Optimizer, schedule: object, path: Path) -> int:
    if not path.exists():
        return 0
    state = torch.load(path, weights_only=True)
    reader.load_state_dict(state["reader"], strict=False)
    optimiser.load_state_dict(state["optimiser"])
    schedule.load_state_dict(state["schedule"])
    return int(state["step"])


if __name__ == "__main__":
    main()

"""A fine-tuned reader's checkpoint → what the product ships: data/reader.npz and reader.json.

    python benchmarks/fit/export_reader.py --folder DIR [--to DIR]

Matrices in blocks of 32 weights of 8 bits with a scale each, all else in float16; no pickle.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import re
import zipfile
from datetime import date
from pathlib import Path

import numpy as np
import torch
from benchmarks.common import PACKAGE_DATA, SHARED
from benchmarks.digests import data_digests
from benchmarks.fit.article_examples import ENGLISH, TRAIN
from benchmarks.fit.reader_examples import CORPORA, EDITS, QUESTIONS

from briefqa.models.reader import eight_bit_blocks
from briefqa.models.reference import LAYER_TENSORS
from briefqa.models.weights import BLOCK

SHORT = {long: short for short, long in LAYER_TENSORS.items()}
WIDTH, INNER = 384, 1536  # of the encoder
READ_FROM = (
    QUESTIONS,
    EDITS,
    ENGLISH,
    *CORPORA,
    *(SHARED / "train" / f"{name}.jsonl.gz" for name in TRAIN),
)
MATRICES = ("q", "k", "v", "ao", "fi", "fo")


def shipped(state: dict[str, torch.Tensor]) -> dict[str, np.ndarray]:
    """The arrays by the names of the weights file."""
    arrays: dict[str, np.ndarray] = {}
    for name, tensor in state.items():
        value = tensor.float().numpy()
        match = re.fullmatch(r"bert\.encoder\.layer\.(\d+)\.(.+)\.(weight|bias)", name)
        if match is None:
            arrays[name] = value.astype(np.float16)
            continue
        short = SHORT[match[2]]
        key = f"l{match[1]}.{short}.{match[3][0]}"
        if short in MATRICES and match[3] == "weight":
            arrays[key + ".levels"], arrays[key + ".scales"] = eight_bit_blocks(value, BLOCK)
        else:
            arrays[key] = value.astype(np.float16)
    return arrays


def unpacked(folder: Path = PACKAGE_DATA) -> dict[str, torch.Tensor]:
    """What `shipped` was made from, as near as 8 bits tell: a checkpoint's weights from what is shipped."""
    layers = {short: long for long, short in SHORT.items()}
    state: dict[str, torch.Tensor] = {}
    with np.load(folder / "reader.npz", allow_pickle=False) as arrays:
        for name in arrays.files:
            key = name.removesuffix(".levels")
            if name.endswith(".scales"):
                continue
            value = arrays[name].astype(np.float32)
            if key != name:
                value = (value - 128) * arrays[f"{key}.scales"].astype(np.float32)[:, None]
                value = value.reshape(_rows_of(key.split(".")[1]), -1)
            match = re.fullmatch(r"l(\d+)\.(\w+)\.([wb])", key)
            if match:
                kind = "weight" if match[3] == "w" else "bias"
                key = f"bert.encoder.layer.{match[1]}.{layers[match[2]]}.{kind}"
            state[key] = torch.from_numpy(value)
    return state


def _rows_of(matrix: str) -> int:
    return INNER if matrix == "fi" else WIDTH


def packed(arrays: dict[str, np.ndarray]) -> bytes:
    """As an .npz that is the same for the same arrays, whenever it is made."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(arrays):
            one = io.BytesIO()
            np.lib.format.write_array(one, arrays[name], allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), one.getvalue(), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--to", type=Path, default=PACKAGE_DATA)
    options = parser.parse_args()
    state = torch.load(options.folder / "checkpoint.pt", weights_only=True)
    data = packed(shipped(state["reader"]))
    curve = (options.folder / "curve.jsonl").read_text("utf-8").splitlines()
    record = {
        "sha256": hashlib.sha256(data).hexdigest(),
        "command": "python benchmarks/fit/fit_reader.py; python benchmarks/fit/export_reader.py",
        "runs, each begun with the one before": list(state.get("runs", ())),
        "date": date.today().isoformat(),
        "data": data_digests(READ_FROM),
        "held out": json.loads(curve[-1]),
    }
    (options.to / "reader.npz").write_bytes(data)
    (options.to / "reader.json").write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(f"{len(data) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()

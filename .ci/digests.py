"""Write the SHA-256 of everything in `src/briefqa/data` into `src/briefqa/data/SHA256SUMS`.

python .ci/digests.py
"""

from __future__ import annotations

import hashlib
from pathlib import Path

DATA = Path(__file__).parents[1] / "src" / "briefqa" / "data"
SUMS = DATA / "SHA256SUMS"


def digests() -> str:
    """A line for each file, as `sha256sum -c` reads them."""
    names = sorted(path.name for path in DATA.iterdir() if path.is_file() and path != SUMS)
    return "".join(f"{hashlib.sha256((DATA / name).read_bytes()).hexdigest()}  {name}\n" for name in names)


if __name__ == "__main__":
    SUMS.write_text(digests(), "utf-8")

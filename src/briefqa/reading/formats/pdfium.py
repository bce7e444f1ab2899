"""The only importer of pypdfium2, which has no types: `pdfium` is its helpers, `raw` PDFium's C API."""

from __future__ import annotations

from typing import Any

import pypdfium2
import pypdfium2.raw

pdfium: Any = pypdfium2
raw: Any = pypdfium2.raw

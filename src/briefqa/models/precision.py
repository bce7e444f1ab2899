"""In which arithmetic texts are embedded: bfloat16 where the processor multiplies it, else float32."""

from __future__ import annotations

from functools import lru_cache

FLOAT32 = "float32"
BFLOAT16 = "bfloat16"


@lru_cache(maxsize=1)
def text_precision() -> str:
    """BFLOAT16 if the processor multiplies it itself, else FLOAT32: emulated it would be the slower one.

    Torch tells what the processor has even where ATEN_CPU_CAPABILITY forbids its use, so both are asked.
    """
    import torch

    has_units = torch.cpu.get_capabilities().get("avx512_bf16")
    allowed = torch.backends.cpu.get_cpu_capability().startswith("AVX512")
    return BFLOAT16 if has_units and allowed else FLOAT32

"""Compile the kernels for a GPU that needn't be there; prints each kernel's instructions as JSON.

`TRITON_INTERPRET=0 python tests/compile_kernels.py CAPABILITY`, 90 for Hopper. Run by test_kernels
in a process of its own: one process either compiles kernels or interprets them.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import torch
import triton
from cobolsmith.kernels import block_attention, masked_head
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource

NAMES = {torch.bfloat16: "bf16", torch.float32: "fp32"}


def compiled(kernel: Any, pointers: dict[str, str], constants: dict[str, Any], **how: Any) -> str:
    """A kernel's PTX; its other arguments are 32-bit integers, or the scale."""
    kinds = {
        name: pointers.get(name, "fp32" if name == "scale" else "i32") for name in kernel.arg_names
    }
    kinds |= dict.fromkeys(constants, "constexpr")
    aligned = {(kernel.arg_names.index(name),): [["tt.divisibility", 16]] for name in pointers}
    fixed = {(kernel.arg_names.index(name),): value for name, value in constants.items()}
    source = ASTSource(kernel, signature=kinds, constexprs=fixed, attrs=aligned)
    target = GPUTarget("cuda", int(sys.argv[1]), 32)
    found = triton.compile(source, target=target, options=how)
    assert found.asm["cubin"], "the assembler made nothing of it"
    return str(found.asm["ptx"])


def main() -> None:
    """Compile every kernel for both types."""
    made = {}
    for kind, name in NAMES.items():
        precision = "ieee" if kind is torch.float32 else "tf32"
        places, columns, step = masked_head.TILES[kind]
        pointers = dict.fromkeys(("state", "embedding", "names"), f"*{name}")
        pointers |= {"forbidden": "*i8", "parts": "*fp32", "best": "*i32"}
        sizes = {"WIDTH": 512, "PLACES": places, "COLUMNS": columns, "STEP": step}
        sizes["PRECISION"] = precision
        made[f"part {name}"] = compiled(
            masked_head._part, pointers, sizes, num_warps=masked_head.WARPS
        )
        queries, keys, warps = block_attention.TILES[kind]
        own = ("query", "key", "value", "cache_key", "cache_value", "out")
        pointers = dict.fromkeys(own, f"*{name}")
        pointers |= dict.fromkeys(("starts", "counts", "lengths"), "*i32")
        sizes = {"SHARED": 2, "SIZE": 24, "WIDE": 32, "QUERIES": queries, "KEYS": keys}
        sizes["PRECISION"] = precision
        made[f"attend {name}"] = compiled(block_attention._attend, pointers, sizes, num_warps=warps)
    pointers = {"parts": "*fp32", "best": "*i32", "found": "*fp32", "chosen": "*i64"}
    made["join"] = compiled(masked_head._join, pointers, {"PLACES": masked_head.JOINED})
    matrix = ("wgmma", "mma.sync")
    print(
        json.dumps({name: [word for word in matrix if word in ptx] for name, ptx in made.items()})
    )


if __name__ == "__main__":
    main()

"""The left-to-right twin: the same network with a causal mask, trained to fill in the middle.

What the denoiser is measured against: same sizes, tokenizer, tables of names, data and trainer. A
row is the prefix, `<hole>`, the suffix, `<eos>`, the middle, `<eos>` (prefix-suffix-middle, after
Bavarian et al. 2022), and every token is predicted from those before it. Keys and values are kept,
so that each token of a fill is one pass of one token.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 (torch's own name for it)
from torch import Tensor

from cobolsmith.infill import Canvas, Fill
from cobolsmith.models.device import chosen, precision, quickened
from cobolsmith.models.diffusion import WINDOW, bindings_of, one_thread
from cobolsmith.models.network import Bindings, Layout, Memory, Network, Pair, rms_norm
from cobolsmith.models.noise import Borders, NoiseConfig, Noised, any_run
from cobolsmith.models.sampler import forbidden_ids
from cobolsmith.models.tokenizer import EOS, HOLE, CobolTokenizer
from cobolsmith.models.windows import Window

PREFIX_SHARE = 0.6
LONGEST = 80
"""Tokens after which a middle without an end is cut off; `network.GAP` at most."""


class Twin(Network):
    """The network with every position attending to itself and what stands before it."""

    def trunk(self, x: Tensor, layout: Layout) -> Tensor:
        """Run the blocks over [B,1+T,D] -> [B,T,D]; padding stands last, so nothing sees it."""
        state, _ = self._causal(x, F.pad(layout.positions + 1, (1, 0)))
        return state[:, 1:]

    def read(self, row: Tensor) -> tuple[Tensor, Memory]:
        """Run [B,N,D] (sink in front) -> states, and all remembered."""
        state, pairs = self._causal(row, torch.arange(row.shape[1], device=row.device)[None])
        return state, Memory.of(pairs, row.shape[1])

    def read_on(self, token: Tensor, memory: Memory) -> tuple[Tensor, Memory]:
        """Run one token [B,1,D] after what is remembered -> its state, and it remembered too."""
        place = torch.tensor([[memory.context - 1]], device=token.device)  # the sink has none
        return self.attend(token, place, memory), memory._replace(context=memory.context + 1)

    def _causal(self, x: Tensor, positions: Tensor) -> tuple[Tensor, list[Pair]]:
        cos, sin = self._rotary(positions)
        size = x.shape[1]
        later = torch.ones(size, size, dtype=torch.bool, device=x.device).triu(1)
        bias = torch.zeros(later.shape, device=x.device).masked_fill(later, float("-inf"))
        x, pairs = rms_norm(x), []
        for block in self.blocks:
            x, pair = block(x, cos, sin, bias[None, None])
            pairs.append(pair)
        return rms_norm(x, self.last_norm), pairs


def middle_rows(
    windows: Sequence[Window],
    borders: Borders,
    config: NoiseConfig,
    length: int,
    progress: float,
    random: np.random.Generator,
) -> list[Noised]:
    """Rows of prefix, suffix and middle, every next token a target; the same holes, and at most as
    long, as what `noised_rows` makes. `progress` changes nothing."""
    return [_middle_row(window, borders, config, length, random) for window in windows]


def _middle_row(
    window: Window, borders: Borders, config: NoiseConfig, length: int, random: np.random.Generator
) -> Noised:
    ids = window.ids[: length - 2]
    begin, end = any_run(ids, borders, config, random)
    row = np.asarray([*ids[:begin], HOLE, *ids[end:], EOS, *ids[begin:end], EOS], np.int64)
    hidden = (window.declared >= begin) & (window.declared < end)
    weights = np.ones(len(row) - 1, np.float32)
    return Noised(row[:-1], row[1:], weights, np.zeros(len(row) - 1, bool), hidden)


class TwinInfiller:
    """Fills holes from left to right, greedily; one fill a hole, of its own length."""

    def __init__(self, name: str, network: Twin, tokenizer: CobolTokenizer) -> None:
        self.name = name
        self.network = network
        self.tokenizer = tokenizer
        self.device = chosen()
        self.fast = quickened(network, self.device)
        self.passes = 0

    def fill(self, canvas: Canvas, *, seed: int, steps: int, candidates: int) -> tuple[Fill, ...]:
        """The one fill that reading greedily gives, none if it has no end; `seed`, `steps` and
        `candidates` change nothing."""
        names = canvas.names[: self.network.config.identities]
        slots = {name.spelling: at for at, name in reversed(list(enumerate(names)))}
        prefix = self.tokenizer.encode(canvas.prefix, slots)
        suffix = self.tokenizer.encode(canvas.suffix, slots)
        room = WINDOW - 2 - LONGEST
        before = max(int(room * PREFIX_SHARE), room - len(suffix))
        row = [*prefix[-before:], HOLE, *suffix[: room - min(before, len(prefix))], EOS]
        count = len(names)
        forbidden = forbidden_ids(self.tokenizer.static_size, count, max(1, count))
        forbidden[:EOS] = True
        forbidden[EOS] = False
        with torch.no_grad(), one_thread():
            ids, score = self.middle(row, bindings_of(names, self.tokenizer), forbidden)
        words = self.tokenizer.decode(ids, [name.spelling for name in names])
        return (Fill(words, score, "left"),) if words else ()

    def middle(
        self, row: Sequence[int], bindings: Bindings, forbidden: np.ndarray, exactly: int = 0
    ) -> tuple[list[int], float]:
        """Ids after a row up to `<eos>` (or `exactly` so many), and their mean log-probability."""
        with precision(self.device, self.fast):
            return self._middle(row, bindings.to(self.device), forbidden, exactly)

    def _middle(
        self, row: Sequence[int], bindings: Bindings, forbidden: np.ndarray, exactly: int
    ) -> tuple[list[int], float]:
        network = self.network
        names = network.embed_names(bindings)
        banned = self._tensor(forbidden)
        banned[EOS] |= bool(exactly)
        state, memory = network.read(network.embed(self._tensor([row]), names))
        ids: list[int] = []
        total = 0.0
        for _ in range(exactly or LONGEST):
            self.passes += 1
            last = self._tensor([[0, state.shape[1] - 1]])
            odds = network.head(state, names, bindings.present, last).float()[0]
            odds = odds.masked_fill(banned, float("-inf"))
            token = int(odds.argmax())
            total += float(odds.log_softmax(-1)[token])
            if token == EOS:
                return ids, total / (len(ids) + 1)
            ids.append(token)
            new = network.embed(self._tensor([[token]]), names)[:, 1:]
            state, memory = network.read_on(new, memory)
        return (ids if exactly else []), total / max(1, len(ids))

    def _tensor(self, numbers: np.ndarray | Sequence[object]) -> Tensor:
        return torch.tensor(numbers, device=self.device)

"""Public masked-diffusion models, read from a local folder in Hugging Face format.

Their own code is never run and nothing is fetched: the weights are those of a family that
transformers knows natively, with attention in both directions (see `public_folder`). Such a model
sees the canvas as plain text, names spelt out, with the pictures of the names nearby as comments
above it; its fills are cut into words again, and one that would change the words around the hole
is dropped.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

from cobolsmith.errors import LongHoleError, ModelError
from cobolsmith.infill import MASK, Canvas, Fill, Watch
from cobolsmith.kernels import head_statistics
from cobolsmith.models import public_families, public_folder, public_length, sampler, starts
from cobolsmith.models.public_folder import FIRST, Vocabulary
from cobolsmith.models.public_text import Around, continued, cut, header, permitted
from cobolsmith.models.sampler import Frame, Hole
from cobolsmith.models.tokenizer import DELETE, EXPAND, MASK_ID
from cobolsmith.words import text_of

WINDOW = 1024
"""Tokens of a canvas, hole included; the models were trained on 1,024 to 2,048."""
LEAST_CONTEXT = 128
PREFIX_SHARE = 0.6
TOKENS_PER_WORD = 2.5
"""Used where the canvas has no words to count."""
LENGTHS = 3
"""Lengths tried where the model can neither expand nor delete, of those probed: a canvas of the
wrong length is the largest single loss known in infilling."""
STRETCH = 1.6
"""The longest hole that is probed or grown, by the one that the canvas speaks of."""
ROOM = 1.3
"""Factor for a model that deletes what it doesn't need."""


class PublicInfiller:
    """Fills holes with a public masked-diffusion model held in memory.

    `revisions`: how often what doesn't parse is denoised anew.
    """

    revisions = 2

    def __init__(
        self, name: str, network: Any, tokenizer: Tokenizer, vocabulary: Vocabulary, shifted: bool
    ) -> None:
        self.name = name
        self.network = network
        self.tokenizer = tokenizer
        self.vocabulary = vocabulary
        self.shifted = shifted

    def fill(
        self, canvas: Canvas, *, seed: int, steps: int, candidates: int, watch: Watch | None = None
    ) -> tuple[Fill, ...]:
        """Fills, best first: every draft and mask count greedily, then sampled variants until
        `candidates` starts are used. `watch` sees the words of the first hole."""
        if steps < 1 or candidates < 1:
            raise ModelError("steps and candidates must be at least 1", where=self.name)
        around = Around.of(canvas)
        drafts = [self.encode(continued(draft)) for draft in canvas.drafts]
        counts = self._counts(canvas)
        longest = max([*(math.ceil(STRETCH * n) for n in counts), *map(len, drafts)], default=0)
        frame = self._frame(canvas, around, longest)
        if not all(bool((mask & ~frame.forbidden).any()) for mask in frame.allowed):
            return ()  # no word may stand there
        if counts and self.vocabulary.delete is None:
            counts = self._probed(frame, counts, longest)
        begun = starts.starts_of(self.denoise, frame, drafts, counts)
        whole = self._whole_words(canvas, frame, candidates)
        if not begun and not whole and not canvas.allowed:
            raise ModelError("the canvas has neither lengths nor drafts", where=self.name)
        holes = whole + starts.dealt(begun, candidates)

        def seen(step: int, hole: Hole) -> None:
            if watch:
                watch(step, self._words_so_far(hole.ids, around))

        sampler.denoise_holes(self.denoise, frame, holes, seed=seed, steps=steps, watch=seen)
        if canvas.broken:
            sampler.revise(
                self.denoise,
                frame,
                holes,
                seed=seed,
                steps=max(1, steps // 2),
                rounds=self.revisions,
                broken=lambda hole: self._broken(canvas, around, hole),
                doubting=False,
            )
        found = starts.ranked(
            holes,
            lambda ids: around.words_of(self._text(ids)),
            lambda words: permitted(words, canvas.allowed),
            candidates,
        )
        return tuple(sorted(found, key=lambda f: bool(canvas.broken and canvas.broken(f.words))))

    def _broken(self, canvas: Canvas, around: Around, hole: Hole) -> list[int]:
        """Places of a hole's tokens in words that the canvas says can't stand there."""
        words = around.words_of(self._text(hole.ids))
        bad = canvas.broken(words) if canvas.broken and words and not hole.open() else ()
        ends = [
            len(cut(self._text(hole.ids[: at + 1]), around.state)[0]) for at in range(len(hole.ids))
        ]
        return [at for at, count in enumerate(ends) if max(0, count - 1) in bad]

    def encode(self, text: str) -> list[int]:
        """The sampler's ids of a text; a special token spelt out in it is text like any other."""
        tokens = self.tokenizer.encode(text, add_special_tokens=False).ids
        return [FIRST + token for token in tokens]

    def denoise(self, row: Sequence[int], places: Sequence[int]) -> np.ndarray:
        """Log-odds [places, FIRST+V] at places of a row of the sampler's ids, in float64."""
        found = self._run(row, places, lambda last: self.network.get_output_embeddings()(last))
        odds = np.asarray(found.double().cpu().numpy())
        specials = np.full((len(places), FIRST), -np.inf)
        for ours, theirs in ((DELETE, self.vocabulary.delete), (EXPAND, self.vocabulary.expand)):
            if theirs is not None:
                specials[:, ours] = odds[:, theirs]
        return np.concatenate([specials, odds], axis=1)

    def likeliest(self, frame: Frame, length: int) -> np.ndarray:
        """Log-probability of the likeliest token at each of `length` masks; no table of log-odds
        over the whole vocabulary is made."""
        row = [*frame.prefix, *[MASK_ID] * length, *frame.suffix]
        begin, table = len(frame.prefix), self.network.get_output_embeddings().weight
        first, further = (frame.forbidden | ~mask for mask in frame.allowed)

        def statistics(last: torch.Tensor) -> torch.Tensor:
            parts = ((last[:1], first), (last[1:], further)) if length > 1 else ((last, first),)
            told = []
            for states, banned in parts:
                flags = torch.tensor(banned[None, FIRST:], device=last.device)
                told.append(head_statistics(states[None], table, states[None, :0], flags))
            return torch.cat([each.log_probabilities[0] for each in told])

        found = self._run(row, range(begin, begin + length), statistics)
        return np.asarray(found.double().cpu().numpy())

    def _run(
        self,
        row: Sequence[int],
        places: Sequence[int],
        head: Callable[[torch.Tensor], torch.Tensor],
    ) -> torch.Tensor:
        """What a head makes of the last states [places, D] of one row of the sampler's ids;
        `ModelError` if they are no numbers."""
        tokens = [self.vocabulary.mask if at == MASK_ID else at - FIRST for at in row]
        asked = [max(0, place - 1) for place in places] if self.shifted else list(places)
        try:
            with torch.inference_mode():
                shown = torch.tensor([tokens], device=self.network.device)
                last = self.network.model(shown, use_cache=False).last_hidden_state[0, asked]
                found = head(last)
        except RuntimeError as error:  # torch has no class of its own for this on a CPU
            if "memory" not in str(error):
                raise
            raise ModelError(
                f"out of memory on {len(tokens)} tokens",
                where=self.name,
                remedy="use a smaller model, or serve this one elsewhere and name its endpoint",
            ) from error
        if not (last.isfinite().all() and found.isfinite().all()):
            raise ModelError(
                "the model's answers are not numbers (NaN or infinite)",
                where=self.name,
                remedy="the weights are damaged: fetch the model's files anew",
            )
        return found

    def _counts(self, canvas: Canvas) -> list[int]:
        """How many masks the canvas's lengths, in words, come to."""
        least = 2 if canvas.allowed else 1  # single allowed words are weighed whole
        lengths = [length for length in canvas.lengths if length >= least]
        given = (*canvas.prefix, *canvas.suffix)
        rate = len(self.encode(text_of(given))) / len(given) if given else TOKENS_PER_WORD
        factor = 1.0 if self.vocabulary.delete is None else ROOM
        return sorted({math.ceil(rate * length * factor) for length in lengths})

    def _probed(self, frame: Frame, counts: Sequence[int], longest: int) -> list[int]:
        """The mask counts nearest those asked for at which the model is most confident."""
        measure = partial(public_length.confidence, partial(self.likeliest, frame))
        first = counts[len(counts) // 2]
        return public_length.likeliest_lengths(measure, first, longest, LENGTHS)

    def _frame(self, canvas: Canvas, around: Around, longest: int) -> Frame:
        ends = len(self.vocabulary.before) + len(self.vocabulary.after)
        room = WINDOW - ends - longest
        if room < LEAST_CONTEXT:
            raise LongHoleError(
                f"a hole of {longest} tokens is too long for this model",
                where=self.name,
                remedy=f"offer at most {WINDOW - ends - LEAST_CONTEXT}",
            )
        prefix, suffix = self.encode(around.before), self.encode(around.after)
        prefix = prefix[-max(int(room * PREFIX_SHARE), room - len(suffix)) :]
        suffix = suffix[: room - len(prefix)]
        names = self.encode(header(canvas.names))
        names = names if len(names) <= room - len(prefix) - len(suffix) else []
        forbidden = sampler.forbidden_ids(len(self.vocabulary.clean), 0, 0)
        forbidden[FIRST:] = ~self.vocabulary.clean[FIRST:]
        forbidden[DELETE] |= self.vocabulary.delete is None
        forbidden[EXPAND] |= self.vocabulary.expand is None
        return Frame(
            (*(FIRST + at for at in self.vocabulary.before), *names, *prefix),
            (*suffix, *(FIRST + at for at in self.vocabulary.after)),
            forbidden,
            self._allowed(canvas, around),
        )

    def _allowed(self, canvas: Canvas, around: Around) -> tuple[np.ndarray, ...]:
        """What may stand at the first position and at all others. The pieces of the allowed words
        are let in at every position: their order is for the model, whole words are checked last."""
        anywhere = np.ones(len(self.vocabulary.clean), bool)
        if canvas.allowed:
            anywhere[:] = False
            for word in frozenset().union(*canvas.allowed):
                anywhere[self.encode(continued((word,)))] = True
            anywhere[DELETE] = True
        first = anywhere & self.vocabulary.parting if around.joins() else anywhere
        return (first, anywhere)

    def _whole_words(self, canvas: Canvas, frame: Frame, most: int) -> list[Hole]:
        """The allowed words likeliest where one word is wanted. Pieces chosen one by one seldom
        make up a word of a list; so each word is weighed, one pass for all words of a length."""
        if not canvas.allowed or 1 not in canvas.lengths:
            return []
        spelt = [self.encode(continued((word,))) for word in sorted(canvas.allowed[0])]
        weighed: list[tuple[float, list[int]]] = []
        for count in sorted(set(map(len, spelt))):
            table = sampler.log_probabilities(self.denoise, frame, [MASK_ID] * count, range(count))
            for ids in spelt:
                if len(ids) == count:
                    weighed.append((float(-table[range(count), ids].mean()), ids))
        return [
            Hole(f"masks:{len(ids)}", 0, ids, sampler.score_draft(self.denoise, frame, ids))
            for weight, ids in sorted(weighed)[:most]
            if weight < math.inf
        ]

    def _text(self, ids: Sequence[int]) -> str:
        tokens = [at - FIRST for at in ids if at >= FIRST]
        return str(self.tokenizer.decode(tokens, skip_special_tokens=False))

    def _words_so_far(self, ids: Sequence[int], around: Around) -> tuple[str, ...]:
        words: list[str] = []
        open_at = [-1, *(at for at, token in enumerate(ids) if token == MASK_ID), len(ids)]
        for last, place in pairwise(open_at):
            words += cut(self._text(ids[last + 1 : place]), around.state)[0]
            words += [MASK] if place < len(ids) else []
        return tuple(words)


def load_public(folder: Path) -> PublicInfiller:
    """Read a public model; `ModelError` if the folder lacks something, holds only pickled weights,
    is of no known family, or weights, tokenizer, configuration and memory don't fit."""
    config = public_folder.read_json(folder / "config.json")
    family = public_families.family_of(config, folder)
    settings = public_families.native_settings(config, family, folder)
    public_folder.check_weights(folder, config)
    tokenizer, spoken = public_folder.read_tokenizer(folder)
    vocabulary = public_folder.read_vocabulary(folder, config, family, tokenizer, spoken)
    network = public_folder.read_network(folder, settings, family)
    return PublicInfiller(folder.name, network, tokenizer, vocabulary, family.shifted)

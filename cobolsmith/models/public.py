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
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

from cobolsmith.errors import ModelError
from cobolsmith.infill import MASK, Canvas, Fill, Name, Watch
from cobolsmith.models import public_folder, sampler
from cobolsmith.models.public_folder import FIRST, Vocabulary
from cobolsmith.models.sampler import Frame, Hole
from cobolsmith.models.tokenizer import DELETE, MASK_ID
from cobolsmith.words import line_words, text_of

WINDOW = 1024
"""Tokens of a canvas, hole included; the models were trained on 1,024 to 2,048."""
LEAST_CONTEXT = 128
PREFIX_SHARE = 0.6
NAMES = 24
"""Names whose pictures stand above the canvas."""
TOKENS_PER_WORD = 2.5
"""Used where the canvas has no words to count."""
SPREAD = (0.75, 1.0, 1.3)
"""Factors on a hole's length for a model that can't delete: a canvas of the wrong length is the
largest single loss known in infilling, so a few are tried."""
ROOM = 1.3
"""Factor for a model that deletes what it doesn't need."""


class PublicInfiller:
    """Fills holes with a public masked-diffusion model held in memory."""

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
        drafts = [self.encode(_continued(draft)) for draft in canvas.drafts]
        longest = max([*self._counts(canvas), *map(len, drafts)], default=0)
        frame = self._frame(canvas, around, longest)
        if not all(bool((mask & ~frame.forbidden).any()) for mask in frame.allowed):
            return ()  # no word may stand there
        holes = self._holes(canvas, drafts, frame, candidates)

        def seen(step: int, hole: Hole) -> None:
            if watch:
                watch(step, self._words_so_far(hole.ids, around))

        sampler.denoise_holes(self.denoise, frame, holes, seed=seed, steps=steps, watch=seen)
        return self._ranked(holes, canvas, around, candidates)

    def encode(self, text: str) -> list[int]:
        """The sampler's ids of a text; a special token spelt out in it is text like any other."""
        tokens = self.tokenizer.encode(text, add_special_tokens=False).ids
        return [FIRST + token for token in tokens]

    def denoise(self, row: Sequence[int], places: Sequence[int]) -> np.ndarray:
        """Log-odds [places, FIRST+V] at places of a row of the sampler's ids, in float64."""
        tokens = [self.vocabulary.mask if at == MASK_ID else at - FIRST for at in row]
        asked = [max(0, place - 1) for place in places] if self.shifted else list(places)
        with torch.inference_mode():
            found = self.network(
                torch.tensor([tokens]), use_cache=False, logits_to_keep=torch.tensor(asked)
            )
        odds = found.logits[0].double().numpy()
        specials = np.full((len(asked), FIRST), -np.inf)
        if self.vocabulary.delete is not None:
            specials[:, DELETE] = odds[:, self.vocabulary.delete]
        return np.concatenate([specials, odds], axis=1)

    def _counts(self, canvas: Canvas) -> list[int]:
        """How many masks to try: the canvas's lengths, in words, as tokens."""
        least = 2 if canvas.allowed else 1  # single allowed words are weighed whole
        lengths = [length for length in canvas.lengths if length >= least]
        given = (*canvas.prefix, *canvas.suffix)
        rate = len(self.encode(text_of(given))) / len(given) if given else TOKENS_PER_WORD
        spread: Sequence[float] = SPREAD if len(lengths) < len(SPREAD) else (1.0,)
        factors = spread if self.vocabulary.delete is None else (ROOM,)
        return sorted({math.ceil(rate * n * factor) for n in lengths for factor in factors})

    def _frame(self, canvas: Canvas, around: Around, longest: int) -> Frame:
        ends = len(self.vocabulary.before) + len(self.vocabulary.after)
        room = WINDOW - ends - longest
        if room < LEAST_CONTEXT:
            raise ModelError(
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
        forbidden[DELETE] = self.vocabulary.delete is None
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
                anywhere[self.encode(_continued((word,)))] = True
            anywhere[DELETE] = True
        first = anywhere & self.vocabulary.parting if around.joins() else anywhere
        return (first, anywhere)

    def _holes(
        self, canvas: Canvas, drafts: Sequence[list[int]], frame: Frame, candidates: int
    ) -> list[Hole]:
        starts: list[Callable[[int], Hole]] = []
        for at, draft in enumerate(drafts, 1):
            if draft:
                scores = sampler.score_draft(self.denoise, frame, draft)
                starts.append(partial(_as_it_is, f"draft:{at}", draft, scores))
                doubted = partial(sampler.from_draft, self.denoise, frame, draft, f"draft:{at}")
                starts.append(doubted)
        starts += [partial(_masks, count) for count in self._counts(canvas)]
        whole = self._whole_words(canvas, frame, candidates)
        if not starts and not whole and not canvas.allowed:
            raise ModelError("the canvas has neither lengths nor drafts", where=self.name)
        wanted = max(candidates, len(starts)) if starts else 0
        return whole + [starts[at % len(starts)](at // len(starts)) for at in range(wanted)]

    def _whole_words(self, canvas: Canvas, frame: Frame, most: int) -> list[Hole]:
        """The allowed words likeliest where one word is wanted. Pieces chosen one by one seldom
        make up a word of a list; so each word is weighed, one pass for all words of a length."""
        if not canvas.allowed or 1 not in canvas.lengths:
            return []
        spelt = [self.encode(_continued((word,))) for word in sorted(canvas.allowed[0])]
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

    def _ranked(
        self, holes: Sequence[Hole], canvas: Canvas, around: Around, candidates: int
    ) -> tuple[Fill, ...]:
        fills: dict[tuple[str, ...], Fill] = {}
        for hole in holes:
            score = hole.score()
            if hole.open() or score == -math.inf:
                continue
            words = around.words_of(self._text(hole.ids))
            better = words not in fills or fills[words].score < score
            if words and better and permitted(words, canvas.allowed):
                fills[words] = Fill(words, score, hole.origin)
        ranked = sorted(fills.values(), key=lambda fill: (-fill.score, fill.words))
        return tuple(ranked[:candidates])


def _masks(count: int, variant: int) -> Hole:
    return Hole(f"masks:{count}", variant, [MASK_ID] * count)


def _as_it_is(origin: str, draft: list[int], scores: list[float], variant: int) -> Hole:
    return Hole(origin, variant, list(draft), list(scores))


# --- Text and words -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Around:
    """The text on both sides of a hole, and how words are cut there. `line`: the part of `before`
    on the hole's line; `line_state`, `state`: what `line_words` must know at its two ends."""

    before: str
    after: str
    line: str
    line_state: str
    state: str

    @classmethod
    def of(cls, canvas: Canvas) -> Around:
        """The text around a canvas's hole. A blank just before the hole is left to the model: in
        these vocabularies it is part of the next word's token."""
        before = text_of(canvas.prefix)
        before = before[:-1] if before.endswith(" ") else before
        head, _, line = before.rpartition("\n")
        line_state = cut(head, "")[1]
        return cls(before, _continued(canvas.suffix), line, line_state, cut(line, line_state)[1])

    def joins(self) -> bool:
        """Whether a word put right behind `before` would grow together with its last one."""
        return self.before[-1:].isalnum() or self.before[-1:] in ("-", "_", "'", '"')

    def words_of(self, text: str) -> tuple[str, ...]:
        """A fill's words; empty where it isn't clean text or would change the words around it."""
        if not all(" " <= character <= "~" or character == "\n" for character in text):
            return ()
        inside, state = cut(text, self.state)
        rest = self.after.partition("\n")[0]
        apart = [*cut(self.line, self.line_state)[0], *inside, *cut(rest, state)[0]]
        together = cut(self.line + text + rest, self.line_state)[0]
        return tuple(inside) if together == apart else ()


def cut(text: str, state: str) -> tuple[list[str], str]:
    """Cut text into words, line breaks among them, from a state of `line_words` to the next."""
    words: list[str] = []
    for number, line in enumerate(text.split("\n")):
        found, state = line_words(line, state)
        if number and found:
            words.append("\n" + " " * found[0].start)
        words += [word.text for word in found]
    return words, state


def permitted(words: Sequence[str], allowed: Sequence[frozenset[str]]) -> bool:
    """Whether each word may stand where it does; the last set stands for all further positions."""
    last = len(allowed) - 1
    return not allowed or all(word in allowed[min(at, last)] for at, word in enumerate(words))


def header(names: Sequence[Name]) -> str:
    """The names nearest the hole and what they are, as comment lines."""
    lines = []
    for name in names[:NAMES]:
        level = f"{name.level:02} " if name.level else ""
        picture = f" PIC {name.picture}" if name.picture else ""
        kind = "" if name.picture else f" {name.kind}"
        usage = f" {name.usage}" if name.usage else ""
        lines.append(f"*> {level}{name.spelling}{picture}{usage}{kind}\n")
    return "".join(lines)


def _continued(words: Sequence[str]) -> str:
    """Words as the text that follows a word."""
    return text_of(("X", *words))[1:]


def load_public(folder: Path) -> PublicInfiller:
    """Read a public model; `ModelError` if the folder lacks something, holds only pickled weights,
    is of no known family, or weights, tokenizer and configuration don't fit each other."""
    config = public_folder.read_json(folder / "config.json")
    family = public_folder.family_of(config, folder)
    public_folder.check_weights(folder, config)
    tokenizer, spoken = public_folder.read_tokenizer(folder)
    vocabulary = public_folder.read_vocabulary(folder, config, family, tokenizer, spoken)
    network = public_folder.read_network(folder, config, family)
    return PublicInfiller(folder.name, network, tokenizer, vocabulary, family.shifted)

"""Our own diffusion model as an infiller: canvas in, fills out."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from cobolsmith.errors import LongHoleError, ModelError
from cobolsmith.infill import Canvas, Fill, Name, Watch
from cobolsmith.models import sampler
from cobolsmith.models.binding import PIECES, features_of
from cobolsmith.models.device import chosen, precision, quickened
from cobolsmith.models.neighbours import Neighbours, load_pairs, open_exec
from cobolsmith.models.network import GAP, Bindings, Layout, Network
from cobolsmith.models.noise import LONGEST_SPEC, Batch, Borders
from cobolsmith.models.sampler import Frame, Hole
from cobolsmith.models.starts import dealt, draft_bonus, ranked, starts_of
from cobolsmith.models.tokenizer import (
    DELETE,
    EOS,
    FIRST_BREAK,
    FIRST_WORD,
    HOLE,
    PAD,
    CobolTokenizer,
)
from cobolsmith.models.weights import FOLDER, load_weights

WINDOW = 255
"""Tokens of a canvas, hole included: what training saw."""
PREFIX_SHARE = 0.6


class DiffusionInfiller:
    """Fills holes with a masked-diffusion network held in memory.

    `structure`: words are chosen among those the grammar allows next to their neighbours, and what
    doesn't parse is denoised anew; `revisions`: how often a whole hole is looked at again;
    `guidance`: how far the canvas's spec is followed beyond what training makes of it (Ho and
    Salimans 2022, classifier-free; 1 is as trained); `cached`: keys and values of the context are
    computed once a canvas, else anew for each run, which gives the same bits (for measuring);
    `passes` counts the runs of a hole's tokens through the network.
    """

    structure = True
    revisions = 2
    guidance = 1.0
    cached = True

    def __init__(self, name: str, network: Network, tokenizer: CobolTokenizer) -> None:
        self.name = name
        self.network = network
        self.tokenizer = tokenizer
        self.passes = 0
        self.borders = Borders(tokenizer)
        self.neighbours = Neighbours(tokenizer, load_pairs())
        self.device = chosen()
        self.fast = quickened(network, self.device)

    def fill(
        self, canvas: Canvas, *, seed: int, steps: int, candidates: int, watch: Watch | None = None
    ) -> tuple[Fill, ...]:
        """Fills, best first, and those that don't parse behind the others.

        Every length and draft of the canvas is denoised greedily, then sampled variants until
        `candidates` starts are used. `watch` sees the words of the first hole.
        """
        if steps < 1 or candidates < 1:
            raise ModelError("steps and candidates must be at least 1", where=self.name)
        names = canvas.names[: self.network.config.identities]
        slots = {name.spelling: at for at, name in reversed(list(enumerate(names)))}
        spellings = [name.spelling for name in names]
        drafts = [self.tokenizer.encode(draft, slots) for draft in canvas.drafts]
        frame = self._frame(canvas, slots, self._longest(canvas.lengths, drafts))
        drafts = [draft for draft in drafts if len(draft) <= GAP]
        lengths = [length for length in canvas.lengths if length <= GAP]
        with torch.no_grad(), one_thread():
            denoise = self._guided(bindings_of(names, self.tokenizer), frame)
            holes = dealt(starts_of(denoise, frame, drafts, lengths), candidates)
            if not holes:
                raise ModelError("the canvas has neither lengths nor drafts", where=self.name)

            def seen(step: int, hole: Hole) -> None:
                if watch:
                    watch(step, self.tokenizer.decode(hole.ids, spellings))

            def broken(hole: Hole) -> Sequence[int]:
                return self._broken(canvas, hole, spellings)

            sampler.denoise_holes(denoise, frame, holes, seed=seed, steps=steps, watch=seen)
            sampler.revise(
                denoise,
                frame,
                holes,
                seed=seed,
                steps=max(1, steps // 2),
                rounds=self.revisions,
                broken=broken if self.structure and canvas.broken else None,
            )

        def permitted(words: tuple[str, ...]) -> bool:
            return not canvas.allowed or frozenset(words) <= frozenset().union(*canvas.allowed)

        # What a spec asks for stands in no like place.
        copied = bool(drafts and canvas.likeness) and not canvas.spec
        found = ranked(
            holes,
            lambda ids: self.tokenizer.decode(ids, spellings),
            permitted,
            candidates,
            lambda hole: draft_bonus(hole, drafts[0], canvas.likeness[0]) if copied else 0.0,
        )
        told = canvas.broken if self.structure else None
        if told is None:
            return found
        return tuple(sorted(found, key=lambda fill: bool(told(fill.words))))

    def _longest(self, lengths: Sequence[int], drafts: Sequence[Sequence[int]]) -> int:
        """Tokens of the longest start that fits; an error if there are starts and none does."""
        sizes = [*lengths, *(len(draft) for draft in drafts)]
        fitting = [size for size in sizes if size <= GAP]
        if sizes and not fitting:
            raise LongHoleError(
                f"a hole of {min(sizes)} tokens is too long for this model",
                where=self.name,
                remedy=f"offer at most {GAP}",
            )
        return max(fitting, default=0)

    def _frame(self, canvas: Canvas, slots: dict[str, int], longest: int) -> Frame:
        spec = self._spec(canvas, slots)
        room = WINDOW - longest - len(spec)
        prefix = self.tokenizer.encode(canvas.prefix, slots)
        suffix = self.tokenizer.encode(canvas.suffix, slots)
        before = max(int(room * PREFIX_SHARE), room - len(suffix))
        prefix = prefix[-before:] if before else []
        count = min(len(canvas.names), self.network.config.identities)
        return Frame(
            (*spec, *prefix),
            tuple(suffix[: room - len(prefix)]),
            self._forbidden(canvas, slots, count),
            tuple(self._mask_of(words, slots, max(1, count)) for words in canvas.allowed),
            self._limits(canvas, prefix, max(1, count), len(spec)),
            len(spec),
        )

    def _spec(self, canvas: Canvas, slots: dict[str, int]) -> list[int]:
        """What a row begins with when something is asked for; see `noise.specified`."""
        ids = self.tokenizer.encode(canvas.spec, slots)[:LONGEST_SPEC]
        return [HOLE, *ids, EOS] if ids else []

    def _limits(
        self, canvas: Canvas, prefix: Sequence[int], slots: int, spec: int
    ) -> Callable[[Sequence[int], int], np.ndarray] | None:
        """The grammar's neighbours, and how a fill of the hole's kind begins and goes on."""
        if not (self.structure and canvas.cobol) or open_exec(self.tokenizer, prefix):
            return None
        size, begin = self.tokenizer.static_size + slots, spec + len(prefix)
        further = np.ones(size, bool)
        further[[self.tokenizer.spell(word)[0] for word in sorted(canvas.never)]] = False
        first = np.full(size, not canvas.first)
        first[[self.tokenizer.spell(word)[0] for word in sorted(canvas.first)]] = True

        def limits(row: Sequence[int], place: int) -> np.ndarray:
            allowed = self.neighbours.allowed(row, place, slots)
            return np.asarray(allowed & (first if place == begin else further))

        return limits

    def _broken(self, canvas: Canvas, hole: Hole, spellings: Sequence[str]) -> list[int]:
        """Places of a hole's tokens in words that the canvas says can't stand there."""
        if canvas.broken is None or hole.open():
            return []
        bad = canvas.broken(self.tokenizer.decode(hole.ids, spellings))
        word, places = -1, []
        for place, token in enumerate(hole.ids):
            word += not self.tokenizer.continues_word(token)
            if max(word, 0) in bad:
                places.append(place)
        return places

    def _forbidden(self, canvas: Canvas, slots: dict[str, int], count: int) -> np.ndarray:
        """What may stand nowhere; with a hole of one word also the words refused for it."""
        size = self.tokenizer.static_size
        forbidden = sampler.forbidden_ids(size, count, max(1, count))
        for words in canvas.refused if canvas.lengths == (1,) and not canvas.drafts else ():
            tokens = self.tokenizer.encode(words, slots)
            if len(tokens) == 1:
                forbidden[tokens[0]] = True
        return forbidden

    def _mask_of(self, words: frozenset[str], slots: dict[str, int], count: int) -> np.ndarray:
        mask = np.zeros(self.tokenizer.static_size + count, bool)
        for word in words:
            mask[self.tokenizer.encode((word,), slots)] = True
        mask[DELETE] = True
        return mask

    def denoiser(self, bindings: Bindings, frame: Frame) -> sampler.Denoise:
        """What the network says about holes between the frame's prefix and suffix.

        For a hole of whole lines or statements the context runs through the network once, here, and
        each call runs the hole's tokens alone. Any other hole (a word inside a line) is masked
        tokens among visible ones, as training had them, and each call runs the whole row.
        """
        if not self._is_whole(frame):
            return self._plain(bindings)
        network = self.network
        prefix, suffix = len(frame.prefix), len(frame.suffix)
        bindings, device = bindings.to(self.device), self.device
        context = torch.tensor([[*frame.prefix, *frame.suffix]], dtype=torch.int64, device=device)
        places_of = torch.arange(prefix + suffix, device=device)[None]
        places_of[:, prefix:] += GAP
        with self._precision():
            names = network.embed_names(bindings)
            kept = network.remember(network.embed(context, names), places_of)

        def denoise(row: Sequence[int], places: Sequence[int]) -> np.ndarray:
            self.passes += 1
            ids = torch.tensor([row[prefix : len(row) - suffix]], device=device)
            asked = torch.tensor([[0, place - prefix] for place in places], device=device)
            positions = prefix + torch.arange(ids.shape[1], device=device)[None]
            with self._precision():
                memory = kept
                if not self.cached:
                    memory = network.remember(network.embed(context, names), places_of)
                state = network.attend(network.embed(ids, names)[:, 1:], positions, memory)
                odds = network.head(state, names, bindings.present, asked)
            return np.asarray(odds.double().cpu().numpy())

        return denoise

    def _guided(self, bindings: Bindings, frame: Frame) -> sampler.Denoise:
        """What the network says with the spec, pushed away from what it says without it."""
        told, spec, guidance = self.denoiser(bindings, frame), frame.spec, self.guidance
        if not spec or guidance == 1.0:
            return told
        untold = self.denoiser(bindings, replace(frame, prefix=frame.prefix[spec:], spec=0))

        def denoise(row: Sequence[int], places: Sequence[int]) -> np.ndarray:
            free = untold(row[spec:], [place - spec for place in places])
            return free + guidance * (told(row, places) - free)

        return denoise

    def _is_whole(self, frame: Frame) -> bool:
        """Whether a hole's place begins and ends where lines or statements do."""
        period, size = self.tokenizer.spell(".")[0], self.tokenizer.static_size
        last, first = frame.prefix[-1:], frame.suffix[:1]
        begins = not last or last[0] == period or FIRST_BREAK <= last[0] < FIRST_WORD
        verb = bool(first) and first[0] < size and bool(self.borders.verb[first[0]])
        ends = not first or first[0] == period or FIRST_BREAK <= first[0] < FIRST_WORD or verb
        return begins and ends

    def _plain(self, bindings: Bindings) -> sampler.Denoise:
        """What the network says about masked tokens in a row."""
        network, device = self.network, self.device
        bindings = bindings.to(device)
        with self._precision():
            names = network.embed_names(bindings)

        def denoise(row: Sequence[int], places: Sequence[int]) -> np.ndarray:
            self.passes += 1
            ids = torch.tensor([row], device=device)
            asked = torch.tensor([[0, place] for place in places], device=device)
            with self._precision():
                state = network.trunk(network.embed(ids, names), Layout.plain(ids == PAD))
                odds = network.head(state, names, bindings.present, asked)
            return np.asarray(odds.double().cpu().numpy())

        return denoise

    def odds(self, batch: Batch) -> torch.Tensor:
        """Log-odds at a batch's asked positions, as when filling; on the CPU."""
        batch = batch.to(self.device)
        with torch.no_grad(), self._precision():
            found: torch.Tensor = self.network(batch.ids, batch.bindings, batch.layout, batch.asked)
        return found.cpu()

    def _precision(self) -> torch.autocast:
        return precision(self.device, self.fast)


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Run torch on one thread: a hole is a few tokens, and threads cost more than they bring."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def bindings_of(names: Sequence[Name], tokenizer: CobolTokenizer) -> Bindings:
    """Table of names [1,K] for the network; one absent name if there are none."""
    count = max(1, len(names))
    pieces = torch.zeros(1, count, PIECES, dtype=torch.int64)
    features = torch.zeros(1, count, len(features_of(Name("", "", 0, "", ""))), dtype=torch.int64)
    for at, name in enumerate(names):
        spelt = tokenizer.spell_name(name.spelling)[:PIECES]
        pieces[0, at, : len(spelt)] = torch.tensor(spelt)
        features[0, at] = torch.tensor(features_of(name))
    present = torch.arange(count)[None] < len(names)
    return Bindings(pieces, features, torch.arange(count)[None], present)


def load_infiller(name: str, folder: Path = FOLDER) -> DiffusionInfiller:
    """The infiller whose weights lie in `folder`; `ModelError` if they don't, or are damaged."""
    network, tokenizer = load_weights(folder, name)
    return DiffusionInfiller(name, network, tokenizer)

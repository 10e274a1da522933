"""Training: packed programs in, weights out; resumable at any step.

Each step's data and noise depend only on (seed, step), and a checkpoint holds weights, optimisers
and counters, so an interrupted run continued is the run uninterrupted (when the budget is in
tokens; a budget in seconds ties the schedule to the clock). Checkpoints replace each other
atomically.
"""

from __future__ import annotations

import copy
import csv
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 (torch's own name for it)
from torch import Tensor

from cobolsmith.errors import ModelError, UsageError
from cobolsmith.models.cases import Cases
from cobolsmith.models.device import chosen, precision
from cobolsmith.models.network import Layout, Network, NetworkConfig
from cobolsmith.models.noise import (
    Batch,
    Borders,
    NoiseConfig,
    Noised,
    collate,
    noised_rows,
    scattered,
)
from cobolsmith.models.optimiser import OptimiserConfig, optimisers, rate_share, set_rates
from cobolsmith.models.tokenizer import CobolTokenizer
from cobolsmith.models.windows import PackedCorpus, Window


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """One training. Budget: `tokens` seen, or `seconds` on the clock if that is set. `length` is in
    tokens without the sink, `names` the size of a window's table."""

    tokens: int = 24_000_000
    seconds: float = 0.0
    rows: int = 16
    length: int = 255
    names: int = 64
    feature_drop: float = 0.1
    repository_share: float = 0.3
    case_share: float = 0.1
    seed: int = 1
    compiled: bool = False
    save_every: float = 240.0
    check_every: int = 250
    average: float = 0.998
    """How slowly the weights' running average, which is what a training yields, follows them."""
    noise: NoiseConfig = field(default_factory=NoiseConfig)
    optimiser: OptimiserConfig = field(default_factory=OptimiserConfig)


@dataclass(slots=True)
class Counters:
    """Where a training stands; saved with each checkpoint."""

    step: int = 0
    tokens: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Moment:
    """What is reported after each step. `held_out` is (loss, accuracy) when just measured."""

    step: int
    tokens: int
    progress: float
    loss: float
    held_out: tuple[float, float] | None


Rows = Callable[
    [Sequence[Window], Borders, NoiseConfig, int, float, np.random.Generator], list[Noised]
]
"""(windows, borders, noise, longest row, progress, random) -> rows and what they ask; see
`noised_rows`."""


class Feed:
    """Batches by step number; `rows` makes them of windows, some of which are cases' if there are
    any."""

    def __init__(
        self,
        corpus: PackedCorpus,
        tokenizer: CobolTokenizer,
        config: TrainingConfig,
        rows: Rows = noised_rows,
        cases: Cases | None = None,
    ) -> None:
        self.rows = rows
        self.cases = cases
        self.corpus = corpus
        self.config = config
        self.borders = Borders(tokenizer)
        self.chances = levelled(corpus, config.repository_share)

    def batch(self, step: int, progress: float) -> Batch:
        """The batch of a step: the same for the same (seed, step, progress)."""
        config = self.config
        random = np.random.default_rng((config.seed, step))
        programs = random.choice(len(self.corpus), size=config.rows, p=self.chances)
        windows = []
        for program in programs:
            # Room for surplus masks at the end of holes; scattered rows leave it as padding.
            length = config.length - int(random.integers(0, 16))
            if self.cases and random.random() < config.case_share:
                windows.append(self._case(length, random))
            else:
                windows.append(self.corpus.draw(int(program), length, config.names, random))
        if config.noise.complementary:
            windows = [windows[at - at % 2] for at in range(len(windows))]
        rows = self.rows(windows, self.borders, config.noise, config.length, progress, random)
        drop = random.random((config.rows, config.names)) < config.feature_drop
        return evened(collate(windows, rows, config.length, config.names, drop))

    def _case(self, length: int, random: np.random.Generator) -> Window:
        assert self.cases is not None
        one = self.cases.at(self.cases.pick(random))
        hole = (one.begin, one.end)
        return self.corpus.draw_case(one.program, hole, one.spec, length, self.config.names, random)

    def held_out(self, count: int, rate: float) -> Batch:
        """A fixed batch with scattered masks at one rate, for watching the training."""
        config = self.config
        random = np.random.default_rng((config.seed, 2**31))
        programs = random.choice(len(self.corpus), size=count, p=self.chances)
        windows = [self.corpus.draw(int(p), config.length, config.names, random) for p in programs]
        rows = [scattered(window, rate, random) for window in windows]
        return collate(windows, rows, config.length, config.names)


def evened(batch: Batch, multiple: int = 256) -> Batch:
    """The batch with its asked positions filled up to a multiple, the added ones weighing nothing.

    A new number of positions is a new shape of the head's matrices, and the CPU's kernels keep
    something for each shape they have seen: without this, memory grows with every step.
    """
    missing = -len(batch.targets) % multiple
    return replace(
        batch,
        asked=F.pad(batch.asked, (0, 0, 0, missing)),
        targets=F.pad(batch.targets, (0, missing)),
        weights=F.pad(batch.weights, (0, missing)),
    )


def levelled(corpus: PackedCorpus, most: float) -> np.ndarray:
    """Chances of programs with no repository above `most` (or an equal share) of the draws."""
    chances = corpus.chances()
    names = np.unique(corpus.repositories)
    most = max(most, 1.0 / len(names))
    for _ in range(20):
        for name in names:
            mine = corpus.repositories == name
            share = chances[mine].sum()
            if share > most:
                chances[mine] *= most / share
        chances = chances / chances.sum()
    return chances


def weighted_loss(odds: Tensor, batch: Batch) -> Tensor:
    """Weighted mean cross-entropy in nats at the asked positions."""
    each = F.cross_entropy(odds.float(), batch.targets, reduction="none")
    return (each * batch.weights).sum() / batch.weights.sum()


class Trainer:
    """Network, optimisers and counters of one training in a folder `out`."""

    def __init__(
        self,
        config: TrainingConfig,
        network: NetworkConfig,
        out: Path,
        kind: type[Network] = Network,
    ) -> None:
        torch.manual_seed(config.seed)
        self.config = config
        self.out = out
        self.device = chosen()
        self.network = kind(network).to(self.device)
        self.optimisers = optimisers(self.network, config.optimiser)
        self.counters = Counters()
        self.average = copy.deepcopy(self.network).requires_grad_(False)
        self._trunk = self.network.trunk
        if config.compiled:
            self._trunk = torch.compile(self.network.trunk)

    @property
    def progress(self) -> float:
        """Share of the budget spent, in [0, 1]."""
        if self.config.seconds:
            return min(1.0, self.counters.seconds / self.config.seconds)
        return min(1.0, self.counters.tokens / self.config.tokens)

    def odds(self, batch: Batch, network: Network | None = None) -> Tensor:
        """Log-odds at the asked positions, products in bfloat16; of the network being trained if no
        other is named."""
        trunk = network.trunk if network else self._trunk
        network = network or self.network
        with precision(self.device):
            names = network.embed_names(batch.bindings)
            state = trunk(network.embed(batch.ids, names), batch.layout)
            return network.head(state, names, batch.bindings.present, batch.asked)

    def step(self, batch: Batch) -> float:
        """One optimiser step; returns the loss."""
        share = rate_share(self.counters.step, self.progress, self.config.optimiser)
        set_rates(self.optimisers, share, self.config.optimiser)
        batch = batch.to(self.device)
        loss = weighted_loss(self.odds(batch), batch)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        for optimiser in self.optimisers:
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
        self._follow()
        self.counters.step += 1
        self.counters.tokens += int((~batch.layout.hidden).sum())
        return float(loss.detach())

    @torch.no_grad()
    def _follow(self) -> None:
        """Move the running average on; at first it follows fast, not to keep the beginning."""
        step = self.counters.step
        share = 1.0 - min(self.config.average, (1 + step) / (10 + step))
        mine: list[Tensor] = list(self.average.parameters())
        torch._foreach_lerp_(mine, list[Tensor](self.network.parameters()), share)

    def measure(
        self, batch: Batch, network: Network | None = None, rows: int = 16
    ) -> tuple[float, float]:
        """Mean loss in nats and accuracy over what a batch asks, `rows` rows at a time; of the
        running average if no network is named."""
        network = network or self.average
        losses, right, count = 0.0, 0, 0
        with torch.no_grad():
            for begin in range(0, len(batch.ids), rows):
                part = slice_batch(batch, begin, begin + rows).to(self.device)
                counted = part.weights > 0
                odds, targets = self.odds(part, network).float()[counted], part.targets[counted]
                losses += float(F.cross_entropy(odds, targets, reduction="sum"))
                right += int((odds.argmax(-1) == targets).sum())
                count += len(targets)
        return losses / count, right / count

    def save(self) -> None:
        """Replace the checkpoint atomically."""
        content = {
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "network_config": self.network.config.as_dict(),
            "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
            "counters": asdict(self.counters),
        }
        beside = self.out / "checkpoint.part"
        with beside.open("wb") as file:
            torch.save(content, file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.out / "checkpoint.pt")

    def start_from(self, network: Network) -> None:
        """Begin with the weights of another network of the same sizes."""
        self.network.load_state_dict(network.state_dict())
        self.average.load_state_dict(network.state_dict())

    def resume(self) -> bool:
        """Load the checkpoint if there is one."""
        path = self.out / "checkpoint.pt"
        if not path.is_file():
            return False
        content = torch.load(path, weights_only=True, map_location=self.device)
        if content["network_config"] != self.network.config.as_dict():
            raise ModelError(
                "the checkpoint is of another network", where=str(path), remedy="use another folder"
            )
        self.network.load_state_dict(content["network"])
        self.average.load_state_dict(content["average"])
        for optimiser, state in zip(self.optimisers, content["optimisers"], strict=True):
            optimiser.load_state_dict(state)
        self.counters = Counters(**content["counters"])
        return True


def slice_batch(batch: Batch, begin: int, end: int) -> Batch:
    """Rows [begin, end) of a batch."""
    mine = (batch.asked[:, 0] >= begin) & (batch.asked[:, 0] < end)
    asked = batch.asked[mine] - torch.tensor([begin, 0])
    rows = slice(begin, end)
    return Batch(
        batch.ids[rows],
        Layout(*(table[rows] for table in batch.layout)),
        type(batch.bindings)(*(table[rows] for table in batch.bindings)),
        asked,
        batch.targets[mine],
        batch.weights[mine],
    )


def run(
    trainer: Trainer,
    feed: Feed,
    watched: Batch | None,
    report: Callable[[Moment], None],
    stop: Callable[[], bool] = lambda: False,
) -> None:
    """Train until the budget is spent or `stop()`; a checkpoint at intervals and at the end."""
    config, counters = trainer.config, trainer.counters
    last_save = time.monotonic()
    while trainer.progress < 1.0 and not stop():
        began = time.monotonic()
        loss = trainer.step(feed.batch(counters.step, trainer.progress))
        counters.seconds += time.monotonic() - began
        if not np.isfinite(loss):
            raise UsageError("the loss is no longer a number", remedy="lower the learning rates")
        due = watched is not None and counters.step % config.check_every == 0
        held_out = trainer.measure(watched) if due and watched is not None else None
        report(Moment(counters.step, counters.tokens, trainer.progress, loss, held_out))
        if time.monotonic() - last_save > config.save_every:
            trainer.save()
            last_save = time.monotonic()
    trainer.save()


class Log:
    """Appends one line a step to log.csv: step, tokens, loss, held-out loss and accuracy."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self, moment: Moment) -> None:
        loss, accuracy = moment.held_out or ("", "")
        with self.path.open("a", newline="") as file:
            csv.writer(file).writerow([moment.step, moment.tokens, moment.loss, loss, accuracy])

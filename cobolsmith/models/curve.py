"""The loss curve of a training as a picture (extra `train`: matplotlib)."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from cobolsmith.errors import ToolError

SMOOTH = 50
"""Steps a point of the training curve is averaged over."""


def draw_losses(log: Path, picture: Path) -> None:
    """Draw log.csv (step, tokens, loss, held-out loss, held-out accuracy) as a PNG."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ToolError(
            "matplotlib is missing", remedy="pip install 'cobolsmith[train]' for the loss curve"
        ) from error
    with log.open(newline="") as lines:
        rows = [tuple(float(cell) if cell else np.nan for cell in row) for row in csv.reader(lines)]
    table = np.asarray(rows)
    tokens, losses = table[:, 1] / 1e6, table[:, 2]
    width = min(SMOOTH, len(losses))
    smooth = np.convolve(losses, np.ones(width) / width, "valid")
    watched = ~np.isnan(table[:, 3])
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.add_subplot()
    axes.plot(tokens[width - 1 :], smooth, label="training, all noise (nats)")
    axes.plot(tokens[watched], table[watched, 3], label="held out, 15 % masked (nats)")
    axes.plot(tokens[watched], 10 * table[watched, 4], "--", label="held-out accuracy x 10")
    axes.set(xlabel="million tokens seen", ylabel="cross-entropy", title="Training of the denoiser")
    axes.legend()
    axes.grid(alpha=0.3)
    figure.savefig(picture, dpi=110)

"""Windows and noise: slots dealt, spans masked, deletes weighed, declarations not given away."""

from __future__ import annotations

import numpy as np
import pytest

from cobolsmith.models.network import GAP
from cobolsmith.models.noise import (
    Borders,
    NoiseConfig,
    collate,
    holes,
    noised_rows,
    positions_of,
    rate_bounds,
    scattered,
    specified,
)
from cobolsmith.models.tokenizer import DELETE, EOS, EXPAND, HOLE, MASK_ID, CobolTokenizer
from cobolsmith.models.windows import PackedCorpus, Window


def window_of(packed: PackedCorpus, seed: int, spelt_share: float = 0.0) -> Window:
    random = np.random.default_rng(seed)
    begin, end = int(packed.begins[0]), int(packed.begins[1])
    return packed.cut(0, begin, min(end, begin + 120), 64, random, spelt_share=spelt_share)


def words_in(window: Window, packed: PackedCorpus, tokenizer: CobolTokenizer) -> tuple[str, ...]:
    names = [tokenizer.decode(packed.spelling(int(row)).tolist(), ())[0] for row in window.rows]
    return tokenizer.decode(window.ids.tolist(), names)


def test_slots_are_dealt_anew_and_mean_the_same(
    packed: PackedCorpus, tokenizer: CobolTokenizer
) -> None:
    one, two = window_of(packed, 1), window_of(packed, 2)
    assert one.ids.tolist() != two.ids.tolist()
    assert words_in(one, packed, tokenizer) == words_in(two, packed, tokenizer)
    assert len(set(one.identities.tolist())) == len(one.identities)


def test_a_name_left_out_of_the_table_is_spelt(
    packed: PackedCorpus, tokenizer: CobolTokenizer
) -> None:
    spelt, dealt = window_of(packed, 1, spelt_share=1.0), window_of(packed, 1)
    used = spelt.ids[spelt.ids >= packed.static_size]
    assert len(used) == 0
    shorter = words_in(spelt, packed, tokenizer)[:-1]
    assert shorter == words_in(dealt, packed, tokenizer)[: len(shorter)]


def test_rates_begin_low_and_widen_to_one() -> None:
    config = NoiseConfig()
    assert rate_bounds(0.0, config) == rate_bounds(config.warm, config) == config.low
    assert rate_bounds(1.0, config) == (config.low[0], 1.0)
    tops = [rate_bounds(progress, config)[1] for progress in np.linspace(0, 1, 20)]
    assert tops == sorted(tops)


@pytest.mark.parametrize("rate", [0.0, 0.3, 1.0])
def test_scattered_targets_are_what_was_masked(packed: PackedCorpus, rate: float) -> None:
    window = window_of(packed, 3)
    row = scattered(window, rate, np.random.default_rng(0))
    masked = row.ids == MASK_ID
    assert masked.any()
    assert (row.targets[masked] == window.ids[masked]).all()
    assert (row.targets[~masked] == -1).all()
    assert (row.ids[~masked] == window.ids[~masked]).all()


def test_holes_are_deleted_to_their_length(packed: PackedCorpus, tokenizer: CobolTokenizer) -> None:
    """Putting targets where masks are, and dropping deletes, gives the window back."""
    window, borders = window_of(packed, 4), Borders(tokenizer)
    config = NoiseConfig(merge_share=0.0)
    surplus = 0
    for seed in range(40):
        row = holes(window, borders, config, np.random.default_rng(seed), 60)
        filled = np.where(row.targets >= 0, row.targets, row.ids)
        assert filled[filled != DELETE].tolist() == window.ids.tolist()
        deletes = row.targets == DELETE
        assert (row.ids[deletes] == MASK_ID).all()
        runs = np.flatnonzero(np.diff(np.append(0, deletes.astype(int))) == 1)
        assert row.weights[deletes].sum() == pytest.approx(len(runs))
        surplus += len(runs)
    assert surplus > 20


def test_wrong_tokens_are_asked_for(packed: PackedCorpus, tokenizer: CobolTokenizer) -> None:
    window, borders = window_of(packed, 4), Borders(tokenizer)
    config = NoiseConfig(
        wrong_share=1.0, wrong_rate=0.4, whole_share=0.0, most_surplus=0, merge_share=0.0
    )
    wrong = kept = 0
    for seed in range(40):
        row = holes(window, borders, config, np.random.default_rng(seed), 0)
        shown = (row.ids != MASK_ID) & (row.targets >= 0)
        assert (row.targets[row.targets >= 0] == window.ids[row.targets >= 0]).all()
        wrong += int((row.ids != window.ids)[shown].sum())
        kept += int((row.ids == window.ids)[shown].sum())
    assert wrong > 10
    assert kept > 10


def test_merged_masks_expand(packed: PackedCorpus, tokenizer: CobolTokenizer) -> None:
    """A hole shorter than its text asks for `<expand>` where masks were merged, and what is left
    beside them is the window's own tokens in order."""
    window, borders = window_of(packed, 4), Borders(tokenizer)
    config = NoiseConfig(merge_share=1.0, wrong_share=0.0)
    expanded = 0
    for seed in range(40):
        row = holes(window, borders, config, np.random.default_rng(seed), 60)
        merged = row.targets == EXPAND
        assert (row.ids[merged] == MASK_ID).all()
        missing = len(window.ids) - len(row.ids)
        assert merged.sum() <= missing <= (config.most_merged - 1) * merged.sum()
        left = iter(window.ids.tolist())
        filled = np.where(row.targets >= 0, row.targets, row.ids)
        assert all(token in left for token in filled[~merged].tolist())
        expanded += int(merged.sum())
    assert expanded > 20


def test_a_name_declared_in_a_hole_hides_its_features(
    packed: PackedCorpus, tokenizer: CobolTokenizer
) -> None:
    window, borders = window_of(packed, 5), Borders(tokenizer)
    config = NoiseConfig(whole_share=1.0, most_surplus=0, wrong_share=0.0, merge_share=0.0)
    hidden = 0
    for seed in range(40):
        row = holes(window, borders, config, np.random.default_rng(seed), 0)
        masked = row.ids == MASK_ID
        for slot, at in enumerate(window.declared):
            assert bool(row.hidden_names[slot]) == bool(at >= 0 and masked[at])
        batch = collate([window], [row], 160, 64)
        shown = batch.bindings.features[0, : len(window.identities)].numpy()
        assert (shown[row.hidden_names] == 0).all()
        assert (shown[~row.hidden_names] == window.features[~row.hidden_names]).all()
        hidden += int(row.hidden_names.sum())
    assert hidden > 10


def test_what_follows_a_hole_stands_where_the_longest_hole_would_end() -> None:
    active = np.array([0, 0, 1, 1, 1, 0, 1, 0], bool)
    after = 2 + GAP
    assert positions_of(active).tolist() == [0, 1, 2, 3, 4, after, after + 1, after + 1 + GAP]
    assert positions_of(np.zeros(4, bool)).tolist() == [0, 1, 2, 3]


def test_masks_of_a_hole_row_are_active(packed: PackedCorpus, tokenizer: CobolTokenizer) -> None:
    window, borders = window_of(packed, 4), Borders(tokenizer)
    for seed in range(20):
        row = holes(window, borders, NoiseConfig(), np.random.default_rng(seed), 60)
        assert row.active[row.ids == MASK_ID].all()
        assert len(row.active) == len(row.ids)
        assert not row.active.all()


def test_a_batch_asks_exactly_the_targets(packed: PackedCorpus, tokenizer: CobolTokenizer) -> None:
    random = np.random.default_rng(0)
    windows = [packed.draw(program, 100, 64, random) for program in (0, 1, 0, 1)]
    rows = noised_rows(windows, Borders(tokenizer), NoiseConfig(), 160, 0.5, random)
    batch = collate(windows, rows, 160, 64)
    assert len(batch.targets) == sum(int((row.targets >= 0).sum()) for row in rows)
    for (row, place), target in zip(batch.asked.tolist(), batch.targets.tolist(), strict=True):
        assert rows[row].targets[place] == target
    assert batch.layout.hidden.sum() == sum(160 - len(row.ids) for row in rows)


def test_a_specified_row_begins_with_what_its_hole_does(
    packed: PackedCorpus, tokenizer: CobolTokenizer
) -> None:
    window, borders = window_of(packed, 4), Borders(tokenizer)
    config = NoiseConfig(merge_share=0.0, whole_share=1.0, wrong_share=0.0)
    told = named = 0
    for seed in range(40):
        row = specified(window, borders, config, np.random.default_rng(seed), 110)
        assert len(row.ids) <= 110
        if row.ids[0] != HOLE:
            continue
        told += 1
        end = int(np.flatnonzero(row.ids == EOS)[0])
        assert not row.active[: end + 1].any()
        filled = np.where(row.targets >= 0, row.targets, row.ids)[end + 1 :]
        code = filled[filled != DELETE].tolist()
        whole = window.ids.tolist()
        assert any(whole[at : at + len(code)] == code for at in range(len(whole)))
        spec = row.ids[1:end]
        named += bool(np.isin(spec[spec >= packed.static_size], row.targets).any())
    assert told > 20
    assert named > told / 2


def test_runs_may_begin_and_end_inside_a_line(
    packed: PackedCorpus, tokenizer: CobolTokenizer
) -> None:
    window, borders = window_of(packed, 4), Borders(tokenizer)
    config = NoiseConfig(merge_share=0.0, within_share=1.0)
    starts = set()
    for seed in range(30):
        row = holes(window, borders, config, np.random.default_rng(seed), 0)
        starts.add(int(np.flatnonzero(row.active)[0]))
    bounds = {0, *(borders.lines(window.ids) + 1), *borders.statements(window.ids)}
    assert len(starts - bounds) > 5


def test_complementary_rows_ask_for_every_token_once(
    packed: PackedCorpus, tokenizer: CobolTokenizer
) -> None:
    windows = [window_of(packed, seed // 2) for seed in (0, 2, 4)]
    pairs = [window for window in windows for _ in range(2)]
    config = NoiseConfig(hole_share=0.0, complementary=True)
    random = np.random.default_rng(3)
    rows = noised_rows(pairs, Borders(tokenizer), config, 160, 0.9, random)
    for window, one, other in zip(windows, rows[::2], rows[1::2], strict=True):
        assert ((one.targets >= 0) ^ (other.targets >= 0)).all()
        assert (np.maximum(one.targets, other.targets) == window.ids).all()
    assert len({int((row.targets >= 0).sum()) for row in rows[::2]}) == 3

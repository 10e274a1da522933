"""The network: padding is invisible, slots carry no meaning of their own, absent names no odds."""

from __future__ import annotations

import torch
from tiny import tiny_network

from cobolsmith.infill import Name
from cobolsmith.models.diffusion import bindings_of
from cobolsmith.models.network import GAP, Bindings, Layout
from cobolsmith.models.tokenizer import MASK_ID, PAD, CobolTokenizer

NAMES = (
    Name("WS-TOTAL", "data", 5, "S9(7)V99", "COMP-3"),
    Name("WS-NAME", "data", 5, "X(30)", ""),
    Name("MAIN-LINE", "paragraph", 0, "", ""),
)


def canvas(tokenizer: CobolTokenizer, order: tuple[int, ...]) -> torch.Tensor:
    slots = {NAMES[name].spelling: place for place, name in enumerate(order)}
    words = ["MOVE", "WS-NAME", "TO", "<mask>", ".", "PERFORM", "<mask>", "."]
    return torch.tensor([tokenizer.encode(words, slots)])


def odds(
    tokenizer: CobolTokenizer, ids: torch.Tensor, bindings: Bindings, asked: list[list[int]]
) -> torch.Tensor:
    with torch.no_grad():
        network = tiny_network(tokenizer)
        return network(ids, bindings, Layout.plain(ids == PAD), torch.tensor(asked))


def test_padding_changes_nothing(tokenizer: CobolTokenizer) -> None:
    ids = canvas(tokenizer, (0, 1, 2))
    padded = torch.nn.functional.pad(ids, (0, 7), value=PAD)
    bindings = bindings_of(NAMES, tokenizer)
    asked = [[0, at] for at in torch.nonzero(ids[0] == MASK_ID).flatten().tolist()]
    plain, longer = (odds(tokenizer, x, bindings, asked) for x in (ids, padded))
    torch.testing.assert_close(plain, longer, rtol=1e-4, atol=1e-4)


def test_the_order_of_the_table_means_nothing(tokenizer: CobolTokenizer) -> None:
    """Names carried with their identity to other slots take their odds with them."""
    order = (2, 0, 1)
    first = bindings_of(NAMES, tokenizer)
    moved = Bindings(*(table[:, list(order)] for table in first))
    plain = odds(tokenizer, canvas(tokenizer, (0, 1, 2)), first, [[0, 3], [0, 6]])
    other = odds(tokenizer, canvas(tokenizer, order), moved, [[0, 3], [0, 6]])
    size = tokenizer.static_size
    torch.testing.assert_close(plain[:, :size], other[:, :size], rtol=1e-4, atol=1e-4)
    slots = plain[:, [size + name for name in order]]
    torch.testing.assert_close(slots, other[:, size:], rtol=1e-4, atol=1e-4)


def test_the_binding_decides_the_odds(tokenizer: CobolTokenizer) -> None:
    ids = canvas(tokenizer, (0, 1, 2))
    plain = odds(tokenizer, ids, bindings_of(NAMES, tokenizer), [[0, 3]])
    changed = (Name("WS-TOTAL", "data", 5, "X", ""), *NAMES[1:])
    other = odds(tokenizer, ids, bindings_of(changed, tokenizer), [[0, 3]])
    assert abs(float(plain[0, tokenizer.static_size] - other[0, tokenizer.static_size])) > 1e-3


def test_an_absent_name_has_no_odds(tokenizer: CobolTokenizer) -> None:
    ids = torch.tensor([tokenizer.encode(["GOBACK", "<mask>"], {})])
    found = odds(tokenizer, ids, bindings_of((), tokenizer), [[0, 1]])
    assert found[0, tokenizer.static_size :].tolist() == [float("-inf")]
    assert torch.isfinite(found[0, : tokenizer.static_size]).all()


def holed(tokenizer: CobolTokenizer, hole: list[int]) -> tuple[torch.Tensor, Layout, Bindings]:
    """MOVE <hole> TO WS-NAME ., the hole active, what follows it `GAP` after its beginning."""
    slots = {name.spelling: place for place, name in enumerate(NAMES)}
    before, after = (tokenizer.encode(words, slots) for words in (["MOVE"], ["TO", "WS-NAME", "."]))
    ids = torch.tensor([[*before, *hole, *after]])
    active = torch.zeros_like(ids, dtype=torch.bool)
    active[0, len(before) : len(before) + len(hole)] = True
    positions = torch.arange(ids.shape[1])[None].clone()
    positions[0, len(before) + len(hole) :] += GAP - len(hole)
    return ids, Layout(ids == PAD, active, positions), bindings_of(NAMES, tokenizer)


def test_a_context_knows_nothing_of_its_hole(tokenizer: CobolTokenizer) -> None:
    network = tiny_network(tokenizer)
    states = []
    for hole in ([MASK_ID], [MASK_ID, 40, MASK_ID]):
        ids, layout, bindings = holed(tokenizer, hole)
        with torch.no_grad():
            state = network.trunk(network.embed(ids, network.embed_names(bindings)), layout)
        states.append(state[0][~layout.active[0]])
    torch.testing.assert_close(*states, rtol=1e-4, atol=1e-4)


def test_a_remembered_context_gives_what_the_whole_row_gives(tokenizer: CobolTokenizer) -> None:
    ids, layout, bindings = holed(tokenizer, [MASK_ID, 40, MASK_ID])
    network, inside = tiny_network(tokenizer), layout.active[0]
    with torch.no_grad():
        names = network.embed_names(bindings)
        whole = network.trunk(network.embed(ids, names), layout)[0, inside]
        around, places = ids[:, ~inside], layout.positions
        memory = network.remember(network.embed(around, names), places[:, ~inside])
        hole = network.embed(ids[:, inside], names)[:, 1:]
        alone = network.attend(hole, places[:, inside], memory)[0]
    torch.testing.assert_close(whole, alone, rtol=1e-4, atol=1e-4)

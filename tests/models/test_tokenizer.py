"""The tokenizer: words to ids and back, keywords whole, names as slots."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cobolsmith.errors import ModelError
from cobolsmith.models.tokenizer import (
    DEEPEST_INDENT,
    DELETE,
    MASK_ID,
    PAD,
    CobolTokenizer,
    load_tokenizer,
    reserved_words,
)

WORDS = st.one_of(
    st.from_regex(r"[A-Z][A-Z0-9]{0,7}(-[A-Z0-9]{1,6}){0,3}", fullmatch=True),
    st.from_regex(r"'[ -&(-~]{0,12}'", fullmatch=True),
    st.text(min_size=1, max_size=6, alphabet=st.characters(blacklist_categories=["Cs", "Cc"])),
    st.integers(0, DEEPEST_INDENT).map(lambda blanks: "\n" + " " * blanks),
)


def test_every_reserved_word_is_one_token(tokenizer: CobolTokenizer) -> None:
    lengths = {len(tokenizer.spell(word)) for word in reserved_words()}
    assert lengths == {1}
    assert len({tokenizer.spell(word) for word in reserved_words()}) == len(reserved_words())


def test_words_come_back(tokenizer: CobolTokenizer) -> None:
    @settings(max_examples=60, deadline=None)
    @given(st.lists(WORDS, max_size=12))
    def check(words: list[str]) -> None:
        assert tokenizer.decode(tokenizer.encode(words, {}), ()) == tuple(words)

    check()


def test_a_name_of_the_table_is_one_slot(tokenizer: CobolTokenizer) -> None:
    ids = tokenizer.encode(["MOVE", "WS-A", "TO", "WS-B"], {"WS-A": 0, "WS-B": 1})
    assert ids[1::2] == [tokenizer.static_size, tokenizer.static_size + 1]
    assert tokenizer.decode(ids, ("WS-A", "WS-B")) == ("MOVE", "WS-A", "TO", "WS-B")


def test_a_name_outside_the_table_is_spelt(tokenizer: CobolTokenizer) -> None:
    ids = tokenizer.encode(["WS-UNHEARD-OF"], {})
    assert len(ids) > 1
    assert max(ids) < tokenizer.static_size
    assert [tokenizer.continues_word(token) for token in ids] == [False] + [True] * (len(ids) - 1)


def test_deletes_and_padding_vanish_and_masks_show(tokenizer: CobolTokenizer) -> None:
    ids = [PAD, *tokenizer.encode(["GOBACK"], {}), DELETE, MASK_ID, *tokenizer.encode(["."], {})]
    assert tokenizer.decode(ids, ()) == ("GOBACK", "<mask>", ".")


def test_indentation_beyond_the_deepest_is_cut(tokenizer: CobolTokenizer) -> None:
    deep = tokenizer.encode(["\n" + " " * 200], {})
    assert tokenizer.decode(deep, ()) == ("\n" + " " * DEEPEST_INDENT,)


def test_a_saved_tokenizer_is_the_same(tokenizer: CobolTokenizer, tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    tokenizer.save(path)
    words = ["MOVE", "'it''s — odd'", "S9(7)V99", "NEW-NAME", "\n    "]
    assert load_tokenizer(path).encode(words, {}) == tokenizer.encode(words, {})


@pytest.mark.parametrize("content", [None, "", "[1, 2]", '{"whole": [], "bpe": {"a": 1}}'])
def test_a_damaged_tokenizer_is_said_to_be(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "tokenizer.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ModelError, match=r"tokenizer\.json: the tokenizer can't be read"):
        load_tokenizer(path)

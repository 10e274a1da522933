"""Words to token ids and back.

Static vocabulary: special tokens, one token per line break and indentation, one per reserved word
and per frequent word, and byte-level BPE pieces for everything else (literals, numbers, PICTURE
strings, new names). A user-defined name that is in the canvas's table of names is *one* token, a
**slot**: id `static_size + position in the table`. Slots are not in this vocabulary; the network
computes their embedding and their row of the softmax from the name's binding (see `network`). So
explaining the names costs no tokens, a name is only chosen among names that exist, and a new name
can still be spelt in pieces.

The first piece of a word begins with `WORD_MARK`, so pieces give words back without blanks.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from cobolsmith.errors import ModelError
from cobolsmith.reserved import KEYWORDS, RESERVED

SPECIALS = ("<pad>", "<mask>", "<expand>", "<delete>", "<eos>", "<hole>")
PAD, MASK_ID, EXPAND, DELETE, EOS, HOLE = range(len(SPECIALS))
DEEPEST_INDENT = 44
BREAKS = tuple("\n" + " " * blanks for blanks in range(DEEPEST_INDENT + 1))
FIRST_BREAK = len(SPECIALS)
FIRST_WORD = FIRST_BREAK + len(BREAKS)
WORD_MARK = "\x01"
_PIECES = "\x01?[ ]?[A-Za-z]+|\x01?[ ]?[0-9]{1,3}|\x01?[ ]?[^A-Za-z0-9 \x01]{1,4}|\x01| +"


def reserved_words() -> tuple[str, ...]:
    """The words that are one token each, in alphabetical order: COBOL's own, and beside them the
    intrinsic functions, system names, and keywords of embedded CICS and SQL."""
    beside = (Path(__file__).parent / "embedded_words.txt").read_text("ascii").split()
    return tuple(sorted(RESERVED | KEYWORDS | frozenset(beside)))


class CobolTokenizer:
    """Encodes words (see `cobolsmith.words`) as ids in [0, static_size) and slots above.

    Ids run: specials, line breaks, whole words, BPE pieces.
    """

    def __init__(self, whole: Sequence[str], bpe: Tokenizer) -> None:
        self.whole = tuple(whole)
        self.bpe = bpe
        self.first_piece = FIRST_WORD + len(self.whole)
        self.static_size: int = self.first_piece + bpe.get_vocab_size()
        fixed = (*SPECIALS, *BREAKS, *self.whole)
        self._spelt: dict[str, tuple[int, ...]] = {word: (i,) for i, word in enumerate(fixed)}
        self._pieces = [bpe.id_to_token(i) or "" for i in range(bpe.get_vocab_size())]
        self._bytes = decoders.ByteLevel()
        self._mark = self.bpe.encode(WORD_MARK).tokens[0]

    def spell(self, word: str) -> tuple[int, ...]:
        """Static ids of one word: one token, or several pieces."""
        known = self._spelt.get(word)
        if known is None:
            known = self._spell(word)
            self._spelt[word] = known
        return known

    def _spell(self, word: str) -> tuple[int, ...]:
        if word.startswith("\n"):
            return (FIRST_BREAK + DEEPEST_INDENT,)
        pieces = self.bpe.encode(WORD_MARK + word.replace(WORD_MARK, " ")).ids
        return tuple(self.first_piece + piece for piece in pieces)

    def spell_name(self, spelling: str) -> tuple[int, ...]:
        """Pieces of a name's parts between hyphens: what its binding is computed from."""
        return tuple(piece for part in spelling.split("-") if part for piece in self.spell(part))

    def encode(self, words: Iterable[str], slots: Mapping[str, int]) -> list[int]:
        """Ids of words; a word in `slots` becomes `static_size + slots[word]`."""
        ids: list[int] = []
        for word in words:
            slot = slots.get(word)
            if slot is None:
                ids.extend(self.spell(word))
            else:
                ids.append(self.static_size + slot)
        return ids

    def decode(self, ids: Iterable[int], names: Sequence[str]) -> tuple[str, ...]:
        """Words of ids. Pieces are joined to the word they continue; deletes and padding vanish;
        a masked token is the word `<mask>`."""
        words: list[str] = []
        pieces: list[str] = []
        for token in ids:
            if token in (DELETE, PAD):
                continue
            piece = self._pieces[token - self.first_piece] if self.is_piece(token) else ""
            if pieces and (not piece or piece.startswith(self._mark)):
                words.append(self._joined(pieces))
                pieces = []
            if piece:
                pieces.append(piece)
            else:
                words.append(self.word(token, names))
        return tuple([*words, self._joined(pieces)] if pieces else words)

    def _joined(self, pieces: list[str]) -> str:
        return str(self._bytes.decode(pieces)).replace(WORD_MARK, "")

    def is_piece(self, token: int) -> bool:
        """Whether the id is a BPE piece rather than a whole word or a slot."""
        return self.first_piece <= token < self.static_size

    def continues_word(self, token: int) -> bool:
        """Whether the id is a piece that can't begin a word."""
        if not self.is_piece(token):
            return False
        return not self._pieces[token - self.first_piece].startswith(self._mark)

    def word(self, token: int, names: Sequence[str]) -> str:
        """The word of an id that is not a piece."""
        if token >= self.static_size:
            return names[token - self.static_size]
        return (*SPECIALS, *BREAKS, *self.whole)[token]

    def save(self, path: Path) -> None:
        """Write the tokenizer as one JSON file."""
        content = {"whole": self.whole, "bpe": json.loads(self.bpe.to_str())}
        path.write_text(json.dumps(content, ensure_ascii=True), "ascii")


def load_tokenizer(path: Path) -> CobolTokenizer:
    """Read a tokenizer; `ModelError` if the file is missing or not one of ours."""
    try:
        content = json.loads(path.read_text("ascii"))
        return CobolTokenizer(content["whole"], Tokenizer.from_str(json.dumps(content["bpe"])))
    except Exception as error:  # the library raises bare Exception for what it can't parse
        raise ModelError(
            "the tokenizer can't be read", where=str(path), remedy="reinstall cobolsmith"
        ) from error


def train_tokenizer(
    words: Counter[str], parts: Counter[str], *, size: int = 7168, frequent: int = 1500
) -> CobolTokenizer:
    """Train on counted words and counted parts of names (between hyphens).

    The `frequent` most common words become one token each, as every reserved word is; the rest of
    `size` (static ids in all) are byte-level BPE pieces.
    """
    reserved = reserved_words()
    common = [w for w, _ in words.most_common(frequent + len(reserved)) if w not in set(reserved)]
    common = [word for word in common if not word.startswith("\n") and len(word) <= 16]
    whole = [*reserved, *common[:frequent]]
    taken = frozenset(whole)
    rest = Counter({word: count for word, count in words.items() if word not in taken})
    rest.update({part: count for part, count in parts.items() if part not in taken})
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_PIECES), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    trainer = trainers.BpeTrainer(
        vocab_size=size - FIRST_WORD - len(whole),
        min_frequency=2,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    # A word seen very often teaches no more merges than one seen often: cap, so training is short.
    bpe.train_from_iterator(
        (
            WORD_MARK + word
            for word, count in sorted(rest.items())
            if not word.startswith("\n")
            for _ in range(min(count, 50))
        ),
        trainer,
    )
    return CobolTokenizer(whole, bpe)

"""Programs and networks small enough for tests."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from cobolsmith.models.network import Network, NetworkConfig
from cobolsmith.models.tokenizer import CobolTokenizer

LEDGER = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. LEDGER.
       DATA DIVISION.
       FILE SECTION.
       FD  LEDGER-FILE.
       01  LEDGER-RECORD.
           05  LEDGER-KEY      PIC 9(6).
           05  LEDGER-AMOUNT   PIC S9(7)V99 COMP-3.
       WORKING-STORAGE SECTION.
       01  WS-TOTALS.
           05  WS-TOTAL        PIC S9(9)V99 COMP-3 VALUE ZERO.
           05  WS-COUNT        PIC 9(4) COMP VALUE 0.
           05  WS-RATES OCCURS 5 TIMES INDEXED BY RATE-IX.
               10  WS-RATE     PIC 9V99.
       77  WS-DONE             PIC X VALUE 'N'.
           88  ALL-DONE        VALUE 'Y'.
       PROCEDURE DIVISION.
       MAIN-LINE.
           OPEN INPUT LEDGER-FILE
           PERFORM READ-ONE UNTIL ALL-DONE
           DISPLAY 'TOTAL: ' WS-TOTAL
           CLOSE LEDGER-FILE
           STOP RUN.
      * A comment the model never sees.
       READ-ONE.
           READ LEDGER-FILE
               AT END SET ALL-DONE TO TRUE
               NOT AT END
                   ADD LEDGER-AMOUNT TO WS-TOTAL
                   ADD 1 TO WS-COUNT
           END-READ.
"""

TARIFF = """\
identification division.
program-id. tariff.
data division.
working-storage section.
01  item-price   pic 9(5)v99.
01  item-tax     pic 9(5)v99.
procedure division.
compute-tax.
    multiply item-price by 0.19 giving item-tax
    if item-tax > 100
        display "high tax: " item-tax
    else
        display "tax: " item-tax
    end-if
    goback.
"""


def tiny_config(tokenizer: CobolTokenizer) -> NetworkConfig:
    """A network small enough for a test."""
    return NetworkConfig(tokenizer.static_size, width=32, layers=2, heads=2, inner=48)


def tiny_network(tokenizer: CobolTokenizer, seed: int = 0) -> Network:
    """A random network whose blocks do something (a fresh one's residuals are zero)."""
    torch.manual_seed(seed)
    network = Network(tiny_config(tokenizer))
    for block in network.blocks:
        torch.nn.init.normal_(block.attended.weight, std=0.3)
        torch.nn.init.normal_(block.down.weight, std=0.3)
    return network.eval()


def ids_of(tokenizer: CobolTokenizer, words: Sequence[str]) -> list[int]:
    """Static ids of words."""
    return tokenizer.encode(words, {})

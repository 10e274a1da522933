"""Compiled grammars: cobol_fixed, cobol_free, cobol_variable (one set of sources), jcl, bms."""

"""Compiled tree-sitter grammars: cobol_fixed, cobol_free, cobol_variable, of one set of sources."""

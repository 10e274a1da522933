"""Compiled tree-sitter grammars: cobol_fixed, cobol_free and cobol_variable, of one grammar and scanner."""

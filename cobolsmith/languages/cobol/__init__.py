"""COBOL: from the tree of a source to what the program means."""

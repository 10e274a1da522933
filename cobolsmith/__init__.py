"""cobolsmith: verified patches for legacy COBOL, written by a local diffusion language model."""

__version__ = "0.1.0"

"""Separators that were trained by others: HTDemucs and Roformers, by weights that the user names. None are shipped.

A file of weights is a safetensors file: numbers, and a header that says what network they are of; opening it runs nothing. The
networks are written here as graphs (`graph.py`) that onnxruntime runs, so neither PyTorch nor the networks' own packages are needed.
"""

from troubadour.listen.networks.separator import Separator, separator_at

__all__ = ["Separator", "separator_at"]

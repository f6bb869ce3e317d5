"""Lets the tests here import `sung_scores`, which a test also imports in another process."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

"""Troubadour, the musician: it writes a full score first and renders every note from it.

A plain library: no HTTP, no database, no environment variables, no wall clock, no global random state.
"""

__version__ = "0.1.0"

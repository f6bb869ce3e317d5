"""Song → song: extend, join, cover, replace a section, mash up … Each is an edit of a known score, exact and quick.

What an edit does not touch stays identical, sample for sample, and is not rendered again.
"""

"""Words as a singer needs them: spoken form, syllables, phones, stress.

`Word` is the value that brief, plan, score and voice share: once a line has been pronounced, the number of syllables that
the composer counts is the number that is sung.
"""

from troubadour.words.value import Syllable, Word

__all__ = ["Syllable", "Word"]

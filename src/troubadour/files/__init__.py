"""`write`: a finished song becomes files: audio, stems, MIDI, notation, words with times, facts, a cover."""

"""Tables of music: pitch, scales, chords, metre, instruments."""

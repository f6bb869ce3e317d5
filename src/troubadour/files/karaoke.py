"""The words with their times as an LRC file: a stamp per line, and per word inside it (the "enhanced" form).

Only the lead voice's words: a display shows one line at a time.
"""

from __future__ import annotations

from troubadour.score import Score
from troubadour.stems.sing.timeline import WordTime, word_times
from troubadour.units import SAMPLE_RATE_HZ


def stamp(seconds: float) -> str:
    """`mm:ss.xx`, as LRC writes time."""
    hundredths = round(seconds * 100)
    return f"{hundredths // 6000:02d}:{hundredths // 100 % 60:02d}.{hundredths % 100:02d}"


def lines(score: Score) -> list[list[tuple[str, WordTime]]]:
    """The lead voice's words as written, with their times, line by line."""
    times = iter([word for word in word_times(score) if word.part == "vocals"])
    return [[(word.text.strip(), next(times)) for word in line.words] for line in score.lead_lines]


def lrc(score: Score, artist: str) -> str:
    """The whole file."""
    length_s = score.frames / SAMPLE_RATE_HZ
    head = [f"[ti:{score.title}]", f"[ar:{artist}]", f"[length:{stamp(length_s)[:5]}]"]
    body = []
    for words in lines(score):
        if words:
            timed = "".join(f"<{stamp(at.start_s)}>{text} " for text, at in words)
            body.append(f"[{stamp(words[0][1].start_s)}]{timed}<{stamp(words[-1][1].end_s)}>")
    return "\n".join([*head, "", *body]) + "\n"

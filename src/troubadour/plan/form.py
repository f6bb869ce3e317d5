"""Form: sections and phrases from stanzas or from a style's template, made to fill a number of bars exactly.

A form here is a list of `Block`s. Some of them can give or take: what the band plays without words may be as short as
nothing and as long as twice its usual length, while the bars of sung lines are fixed by their words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from troubadour.brief import Brief, Line, Stanza
from troubadour.plan.draw import drawn
from troubadour.plan.value import PhrasePlan, SectionPlan
from troubadour.styles import Style
from troubadour.styles.style import Form

NAMES = {"pre_chorus": "Pre-Chorus", "post_chorus": "Post-Chorus", "break": "Break", "hook": "Hook"}
SIZES = (8, 4, 2, 1)
# The letters that sections of one kind use, first phrase first; lower case where no tune is played.
LETTERS = {
    "verse": "AB", "pre_chorus": "EF", "chorus": "CD", "hook": "CD", "bridge": "GH", "intro": "i", "interlude": "j",
    "break": "b", "build": "k", "drop": "SC", "solo": "ST", "outro": "o", "climax": "CD",
}  # fmt: skip
PEAKS = ("chorus", "drop", "climax")
SPARE_LETTERS = "KLMNPQRUVWXYZ"  # for further phrases of one stanza that are built differently
TUNEFUL = ("solo", "drop")  # sections without words in which an instrument has the tune


@dataclass(frozen=True)
class Block:
    """A section in the making. `least` and `most` bound the bars of a band section; sung ones have least = most."""

    kind: str
    phrases: tuple[PhrasePlan, ...]
    least: int
    most: int

    @property
    def bars(self) -> int:
        """Bars of all phrases."""
        return sum(phrase.bars for phrase in self.phrases)

    @property
    def sung(self) -> bool:
        """Whether words are sung in it."""
        return any(phrase.lines for phrase in self.phrases)


# Sung sections --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pace:
    """How many syllables fit: a bar's natural count, and the most that a voice sings."""

    natural_per_bar: float
    most_per_bar: float

    def bars_for(self, syllables: int, tightness: float = 0.0) -> int:
        """Bars of a line: 1, 2, 4 … `tightness` 0 is natural, 1 as few as can be sung, -1 half as dense as natural."""
        dense = max(tightness, 0.0)
        wanted = (self.natural_per_bar * (1 - dense) + self.most_per_bar * dense) * (1 + 0.5 * min(tightness, 0.0))
        bars = 1
        while syllables > wanted * bars * 1.25 and bars < 64:
            bars *= 2 if bars < 4 else 1
            bars += 4 if bars >= 4 and syllables > wanted * bars * 1.25 else 0
        least = -(-syllables // max(1, int(self.most_per_bar)))
        return max(bars if tightness < 1 else 1, least)


def pace_of(style: Style, tempo_bpm: float, bar_ticks: int) -> Pace:
    """Natural density grows less than the bar does: singers keep their syllables a second near the same.

    A sung line keeps under 5.5 syllables a second and rap under 7 where it is sung; a fifth of every line is breath.
    """
    bar_s = bar_ticks / 480 * 60 / tempo_bpm
    home_s = 4 * 60 / style.tempo.default
    rap = style.melody.delivery != "sung"
    natural = style.melody.syllables_per_bar * (bar_s / home_s) ** 0.8
    most = (5.6 if rap else 4.3) * bar_s
    return Pace(min(natural, most), min(most, bar_ticks / 120 * 0.8))


def stanza_phrases(
    stanza: Stanza, letters: Sequence[str], pace: Pace, tightness: float, like: Sequence[Stanza] = ()
) -> tuple[PhrasePlan, ...]:
    """A stanza as phrases of about eight bars. Bracketed lines answer the line before and need half its room.

    Stanzas that are `like` it (of its kind) and have as many lines share its bars, so that they share its tune.
    """
    groups = _answered(stanza.lines)
    spans = [_span(group, pace, tightness) for group in groups]
    for other in like:
        others = _answered(other.lines)
        if len(others) == len(groups):
            spans = [max(span, _span(group, pace, tightness)) for span, group in zip(spans, others, strict=True)]
    usual = sorted(spans)[len(spans) // 2]
    spans = [max(span, min(usual, 2)) for span in spans] if tightness < 0.9 else spans
    phrases: list[PhrasePlan] = []
    for chunk in _chunked(len(groups), sum(spans)):
        lines = tuple(line for index in chunk for line in groups[index])
        bars = max(sum(spans[index] for index in chunk), 2 if tightness < 0.5 else 1)
        if tightness < 0.5 and bars % 2 and bars > 1:
            bars += 1
        phrases.append(PhrasePlan("", bars, lines))
    return tuple(_lettered(phrases, letters))


def stanza_of(kind: str, lines: Sequence[Line]) -> Stanza:
    """Lines as a stanza of a kind."""
    return Stanza(kind, NAMES.get(kind, kind.replace("_", " ").title()), tuple(lines))


def _answered(lines: Sequence[Line]) -> list[list[Line]]:
    groups: list[list[Line]] = []
    for line in lines:
        if line.backing and groups and not groups[-1][0].backing:
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _span(group: Sequence[Line], pace: Pace, tightness: float) -> int:
    syllables = group[0].syllable_count + sum(line.syllable_count + 1 for line in group[1:])
    return pace.bars_for(syllables, tightness)


def _chunked(count: int, bars: int) -> list[range]:
    """Line numbers by phrase: about eight bars each, as even as can be, four lines rather than three."""
    per_line = bars / max(count, 1)
    size = max(1, min(count, round(8 / per_line)))
    size = 4 if size in (3, 5) and count >= 4 else size
    if count > size and count % size and count % size < size / 2:
        size = -(-count // (count // size))
    return [range(start, min(start + size, count)) for start in range(0, count, size)]


def _lettered(phrases: list[PhrasePlan], letters: Sequence[str]) -> list[PhrasePlan]:
    """Phrases of the same build share a letter: A A; a different one gets the next: A B."""
    made: list[PhrasePlan] = []
    shapes: dict[tuple[int, int], str] = {}
    for phrase in phrases:
        shape = (phrase.bars, len(phrase.lines))
        if shape not in shapes:
            shapes[shape] = (*letters, *SPARE_LETTERS)[min(len(shapes), len(letters) + len(SPARE_LETTERS) - 1)]
        made.append(replace(phrase, label=shapes[shape]))
    return made


# Band sections --------------------------------------------------------------------------------------------------------


def band_phrases(kind: str, bars: int, tuneful: bool) -> tuple[PhrasePlan, ...]:
    """Phrases of eight bars at most for a section without words."""
    letters = LETTERS.get(kind, "x")
    made, left, index = [], bars, 0
    while left > 0:
        size = next(s for s in SIZES if s <= left) if left not in (3, 5, 6, 7) else left
        letter = letters[min(index, len(letters) - 1)]
        made.append(PhrasePlan(letter.upper() if tuneful else letter.lower(), size))
        left, index = left - size, index + 1
    return tuple(made)


def band_block(kind: str, bars: int, least: int = 0, most: int | None = None, tuneful: bool | None = None) -> Block:
    """A section that the band plays alone."""
    tune = kind in TUNEFUL if tuneful is None else tuneful
    return Block(kind, band_phrases(kind, bars, tune), least, most if most is not None else max(8, 2 * bars))


def resized(block: Block, bars: int) -> Block:
    """A band section with another number of bars; the letters it had are kept as far as they go."""
    if bars == block.bars:
        return block
    if all(phrase.label.islower() for phrase in block.phrases):
        return replace(block, phrases=band_phrases(block.kind, bars, tuneful=False))
    kept: list[PhrasePlan] = []
    left = bars
    for phrase in block.phrases:
        if left <= 0:
            break
        kept.append(replace(phrase, bars=min(phrase.bars, left)))
        left -= kept[-1].bars
    template = block.phrases or (PhrasePlan(LETTERS.get(block.kind, "x")[0], 4),)
    index = 0
    if kept and left < 4:
        kept[-1], left = replace(kept[-1], bars=kept[-1].bars + left), 0
    while left > 0:
        phrase = template[index % len(template)]
        kept.append(replace(phrase, bars=min(left, max(phrase.bars, 4))))
        left, index = left - kept[-1].bars, index + 1
    return replace(block, phrases=tuple(kept))


# Which sections of the band give bars first, and which take them: nobody waits long for the first word.
GIVING = ("interlude", "intro", "outro", "solo", "break", "drop", "build")
TAKING = ("interlude", "solo", "outro", "drop", "break", "build", "intro")


def fitted(blocks: Sequence[Block], bars: int) -> list[Block] | None:
    """The same form in exactly `bars` bars, or None: band sections give and take, even numbers before odd ones."""
    made = list(blocks)
    for step in (8, 4, 2, 1):
        moved = True
        while moved:
            moved = False
            giving = sum(block.bars for block in made) > bars
            for i in _in_turn(made, GIVING if giving else TAKING):
                excess = sum(b.bars for b in made) - bars
                block = made[i]
                if excess >= step and block.bars - step >= block.least:
                    made[i], moved = resized(block, block.bars - step), True
                elif excess <= -step and block.bars + step <= block.most:
                    made[i], moved = resized(block, block.bars + step), True
    made = [block for block in made if block.bars]
    return made if sum(block.bars for block in made) == bars else None


def _in_turn(blocks: Sequence[Block], kinds: Sequence[str]) -> list[int]:
    """The band's sections by kind, then the others that nobody sings in."""
    order = [i for kind in kinds for i, block in enumerate(blocks) if block.kind == kind and not block.sung]
    return order + [i for i, block in enumerate(blocks) if not block.sung and i not in order]


# Whole forms ----------------------------------------------------------------------------------------------------------


def from_template(form: Form) -> list[Block]:
    """A style's form. Sections with a tune may shrink by half, the others to nothing but one closing bar."""
    made = []
    for index, section in enumerate(form.sections):
        phrases = tuple(PhrasePlan(label, bars) for label, bars in section.phrases)
        tuneful = any(phrase.label.isupper() for phrase in phrases)
        closing = 1 if index == len(form.sections) - 1 else 0
        made.append(Block(section.kind, phrases, max(closing, section.bars // 2 if tuneful else 0), max(8, 2 * section.bars)))
    if made[-1].kind != "outro":
        made.append(band_block("outro", 2, least=1))
    return made


def from_marks(stanzas: Sequence[Stanza]) -> list[Block]:
    """The sections that an instrumental's marks ask for, in their order: eight bars with a tune, four without."""
    quiet = ("intro", "interlude", "break", "build", "outro")
    made = []
    for stanza in stanzas:
        bars = 4 if stanza.kind in quiet else 8
        made.append(band_block(stanza.kind, bars, least=1, most=32, tuneful=stanza.kind not in quiet))
    if made[-1].kind != "outro":
        made.append(band_block("outro", 2, least=1))
    return made


def lengthened(blocks: list[Block], bars: int) -> list[Block]:
    """More of the same, before the last chorus, until the form is about `bars` long: whole sections, never new ones."""
    body = [b for b in blocks if b.kind not in ("intro", "outro")]
    made = list(blocks)
    at = max((i for i, b in enumerate(made) if b.kind in PEAKS), default=len(made) - 1)
    index = 0
    while body and sum(b.bars for b in made) + 4 < bars and index < 200:
        made.insert(at, body[index % len(body)])
        at, index = at + 1, index + 1
    return made


def shortened(blocks: list[Block], bars: int) -> list[Block]:
    """Fewer sections, so that at most `bars` are left: the ending, the last peak, the first verse, the intro, then the rest."""
    tuneful = next((i for i, b in enumerate(blocks) if any(p.label.isupper() for p in b.phrases)), 0)
    peak = max((i for i, b in enumerate(blocks) if b.kind in PEAKS), default=tuneful)
    first = next((i for i, b in enumerate(blocks) if b.kind == "verse"), peak)
    order = list(dict.fromkeys([peak, first, 0, *range(len(blocks) - 1)]))
    ending = resized(blocks[-1], max(1, min(blocks[-1].bars, bars // 8)))
    left = bars - ending.bars
    kept: dict[int, Block] = {}
    for index in order:
        block = blocks[index]
        if block.bars <= left:
            kept[index] = block
        elif not kept and left > 0:
            kept[index] = replace(resized(block, left), least=1)
        left -= kept[index].bars if index in kept else 0
    return [*(kept[index] for index in sorted(kept)), replace(ending, most=max(8, ending.most))]


def tune_and_end(bars: int) -> list[Block]:
    """The smallest form: a tune and a closing bar (one bar alone has room for the close only)."""
    ending = band_block("outro", 1)
    return [band_block("chorus", bars - 1, tuneful=True), ending] if bars > 1 else [ending]


def sections_of(blocks: Sequence[Block], style: Style, brief: Brief) -> tuple[SectionPlan, ...]:
    """Named sections with their energy: later verses and the last chorus are a little stronger."""
    totals: dict[str, int] = {}
    for block in blocks:
        totals[block.kind] = totals.get(block.kind, 0) + 1
    seen: dict[str, int] = {}
    made = []
    for block in blocks:
        seen[block.kind] = seen.get(block.kind, 0) + 1
        number = f" {seen[block.kind]}" if totals[block.kind] > 1 else ""
        name = NAMES.get(block.kind, block.kind.replace("_", " ").title()) + number
        last = seen[block.kind] == totals[block.kind] > 1
        made.append(SectionPlan(name, block.kind, _energy(block, seen[block.kind], last, style, brief), block.phrases))
    return tuple(made)


def _energy(block: Block, number: int, last: bool, style: Style, brief: Brief) -> float:
    base = style.energy.get(block.kind, style.energy.get("verse", 0.5))
    rise = min(0.06 * (number - 1), 0.12) if block.kind in ("verse", "pre_chorus", "chorus", "hook", "drop") else 0.0
    wish = 0.0 if brief.energy is None else 0.45 * (brief.energy - 0.5)
    return round(min(1.0, max(0.08, base + rise + (0.04 if last and block.kind == "chorus" else 0.0) + wish)), 3)


def around_words(brief: Brief, style: Style, pace: Pace, tightness: float) -> list[Block]:
    """The song that the words give: stanzas in order, with what the band plays before, between and after them."""
    lyrics = brief.lyrics
    assert lyrics is not None
    song = style.song
    choice = {
        kind: drawn(getattr(song, kind), brief.seed, brief.take, "form", kind)
        for kind in ("intro", "interlude", "solo", "outro")
    }
    stanzas = list(lyrics.stanzas)
    marked_kinds = [s.kind for s in stanzas]
    blocks: list[Block] = []
    if "intro" not in marked_kinds[:1]:
        blocks.append(band_block("intro", choice["intro"]))
    sung_kinds: list[str] = []
    for index, stanza in enumerate(stanzas):
        if not stanza.lines:
            least = 1 if lyrics.marked else 0
            blocks.append(band_block(stanza.kind, choice.get(stanza.kind, 4), least=least))
            continue
        if not lyrics.marked or index:
            blocks += _between(sung_kinds, stanza.kind, index, stanzas, choice, style)
        letters = LETTERS.get(stanza.kind, "XYZ").upper()
        alike = [other for other in stanzas if other.kind == stanza.kind] if tightness < 0.9 else []
        phrases = stanza_phrases(stanza, letters, pace, tightness, alike)
        bars = sum(p.bars for p in phrases)
        blocks.append(Block(stanza.kind, phrases, bars, bars))
        sung_kinds.append(stanza.kind)
    if blocks[-1].sung or blocks[-1].kind != "outro":
        blocks.append(band_block("outro", choice["outro"], least=1))
    else:
        blocks[-1] = replace(blocks[-1], least=1)
    return blocks


def padded(blocks: Sequence[Block], bars: int, style: Style) -> list[Block]:
    """The form with what the band adds when the words are few: passages between the stanzas, the longest before the last."""
    missing = bars - sum(block.bars for block in blocks)
    sung = [i for i, block in enumerate(blocks) if block.sung]
    slots = [i + 1 for i in sung[:-1]] or [sung[-1] + 1]
    shares = dict.fromkeys(slots, 0)
    turn = 0
    while missing > 2:
        slot = slots[-1 - turn % len(slots)]
        size = min(8, -(-missing // 4) * 4)
        shares[slot] += size
        missing, turn = missing - size, turn + 1
    made: list[Block] = []
    for index, block in enumerate(blocks):
        made += passage(shares.get(index, 0), style, index)
        made.append(block)
    return joined(made)


def joined(blocks: Sequence[Block]) -> list[Block]:
    """Neighbours of one kind that the band plays become one section."""
    made: list[Block] = []
    for block in blocks:
        if made and made[-1].kind == block.kind and not made[-1].sung and not block.sung:
            last = made[-1]
            made[-1] = replace(last, phrases=(*last.phrases, *block.phrases), least=last.least, most=last.most + block.most)
        else:
            made.append(block)
    return made


def passage(bars: int, style: Style, turn: int) -> list[Block]:
    """A passage without words: a tune of its own up to sixteen bars; longer ones breathe in a break and gather again."""
    peak = style.song.solo_kind if style.song.solo_kind != "break" else "solo"
    made: list[Block] = []
    left = bars
    while left > 0:
        if left <= 4:
            made.append(band_block("interlude", left))
        elif left <= 16:
            made.append(band_block(peak if (turn + len(made)) % 2 == 0 else "interlude", left, tuneful=True))
        else:
            made += [band_block(peak, 16, tuneful=True), band_block("break", 8)]
            left -= 8
        left -= made[-1].bars if made[-1].kind != "break" else 16
    return made


def _between(
    before: list[str], kind: str, index: int, stanzas: Sequence[Stanza], choice: dict[str, int], style: Style
) -> list[Block]:
    """What the band plays before a stanza: an interlude when a chorus gives way to a verse, a solo before the last chorus."""
    if not before or not stanzas[index - 1].lines:
        return []
    last = not any(s.kind in ("chorus", "hook") for s in stanzas[index + 1 :])
    if (
        kind in ("chorus", "hook")
        and last
        and before.count("chorus") + before.count("hook") >= 2
        and before[-1] not in ("bridge", "pre_chorus")
    ):
        return [band_block(style.song.solo_kind, choice["solo"], tuneful=style.song.solo_kind != "break")]
    if before[-1] in ("chorus", "hook") and kind == "verse":
        return [band_block("interlude", choice["interlude"])]
    return []

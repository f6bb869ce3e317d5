"""`resounded_song`: another band around the same singer; `revoiced_song`: another singer, or other words, over the same band.

What is kept is kept sample for sample: the stems of the voices, or those of the band, are the source's own. What is new fits it
note for note: form, tempo, key, chords and length stay. The band of a swap plays the song's tune where nobody sings; new words are
sung to the song's tunes, in its phrases.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from troubadour.brief import Brief, Stanza
from troubadour.chance import Chance
from troubadour.edit.cover import band_of, lead_singer_of
from troubadour.edit.material import has_words, in_range, plain_words, tunes_of, with_new_words
from troubadour.edit.passages import Passage, in_turn, passages_of, sung_notes
from troubadour.edit.pieces import shifted, shifted_line, since
from troubadour.edit.singers import best_transposition, second_voices, strain
from troubadour.edit.source import Progress, Source
from troubadour.edit.value import SwapSound, SwapVocals
from troubadour.edit.wish import asked
from troubadour.errors import BadRequest
from troubadour.make import Keep, Song, performed, work_now
from troubadour.mix.balance import balance, balance_like
from troubadour.mix.beside import beside
from troubadour.mix.desk import family_of
from troubadour.mix.loudness import integrated
from troubadour.mix.pcm import FULL_24, summed
from troubadour.mix.value import Pcm
from troubadour.plan import Plan, SectionPlan, form
from troubadour.score import Note, Score, SungLine, SungPart
from troubadour.score.compose import arranged, form_of
from troubadour.score.melody import Melody, compose_melody
from troubadour.score.revise import own_sections
from troubadour.stems import Stems, Window
from troubadour.stems.render import render
from troubadour.stems.sing.voices import HOUSE, VOICES
from troubadour.styles import blend

SINGING = ("vocals", "backing_vocals")  # families of stems
MOST_STRAIN = 2.0  # semitones outside a voice: more is no singing


# The band -----------------------------------------------------------------------------------------------------------------


def resounded_song(source: Source, command: SwapSound, progress: Progress, keep: Keep = work_now) -> Song:
    """The song with another band; its voices keep every sample."""
    written = resounded(source.plan, source.score, command)
    old = source.mix()
    voices = {name: pcm for name, pcm in old.stems.items() if family_of(name) in SINGING}
    if not voices:
        return performed(written, keep, progress)
    band = keep("stems", Stems, lambda: render(replace(written.score, sung=()), progress))
    made = around(source, written, voices, band)
    return replace(made, sound=replace(made.mix, dry=old.dry)) if made.mix else made


def resounded(plan: Plan, score: Score, command: SwapSound) -> Song:
    """The song with another band, written. Raises BadRequest for a tempo, key or metre that is not the song's."""
    brief = asked(replace(command.request, lyrics=None), plan)
    style = blend(brief.styles)
    band = band_of(brief, style, plan, command.closeness)
    whole = shifted(score, score.skipped)  # counted from the bar line
    chords = tuple(replace(c, start=0, length=c.end) if i == 0 and score.skipped else c for i, c in enumerate(whole.chords))
    tune = next((part.notes for part in whole.parts if part.role == "lead"), ())
    skipped_s = score.skipped / 480 * 60 / score.tempos[0].bpm
    wide = replace(
        plan,
        brief=replace(brief, lyrics=plan.brief.lyrics, form=()),
        style=style.id,
        title=command.request.title or plan.title,
        frames=score.frames + round(skipped_s * 44_100),
        sections=own_sections(score),
        band=band,
    )
    made = arranged(wide, chords, Melody(whole.sung, in_range(tune, band)))
    made = since(made, score.skipped) if score.skipped else made
    made = replace(
        made, sung=score.sung, tempos=score.tempos, frames=score.frames, sections=score.sections, phrases=score.phrases
    )
    return Song(replace(wide, frames=score.frames), made)


# The singer ---------------------------------------------------------------------------------------------------------------


def revoiced_song(source: Source, command: SwapVocals, progress: Progress) -> Song:
    """The song with another singer or other words; its band keeps every sample."""
    written = revoiced(source.plan, source.score, command)
    old = source.mix()
    band = {name: pcm for name, pcm in old.stems.items() if family_of(name) not in SINGING}
    before = {name: pcm for name, pcm in old.stems.items() if name not in band}
    stems = render(replace(written.score, parts=()), progress)
    settings = replace(source.desk, faders={name: fader for name, fader in source.desk.faders.items() if name in band})
    mixed = balance_like(settings, stems, written.plan, written.score, Window(0, written.score.frames))
    level_db = _lufs(before) - _lufs(mixed.stems)
    said = Stems(
        {}, {}, tuple(dict.fromkeys((*source.credits, *stems.credits))), tuple(dict.fromkeys((*source.notes, *stems.notes)))
    )
    if not band:
        return Song(written.plan, written.score, said, mixed)
    return Song(written.plan, written.score, said, beside(band, mixed.stems, level_db, mixed.dry, mixed.desk))


def revoiced(plan: Plan, score: Score, command: SwapVocals) -> Song:
    """The song with another singer or other words, written.

    Raises BadRequest for a song in which nobody sings, for words that its phrases cannot hold, and for a singer who cannot sing
    its tune.
    """
    own = lead_singer_of(score)
    if own is None:
        raise BadRequest("nobody sings in this song, so there is no voice to swap: add vocals to it, or extend it with words")
    request = command.request
    brief = asked(replace(request, lyrics=None), plan)
    sung = _resung(plan, score, brief, command) if _fresh(command, score) else score.sung
    voice = singer_of(brief, sung, own, command.variation)
    cast = cast_with(sung, voice, own, Chance(request.seed, request.take))
    made = replace(score, title=request.title or score.title, seed=request.seed, take=request.take, sung=cast)
    lyrics = plan.brief.lyrics
    if lyrics is not None and _fresh(command, score):
        lyrics = replace(lyrics, text=(request.lyrics or "").strip())
    told = replace(plan.brief, lyrics=lyrics, request=replace(plan.brief.request, timbre=request.timbre or plan.brief.request.timbre),
                   singing=brief.singing or plan.brief.singing)  # fmt: skip
    return Song(replace(plan, brief=told, voice=voice, title=made.title), made)


def _fresh(command: SwapVocals, score: Score) -> bool:
    """Whether other words than the song's are to be sung."""
    own = plain_words(" ".join("".join(word.text for word in line.words) for line in score.lead_lines))
    return has_words(command.request) and plain_words(command.request.lyrics or "") != own


def _resung(plan: Plan, score: Score, brief: Brief, command: SwapVocals) -> tuple[SungPart, ...]:
    """Other words to the song's tunes, in its phrases."""
    wanted = asked(command.request, plan).lyrics
    stanzas = [stanza for stanza in wanted.stanzas if stanza.lines] if wanted else []
    passages = passages_of(score)
    pace = form.pace_of(blend(plan.brief.styles), plan.tempo_bpm, plan.metre.bar_ticks)
    filled = with_new_words(passages, stanzas, pace) or with_new_words(passages, _shared_out(passages, stanzas), pace)
    if filled is None:
        raise BadRequest(
            f"these words don't fit the song's phrases, which stay as they are: it sings {_shape(passages)}; send as many lines in "
            "each section, of about the same length, or cover the song instead"
        )
    sections = tuple(
        SectionPlan(section.name, section.kind, section.energy, passage.phrases)
        for section, passage in zip(score.sections, filled, strict=True)
    )
    whole = shifted(score, score.skipped)
    wide = replace(plan, brief=brief, sections=sections, frames=whole.frames)
    melody = compose_melody(wide, *form_of(wide), whole.chords, tunes_of(score))
    return tuple(replace(part, lines=tuple(shifted_line(line, -score.skipped) for line in part.lines)) for part in melody.sung)


def _shared_out(passages: Sequence[Passage], stanzas: Sequence[Stanza]) -> list[Stanza]:
    """Words without marks of their own, given to the song's sections in turn, by the lines that these had."""
    lines = [line for stanza in stanzas for line in stanza.lines]
    sung = [passage for passage in passages if passage.sung]
    counts = [len(passage.words) for passage in sung]
    if sum(counts) != len(lines):
        return []
    made, at = [], 0
    for passage, count in zip(sung, counts, strict=True):
        made.append(Stanza(passage.kind, passage.kind.title(), tuple(lines[at : at + count])))
        at += count
    return made


def _shape(passages: Sequence[Passage]) -> str:
    """The song's sections with their lines, to be told."""
    sung = [passage for passage in passages if passage.sung]
    return ", ".join(f"{passage.kind.replace('_', ' ')} {len(passage.words)}" for passage in sung) + " lines"


def singer_of(brief: Brief, sung: Sequence[SungPart], own: str, variation: float | None) -> str:
    """Who sings: the singer that was asked for; else one of the wished gender (or of any), whom the tune suits and the words of
    the request describe; with a `variation`, one who is as far from the song's own singer as it says.

    Raises BadRequest for a singer who was asked for by name and cannot sing it.
    """
    tune = sung_notes(sung, "vocals")
    if brief.voice in VOICES:
        if _least_strain(tune, brief.voice) > MOST_STRAIN:
            raise BadRequest(f"{VOICES[brief.voice].name} cannot sing this tune in the song's key: choose another voice")
        return brief.voice
    said = set(f"{brief.request.text} {brief.request.tags}".lower().replace(",", " ").split())
    others = [name for name, voice in HOUSE.items() if name != own and brief.voice in (None, voice.gender)]
    strains = {name: _least_strain(tune, name) for name in others}
    fitting = [name for name in others if strains[name] <= MOST_STRAIN] or others
    if variation is not None:
        ranked = sorted(fitting, key=lambda name: (_distance(name, own), name))
        return ranked[round(variation * (len(ranked) - 1))]
    ranked = sorted(fitting, key=lambda name: (round(strains[name], 1) - len(said & set(VOICES[name].words)), name))
    return ranked[brief.take % len(ranked)]


def _least_strain(tune: Sequence[Note], voice: str) -> float:
    """How far a tune lies outside a voice in its best octave."""
    return strain(tune, voice, best_transposition(tune, voice, (0,)))


def _distance(one: str, other: str) -> float:
    """How different two singers are."""
    a, b = VOICES[one], VOICES[other]
    apart = abs(a.low + a.high - b.low - b.high) / 24 + 4.0 * abs(a.formant - b.formant) + abs(a.breath - b.breath)
    return apart + (a.gender != b.gender) + 0.5 * (a.speaker != b.speaker)


def cast_with(sung: Sequence[SungPart], voice: str, own: str, chance: Chance) -> tuple[SungPart, ...]:
    """The lines with their new singer, moved by whole octaves where the voice needs it; the band keeps its key."""
    lines = in_turn(line for part in sung if part.name == "vocals" for line in part.lines)
    notes = [note for line in lines for group in line.notes for note in group]
    step = best_transposition(notes, voice, (0,)) if voice != own else 0
    others = tuple(part for part in sung if part.name != "vocals")
    manner = next((part.manner for part in sung if part.name == "vocals"), ())
    lead = SungPart("vocals", voice, tuple(_moved(line, step) for line in lines), manner)
    return (lead, *second_voices(others, voice, chance))


def _moved(line: SungLine, step: int) -> SungLine:
    return replace(line, notes=tuple(tuple(note.transposed(step) for note in group) for group in line.notes)) if step else line


# Both ---------------------------------------------------------------------------------------------------------------------


def around(source: Source, written: Song, kept: Mapping[str, Pcm], new: Stems) -> Song:
    """New stems around those that keep every sample: the desk finds their places as if it had all of them before it."""
    guides = {name: pcm.astype(np.float32) / np.float32(FULL_24) for name, pcm in kept.items()}
    mixed = balance(Stems({**new.tracks, **guides}, new.dry), written.plan, written.score)
    placed = {name: pcm for name, pcm in mixed.stems.items() if name not in kept}
    level_db = _lufs(kept) - _lufs({name: mixed.stems[name] for name in kept})
    said = Stems(
        {}, {}, tuple(dict.fromkeys((*source.credits, *new.credits))), tuple(dict.fromkeys((*source.notes, *new.notes)))
    )
    return Song(written.plan, written.score, said, beside(kept, placed, level_db, mixed.dry, mixed.desk))


def _lufs(stems: Mapping[str, Pcm]) -> float:
    """How loud stems are together."""
    return integrated(summed(stems))

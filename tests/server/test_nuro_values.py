"""Every value of nuro's enumerations leads to a song of its own that fits the value: told from plans here, from scores and sound by
`make soak`; and every length is met to the sample."""

from __future__ import annotations

from functools import cache
from itertools import combinations

import numpy as np
import pytest

from troubadour.brief.read import read
from troubadour.files.facts import segments
from troubadour.make import Song, performed, write_score
from troubadour.plan import Plan
from troubadour.plan.decide import decide
from troubadour.theory.scales import family
from troubadour_server.request.nuro import SEGMENTS, read_create, tables, values

LYRICS = "[verse]\nMorning tram, empty seats\nRain along the window\n[chorus]\nCarry me over the river\nCarry me over the hill"
SONG = {"type": "vocal", "lyrics": LYRICS, "genre": "Pop", "mood": "Chill", "gender": "Female", "timbre": "Warm", "duration": 40, "seed": 3}  # fmt: skip
MUSIC = {"type": "bgm", "description": "background music", "duration": 30, "seed": 3}
ENUMERATIONS = [("vocal", "genre"), ("vocal", "mood"), ("vocal", "gender"), ("vocal", "timbre"), ("bgm", "genre"), ("bgm", "mood"), ("bgm", "instrument"), ("bgm", "theme")]  # fmt: skip
TEMPO, ENERGY = 0.03, 0.05  # from here on two of them are told apart
MINOR = ("sad", "melancholy", "haunting", "aggressive", "intense", "dramatic", "mystical")
MAJOR = (
    "happy",
    "joyful",
    "cheerful",
    "cheerful happy",
    "fun",
    "playful",
    "bright",
    "positive",
    "uplifting",
    "proud",
    "light",
    "funny",
)
CALM = ("calm", "peaceful", "tranquil", "soft", "soothing", "serene", "relaxed")
WILD = ("energetic", "powerful", "intense", "aggressive", "proud", "adventure", "passionate")


def asked(kind, field, value):
    body = {**SONG, field: value} if kind == "vocal" else {**MUSIC, field: [value]}
    return read_create(body, "", None).commands[0]


@cache
def plan(kind: str, field: str, value: str) -> Plan:
    return decide(read(asked(kind, field, value)))


def energy(made: Plan) -> float:
    return float(np.mean([section.energy for section in made.sections]))


def alike(one: Plan, other: Plan) -> bool:
    """Whether two plans have the same players, singer, mode, metre and featured player, and nearly the same tempo and energy."""
    same = all(a == b for a, b in zip(_shape(one), _shape(other), strict=True))
    return same and abs(one.tempo_bpm / other.tempo_bpm - 1) < TEMPO and abs(energy(one) - energy(other)) < ENERGY


def _shape(made: Plan) -> tuple[object, ...]:
    request, mode = made.brief.request, family(made.key.mode)
    return set(made.band), made.voice, made.metre, mode, made.brief.singing, request.timbre, request.instruction


@pytest.mark.parametrize(("kind", "field"), ENUMERATIONS)
def test_every_value_has_a_plan_of_its_own(kind, field):
    pairs = combinations(values(kind, field), 2)
    assert [pair for pair in pairs if alike(plan(kind, field, pair[0]), plan(kind, field, pair[1]))] == []


def test_moods_have_their_mode_and_their_energy():
    moods = {value: plan("bgm", "mood", value) for value in values("bgm", "mood")}
    assert {family(moods[value].key.mode) for value in MINOR} == {"minor"}
    assert {family(moods[value].key.mode) for value in MAJOR} == {"major"}
    assert max(energy(moods[value]) for value in CALM) < min(energy(moods[value]) for value in WILD)
    assert max(moods[value].tempo_bpm for value in CALM) <= min(moods[value].tempo_bpm for value in WILD)


def test_a_sad_song_is_slower_softer_and_darker_than_a_happy_one():
    sad, happy = plan("vocal", "mood", "Sorrow/Sad"), plan("vocal", "mood", "Happy")
    assert (family(sad.key.mode), family(happy.key.mode)) == ("minor", "major")
    assert sad.tempo_bpm < happy.tempo_bpm
    assert energy(sad) < energy(happy) - 0.15


def test_genres_have_their_tempo():
    for kind in ("vocal", "bgm"):
        for value, words in tables()[kind]["genre"].items():
            low, high = (float(bpm) for bpm in words.rsplit(", ", 1)[1].removesuffix(" bpm").split("-"))
            assert low - 1 <= plan(kind, "genre", value).tempo_bpm <= high + 1, value


def test_an_instrument_that_was_asked_for_plays_and_is_lifted_before_the_others():
    made = write_score(asked("bgm", "instrument", "harp"))
    names = {part.name for part in made.score.parts if part.instrument == "harp"}
    assert names
    assert {(move.stem, move.db) for move in made.plan.moves} == {(name, 4.0) for name in names}


# Slow ---------------------------------------------------------------------------------------------------------------------


def lengths(body, seed):
    """The length of a song and of its segments in samples, as written and as they were asked for."""
    written = write_score(read_create({**body, "seed": seed}, "", None).commands[0]).score
    wanted = [each["duration"] for each in body.get("segments", [body])]
    told = segments(written, [""] * len(wanted)) if "segments" in body else [{"samples": written.frames}]
    return [each["samples"] for each in told], [round(44_100 * sum(wanted[: i + 1])) - round(44_100 * sum(wanted[:i])) for i in range(len(wanted))]  # fmt: skip


ODD = (5.003, 17.777, 6.5, 11.09)
FORMS = [{**MUSIC, "duration": 1}, {**MUSIC, "duration": 47}, {**SONG, "duration": 30}, {**SONG, "duration": 131},
         {**MUSIC, "version": "v2.0", "duration": None, "segments": [{"name": name, "duration": s} for name, s in zip(("intro", "verse", "inst", "outro"), ODD, strict=True)]}]  # fmt: skip


@pytest.mark.parametrize("body", FORMS, ids=["sting", "odd", "shortest song", "song", "odd segments"])
def test_every_length_is_met_to_the_sample(body):
    written, wanted = lengths(body, 3)
    assert written == wanted


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(60))
def test_any_length_is_met_to_the_sample(seed):
    chance = np.random.default_rng(seed)
    total, spans = 0.0, []
    while total < 30 or len(spans) < 2:
        spans.append(round(float(chance.uniform(5, 25)), int(chance.integers(0, 4))))
        total = sum(spans)
    names = chance.choice(SEGMENTS, len(spans))
    form = [{"name": str(name), "duration": span} for name, span in zip(names, spans, strict=True)]
    bodies = (
        {**SONG, "duration": int(chance.integers(30, 241))},
        {**MUSIC, "duration": int(chance.integers(1, 61))},
        {**MUSIC, "version": "v2.0", "duration": int(chance.integers(30, 121))},
        {**MUSIC, "version": "v2.0", "duration": None, "segments": form},
    )
    for body in bodies:
        written, wanted = lengths(body, seed)
        assert written == wanted, body


@pytest.mark.soak
@pytest.mark.parametrize(("kind", "field"), ENUMERATIONS)
def test_every_value_has_a_score_of_its_own(kind, field):
    songs = [write_score(asked(kind, field, value)) for value in values(kind, field)]
    told = {
        (made.score.tempos, made.score.parts, made.score.sung, made.plan.moves, made.plan.brief.request.timbre)
        for made in songs
    }
    assert len(told) == len(songs)


@pytest.mark.soak
def test_every_instrument_is_heard():
    for value in values("bgm", "instrument"):
        made = write_score(asked("bgm", "instrument", value))
        asked_for = set(read(made.plan.brief.request).instruments)
        playing = {part.instrument for part in made.score.parts}
        assert playing & asked_for, value


HEARD_ALL_OVER_DB = 0.5  # in all bands together
HEARD_DB = 1.5  # in some third of an octave, over the whole song: a difference of 1 to 2 dB is just heard


def sound(kind: str, field: str, value: str) -> np.ndarray:
    """The song's power in bands of a third of an octave over each second, in dB."""
    made: Song = performed(write_score(asked(kind, field, value)))
    assert made.mix is not None
    mono = made.mix.master.mean(axis=1)[: 30 * 44_100].reshape(-1, 44_100) / 2.0**23
    power = np.abs(np.fft.rfft(mono * np.hanning(44_100), axis=1)) ** 2
    edges = (50 * 2 ** (np.arange(24) / 3)).astype(int)
    return 10 * np.log10(np.add.reduceat(power, edges, axis=1) + 1e-9)


@pytest.mark.soak
@pytest.mark.parametrize(("kind", "field", "some"), [
    ("bgm", "mood", ("sad", "happy", "calm", "aggressive", "bright", "optimistic", "light")),
    ("bgm", "theme", ("love", "technology", "children", "training")),
    ("bgm", "instrument", ("piano", "keyboard", "glockenspiel", "percussion", "drums")),
    ("vocal", "timbre", ("Warm", "Bright", "Husky", "Electrified voice", "Sweet_AUDIO_TIMBRE", "Cute_AUDIO_TIMBRE", "Loud and sonorous", "Powerful", "Sexy/Lazy")),
])  # fmt: skip
def test_values_are_told_apart_by_their_sound(kind, field, some):
    heard = {value: sound(kind, field, value) for value in some}
    for one, other in combinations(some, 2):
        bands_db = np.abs(heard[one] - heard[other]).mean(axis=0)
        assert bands_db.max() > HEARD_DB or bands_db.mean() > HEARD_ALL_OVER_DB, (one, other)

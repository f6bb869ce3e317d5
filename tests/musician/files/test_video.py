"""The karaoke video: what is seen when, and what players find in the file."""

import json
import subprocess
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from troubadour.files.lettering import PLAIN, sized
from troubadour.files.picture import scene
from troubadour.files.video.layout import FPS, HEIGHT, MARGIN, WIDTH, WORDS
from troubadour.files.video.screen import blended, layer_of, planes_of
from troubadour.files.video.show import WAVE, Show
from troubadour.files.video.words import (
    APPEARS_S,
    NEXT,
    Line,
    broken,
    fitted,
    lettered_sheet,
    lines_of,
    pages_of,
    whole,
)
from troubadour.files.write import write
from troubadour.make import Song
from troubadour.mix.balance import balance
from troubadour.units import SAMPLE_RATE_HZ

WHITE, GREY, BLACK = (235, 128, 128), (126, 128, 128), (16, 128, 128)


@pytest.fixture(scope="module")
def song(small_plan, small_score, small_stems):
    return Song(small_plan, small_score, small_stems, balance(small_stems, small_plan, small_score))


@pytest.fixture(scope="module")
def picture(song):
    return scene(song.plan, song.score)


@pytest.fixture
def show(song, picture):
    return Show(song.plan, song.score, song.mix.master, picture)


def seen(show, at_s, rows=(0, HEIGHT)):
    """The luma of some rows at a moment."""
    return show.frame(round(at_s * FPS)).copy()[: WIDTH * HEIGHT].reshape(HEIGHT, WIDTH)[slice(*rows)].astype(int)


def line_of(text, start_s=10.0, each_s=0.5):
    """A line of one-syllable words."""
    words = [word + " " for word in text.split()]
    ends = np.cumsum([len(word) for word in words])
    letters = tuple((int(end) - len(word), int(end)) for word, end in zip(words, ends, strict=True))
    times = tuple((start_s + k * each_s, start_s + (k + 1) * each_s) for k in range(len(words)))
    return Line("".join(words), letters, times)


def ground():
    return planes_of(Image.new("RGB", (WIDTH, WORDS[1] - WORDS[0]), (30, 30, 30)))


def sheet_of(line):
    return lettered_sheet(line, "", "pop", (255, 200, 120), ground())


# -- pixels


@pytest.mark.parametrize(("colour", "planes"), [((255, 255, 255), WHITE), ((128, 128, 128), GREY), ((0, 0, 0), BLACK)])
def test_greys_become_luma_of_the_limited_range(colour, planes):
    made = planes_of(Image.new("RGB", (4, 4), colour))
    assert (made.y[0, 0], made.u[0, 0], made.v[0, 0]) == planes


def test_an_opaque_layer_hides_what_is_below_and_a_clear_one_shows_it():
    red, blue = (planes_of(Image.new("RGB", (4, 4), colour)) for colour in ((200, 30, 40), (10, 20, 220)))
    hidden = layer_of(Image.new("RGBA", (4, 4), (200, 30, 40, 255))).over(blue)
    shown = layer_of(Image.new("RGBA", (4, 4), (200, 30, 40, 0))).over(blue)
    for made, wanted in ((hidden, red), (shown, blue)):
        for a, b in ((made.y, wanted.y), (made.u, wanted.u), (made.v, wanted.v)):
            assert np.abs(a.astype(int) - b).max() <= 1


def test_a_blend_begins_and_ends_with_its_pictures():
    red, blue = (planes_of(Image.new("RGB", (4, 4), colour)) for colour in ((200, 30, 40), (10, 20, 220)))
    assert np.array_equal(blended(red, blue, 0.0).u, red.u)
    assert np.array_equal(blended(red, blue, 1.0).u, blue.u)


# -- words


def test_every_line_of_the_lead_voice_is_shown_until_it_has_been_sung(small_score):
    lines = lines_of(small_score)
    lead = next(part for part in small_score.sung if part.name == "vocals")
    assert [line.text for line in lines] == ["".join(word.text for word in line.words) for line in lead.lines]
    pages = pages_of(lines)
    ends = [page.start_s for page in pages[1:]] + [1e9]
    for k, line in enumerate(lines):
        page, end_s = next((page, end) for page, end in zip(pages, ends, strict=True) if page.line == k)
        assert page.start_s <= line.start_s
        assert end_s >= line.end_s


def test_a_line_after_a_pause_is_announced_and_counted_in():
    pages = pages_of([line_of("one two", 10.0), line_of("three", 30.0), line_of("four", 30.8)])
    assert [(page.line, page.start_s, page.counted_in) for page in pages] == [
        (None, 0.0, False),
        (0, 10.0 - APPEARS_S, True),
        (None, pytest.approx(11.7), False),
        (1, 30.0 - APPEARS_S, True),
        (2, pytest.approx(30.65), False),
        (None, pytest.approx(32.0), False),
    ]


def test_the_light_reaches_each_syllable_when_it_is_sung():
    line = line_of("Harbour lights are burning")
    row = sheet_of(line).rows[0]
    font = sized(PLAIN, 58)
    left = (WIDTH - font.getlength(line.text.strip())) / 2
    assert row.edge(line.start_s - 0.01) is None
    for (first, _), (start_s, _) in zip(line.letters[1:], line.times[1:], strict=True):
        assert row.edge(start_s + 1e-3)[1] == pytest.approx(left + font.getlength(line.text[:first]), abs=3)
    assert row.edge(line.end_s + 0.01) == (row.left, row.right)


def test_the_light_moves_from_the_right_where_one_writes_so():
    line = line_of("שלום עולם טוב")
    row = sheet_of(line).rows[0]
    early, late = row.edge(line.start_s + 0.2), row.edge(line.start_s + 1.2)
    assert early[1] == late[1] == row.right
    assert late[0] < early[0]


def test_the_words_of_a_frame_are_lit_up_to_the_voice(show):
    line = show._lines[1]
    before, amid, after = (seen(show, at, WORDS) for at in (line.start_s - 0.1, line.times[4][0], line.end_s - 0.04))
    changed = np.flatnonzero(np.abs(amid - before).max(axis=0) > 40)
    later = np.flatnonzero(np.abs(after - amid).max(axis=0) > 40)
    assert len(changed)
    assert len(later)
    assert changed.max() <= later.min() + 12


def test_a_long_line_is_shown_whole():
    text = " ".join(f"word{k}" for k in range(40))
    _, rows = whole(text, PLAIN, WIDTH - 2 * MARGIN)
    assert " ".join(rows) == text


@pytest.mark.parametrize("text", ["word " * 40, "x" * 300, "🎵 🎶", "", "Ünïcödé – “quoted”…", "你好 世界"])
def test_any_words_stay_inside_the_picture(text):
    line = replace(line_of(text or "a"), text=text or "a ")
    sheet = sheet_of(line)
    assert all(0 <= row.left < row.right <= WIDTH and 0 <= row.top < row.bottom <= WORDS[1] - WORDS[0] for row in sheet.rows)
    font, rows = fitted(text, PLAIN, WIDTH - 2 * MARGIN, 58, 30, 2)
    assert all(font.getlength(row) <= WIDTH - 2 * MARGIN for row in rows)


def test_rows_are_broken_between_words_into_nearly_equal_lengths():
    font = sized(PLAIN, NEXT)
    rows = broken(["the", "quick", "brown", "fox", "jumps", "over", "the", "lazy", "dog"], font, 500, 2)
    assert " ".join(rows) == "the quick brown fox jumps over the lazy dog"
    assert abs(font.getlength(rows[0]) - font.getlength(rows[1])) < 0.3 * font.getlength(rows[0])


# -- the whole picture


def test_it_begins_with_the_title_card_and_leaves_nothing_of_it(show):
    card = seen(show, 0.0)
    playing = seen(show, show._lines[0].end_s - 0.02)
    gap = slice(WORDS[1], WAVE[0])
    assert card.max() > 200
    assert np.abs(playing[gap] - show._ground.y[gap]).max() == 0


def test_the_waveform_is_lit_as_far_as_the_song_has_come(show, song):
    length_s = song.score.frames / SAMPLE_RATE_HZ
    early, late = seen(show, 0.45 * length_s, WAVE), seen(show, 0.55 * length_s, WAVE)
    changed = np.flatnonzero((early != late).any(axis=0))
    across = WIDTH - 2 * MARGIN
    assert MARGIN + 0.44 * across <= changed.min()
    assert changed.max() <= MARGIN + 0.56 * across


def test_notes_move_a_whole_number_of_pixels_to_the_left(show):
    at_s = show._lines[0].end_s - 0.3
    top, bottom = show._lane_band
    right = slice(700, 1100)
    before = seen(show, at_s, (top, bottom))[:, right] - show._ground.y[top:bottom, right].astype(int)
    after = seen(show, at_s + 1 / FPS, (top, bottom))[:, 694:1094] - show._ground.y[top:bottom, 694:1094].astype(int)
    assert np.abs(before).max() > 20
    assert np.abs(before - after).mean() < 1.0


def test_an_instrumental_has_a_taller_lane_and_no_words(song, picture):
    silent = replace(song.score, sung=())
    show = Show(song.plan, silent, song.mix.master, picture)
    assert show._lane_band[1] - show._lane_band[0] > 400
    assert seen(show, 5.0).max() > 150


def test_equal_songs_give_equal_frames(song, picture):
    first, second = (Show(song.plan, song.score, song.mix.master, picture) for _ in range(2))
    for number in (0, 60, 130):
        assert np.array_equal(first.frame(number), second.frame(number))


# -- the file


@pytest.fixture(scope="module")
def files(song, tmp_path_factory):
    return write(song, tmp_path_factory.mktemp("video"), ("mp4",))


def probed(path):
    asked = ["ffprobe", "-v", "error", "-of", "json", "-show_format", "-show_streams", str(path)]
    return json.loads(subprocess.run(asked, check=True, capture_output=True).stdout)


def test_players_find_h264_and_aac_as_long_as_the_song(files, song):
    told = probed(files["mp4"])
    video, audio, cover = told["streams"]
    length_s = song.score.frames / SAMPLE_RATE_HZ
    assert (video["codec_name"], video["width"], video["height"], video["pix_fmt"]) == ("h264", 1280, 720, "yuv420p")
    assert (video["avg_frame_rate"], video["color_space"], video["color_range"]) == ("25/1", "bt709", "tv")
    assert (audio["codec_name"], audio["sample_rate"]) == ("aac", "44100")
    assert cover["disposition"]["attached_pic"] == 1
    assert 0 <= float(video["duration"]) - length_s < 1 / FPS
    assert float(audio["duration"]) == pytest.approx(length_s, abs=0.05)


def test_it_can_begin_before_it_has_been_loaded(files):
    data = files["mp4"].read_bytes()
    assert 0 < data.find(b"moov") < data.find(b"mdat")


def test_its_words_are_readable_after_encoding(files, show):
    at_s = show._lines[0].end_s - 0.1
    number = round(at_s * FPS)
    cut = [
        "ffmpeg",
        "-v",
        "error",
        "-i",
        str(files["mp4"]),
        "-map",
        "0:v:0",
        "-vf",
        f"select=eq(n\\,{number})",
        "-frames:v",
        "1",
    ]
    raw = subprocess.run([*cut, "-f", "rawvideo", "-pix_fmt", "yuv420p", "-"], check=True, capture_output=True).stdout
    encoded = np.frombuffer(raw[: WIDTH * HEIGHT], np.uint8).reshape(HEIGHT, WIDTH)[slice(*WORDS)].astype(int)
    assert np.abs(encoded - seen(show, at_s, WORDS)).mean() < 3.0

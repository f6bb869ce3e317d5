"""riffusion, studio and producer: which field means what, and how their tasks are shown. (nuro has a file of its own.)"""

import json

import httpx
import pytest
import sqlalchemy as sa
from musicapi._types import StudioConfig, StudioCreateParams
from musicapi._utils import params_to_dict
from tests.server.finished import put_clip

from troubadour.brief import Request
from troubadour.edit import Cover, Instruct, Precede, Prolong, Replace, SwapSound, SwapVocals, Vary
from troubadour_server.request import producer, riffusion, studio
from troubadour_server.request.errors import Invalid
from troubadour_server.storage.blobs import Blobs
from troubadour_server.storage.database import clip
from troubadour_server.storage.songs import find_task
from troubadour_server.tasks.finish import Outcome, finish, report
from troubadour_server.tasks.order import Upload
from troubadour_server.tasks.webhooks import payload_of

LYRICS = "[Verse]\nHeadlights on the hill"
FUZZ = {"mv": "FUZZ-1.1 Pro", "custom_mode": True, "seed": 5}
PIECE = {
    "prompt": "late night jazz trio",
    "lyrics_type": "generate",
    "model_type": "studio32-v1.5",
    "config": {"mode": "regular"},
}


def read(family, **fields):
    return family.read_create(fields, "http://here", None)


# riffusion ----------------------------------------------------------------------------------------------------------------


def test_riffusion_makes_two_takes_of_lyrics_and_sound():
    order = read(
        riffusion,
        **FUZZ,
        lyrics=LYRICS,
        sound="dream pop",
        title=" Road ",
        vocal_variation=0.4,
        lyrics_strength=0.8,
        weirdness=0.2,
    )
    one, two = order.commands
    assert (one.lyrics, one.tags, one.title, one.seed, one.take, two.take) == (LYRICS, "dream pop", "Road", 5, 0, 1)
    assert (one.strengths.variation, one.strengths.words, one.weirdness) == (0.4, 0.8, 0.2)
    assert (order.price_item, order.wire["sound"]) == ("riffusion", "dream pop")


def test_riffusion_describes():
    one = read(
        riffusion, mv="FUZZ-1.0", custom_mode=False, prompt="upbeat surf rock about a lost dog", lyrics="ignored"
    ).commands[0]
    assert (one.text, one.lyrics) == ("upbeat surf rock about a lost dog", None)


@pytest.mark.parametrize(
    ("kind", "fields", "command"),
    [
        ("extend_music", {"lyrics": "[Bridge]\nDown", "continue_at": 10}, Prolong),
        ("cover_music", {"sound": "jazz", "strength": 0.9}, Cover),
        ("replace_music", {"replace_start_time": 3, "replace_end_time": 9}, Replace),
        ("swap_music_sound", {"sound": "rock", "cover_strength": 0.2}, SwapSound),
        ("swap_music_vocals", {"sound": "male vocals", "vocal_variation": 1}, SwapVocals),
    ],
)
def test_every_task_type_of_riffusion_is_a_command_on_its_source(kind, fields, command):
    order = read(riffusion, **FUZZ, task_type=kind, continue_clip_id="c1", **fields)
    assert [type(each) for each in order.commands] == [command, command]
    assert (order.sources, order.operation) == (("c1",), kind)


def test_riffusions_window_goes_by_every_name_that_it_had():
    for names in (("replace_start_time", "replace_end_time"), ("starts_at", "ends_at"), ("starts", "ends"), ("replace_start_at", "replace_end_at")):  # fmt: skip
        made = read(
            riffusion, **FUZZ, task_type="replace_music", continue_clip_id="c", **dict(zip(names, (3, 9), strict=True))
        ).commands[0]
        assert (made.start_s, made.end_s) == (3, 9)
    assert read(riffusion, **FUZZ, task_type="replace_music", continue_clip_id="c", starts_at=3).commands[0].end_s is None


def test_strength_is_how_much_is_made_anew():
    covers = [
        read(riffusion, **FUZZ, task_type="cover_music", continue_clip_id="c", strength=each).commands[0] for each in (0.0, 1.0)
    ]
    assert [cover.closeness for cover in covers] == [1.0, 0.0]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "lyrics is required"),
        ({"mv": "FUZZ-2.0", "lyrics": "la"}, "mv must be one of FUZZ-1.1 Pro"),
        ({"mv": "fuzz-1.0", "lyrics": "la"}, "mv must be one of"),
        ({"custom_mode": None}, "custom_mode is required"),
        ({"custom_mode": "true", "lyrics": "la"}, "custom_mode must be true or false"),
        ({"custom_mode": False}, "prompt is required"),
        ({"lyrics": "x" * 3001}, "lyrics has 3001 characters; it takes at most 3000"),
        ({"lyrics": "la", "sound": "x" * 201}, "sound has 201 characters; it takes at most 200"),
        ({"custom_mode": False, "prompt": "x" * 201}, "prompt has 201"),
        ({"lyrics": "la", "vocal_variation": 1.1}, "vocal_variation must be at most 1"),
        ({"task_type": "make_tea"}, "task_type must be one of create_music, extend_music"),
        ({"task_type": "cover_music"}, "continue_clip_id is required when task_type is cover_music"),
        ({"task_type": "extend_music", "lyrics": "la", "continue_clip_id": "c"}, "continue_at is required"),
        ({"task_type": "replace_music", "continue_clip_id": "c"}, "replace_start_time is required"),
        (
            {"task_type": "replace_music", "continue_clip_id": "c", "starts_at": 9, "ends_at": 3},
            "replace_end_time must be more",
        ),
    ],
)
def test_what_breaks_riffusions_rules_is_told(fields, said):
    with pytest.raises(Invalid, match=said):
        read(riffusion, **{**FUZZ, **fields})


# studio -------------------------------------------------------------------------------------------------------------------


def test_studio_reads_the_calls_of_its_public_programs():
    """As programs that were written for the vendor send them."""
    order = read(
        studio, prompt="synth pop", lyrics=LYRICS, lyrics_type="user", bypass_prompt_optimization=False, seed=-1, song_section_start=0,
        song_section_end=1, lyrics_placement_start=0, lyrics_placement_end=0.95, prompt_strength=0.5, clarity_strength=0.25,
        lyrics_strength=0.5, generation_quality=0.75, negative_prompt="", model_type="studio130-v1.5", config={"mode": "regular"},
    )  # fmt: skip
    one, two = order.commands
    assert (one.text, one.lyrics, one.duration_s, one.placement.words, one.placement.song) == (
        "synth pop",
        LYRICS,
        130,
        (0, 0.95),
        (0, 1),
    )
    assert (one.style_weight, one.strengths.clarity, one.strengths.words, one.strengths.finish) == (0.5, 0.25, 0.5, 0.75)
    assert (two.take, two.seed) == (1, one.seed)


def test_studios_modes_are_a_song_and_its_two_extensions():
    source = {"source": {"song_id": "s1"}}
    assert type(read(studio, **PIECE).commands[0]) is Request
    for mode, command in (("precede", Precede), ("continuation", Prolong)):
        order = read(studio, **{**PIECE, "config": {"mode": mode, **source}})
        assert (type(order.commands[0]), order.sources) == (command, ("s1",))
        assert order.commands[0].request.duration_s == 32


def test_studios_source_is_found_where_the_vendors_client_puts_it():
    params = StudioCreateParams(
        **{**PIECE, "config": StudioConfig("continuation", {"source": {"song_id": "s1"}})}, prompt_strength=0.5, clarity_strength=0.5,
        lyrics_strength=0.5, generation_quality=0.5,
    )  # fmt: skip
    assert read(studio, **params_to_dict(params)).sources == ("s1",)


def test_studio_needs_no_model_and_no_config():
    one = read(studio, prompt="late night jazz", lyrics_type="generate").commands[0]
    assert (type(one), one.duration_s) == (Request, 130)


def test_studio_sings_nothing_in_an_instrumental_and_takes_every_word_when_it_bypasses():
    assert read(studio, **{**PIECE, "lyrics_type": "instrumental"}).commands[0].instrumental
    literal = read(studio, **PIECE, bypass_prompt_optimization=True).commands[0]
    assert (literal.tags, literal.text) == (PIECE["prompt"], "")


def test_studios_seed_is_repeated_unless_it_is_any():
    assert read(studio, **PIECE, seed=7).commands[0].seed == 7
    assert read(studio, **PIECE, seed=-1).commands[0].seed != read(studio, **PIECE, seed=-1).commands[0].seed


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"prompt": None}, "prompt is required"),
        ({"prompt": " "}, "prompt is required"),
        ({"model_type": "studio64"}, "model_type must be one of 'studio130-v1.5' or 'studio32-v1.5'"),
        ({"lyrics_type": "hum"}, "lyrics_type must be one of"),
        ({"lyrics_type": "user"}, "lyrics is required when lyrics_type is user"),
        ({"config": {"mode": "sideways"}}, "config"),
        ({"config": {"mode": "precede"}}, "config.source.song_id is required when config.mode is precede"),
        ({"seed": -2}, "seed must be at least -1"),
        (
            {"lyrics_placement_start": 0.5, "lyrics_placement_end": 0.5},
            "lyrics_placement_end must be more than lyrics_placement_start",
        ),
        ({"clarity_strength": 2}, "clarity_strength must be at most 1"),
    ],
)
def test_what_breaks_studios_rules_is_told(fields, said):
    with pytest.raises(Invalid, match=said):
        read(studio, **{**PIECE, **fields})


# producer -----------------------------------------------------------------------------------------------------------------


def test_producer_makes_one_song_with_its_figures_exact():
    order = read(
        producer, sound="emotional pop", lyrics=LYRICS, bpm="104", length=60, seed="77", weirdness=0.5, sound_strength=0.6,
        instruction="make the drums harder", cover_url="https://example.org/c.jpg",
    )  # fmt: skip
    (one,) = order.commands
    assert (one.text, one.lyrics, one.bpm, one.duration_s, one.seed) == ("emotional pop", LYRICS, 104, 60, 77)
    assert (one.instruction, one.style_weight) == ("make the drums harder", 0.6)
    assert (order.wire["seed"], order.wire["mv"], order.wire["cover_url"]) == ("77", "FUZZ-2.0", "https://example.org/c.jpg")


def test_any_text_is_a_seed_and_always_the_same_one():
    one, again, other = (read(producer, sound="pop", seed=each).commands[0].seed for each in ("city-1", "city-1", "city-2"))
    assert one == again != other


@pytest.mark.parametrize(
    ("kind", "fields", "command"),
    [
        ("extend_music", {"sound": "strings", "starts_at": 45, "extend_s": 20}, Prolong),
        ("cover_music", {"sound": "folk", "cover_strength": 0.8}, Cover),
        ("replace_music", {"sound": "heavy riff", "starts": 3, "ends": 9}, Replace),
        ("replace_music", {"instruction": "make this part a quiet harp interlude", "starts_at": 3, "ends_at": 9}, Instruct),
        ("swap_music_vocals", {"sound": "male", "lyrics": LYRICS}, SwapVocals),
        ("swap_music_sound", {"sound": "pads"}, SwapSound),
        ("music_variation", {}, Vary),
        ("instruct_music", {"instruction": "drop the piano"}, Instruct),
    ],
)
def test_every_task_type_of_producer_is_a_command_on_its_source(kind, fields, command):
    order = read(producer, task_type=kind, clip_id="p1", mv="FUZZ-2.0", **fields)
    assert [type(each) for each in order.commands] == [command]
    assert order.sources == ("p1",)


def test_producers_times_begin_at_thirty_seconds_and_last_to_the_end():
    extended = read(producer, task_type="extend_music", clip_id="p", sound="x").commands[0]
    replaced = read(producer, task_type="replace_music", clip_id="p", sound="x").commands[0]
    assert (extended.at_s, replaced.start_s, replaced.end_s) == (30, 30, None)
    whole = read(producer, task_type="replace_music", clip_id="p", instruction="slower").commands[0]
    assert not whole.windowed


def test_an_uploads_address_becomes_a_task():
    order = producer.read_upload({"audio_url": "https://example.org/a.mp3"}, "http://here", None)
    assert (order.commands, order.operation) == ((Upload("https://example.org/a.mp3"),), "upload")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "sound or lyrics is required"),
        ({"sound": "x", "mv": "FUZZ-9"}, "mv must be one of FUZZ-2.0 Pro"),
        ({"sound": "x", "task_type": "make_tea"}, "task_type must be one of"),
        ({"sound": "x", "sound_strength": 0.1}, "sound_strength must be at least 0.2"),
        ({"sound": "x", "length": 241}, "length must be at most 240"),
        ({"sound": "x", "title": "t" * 81}, "title has 81 characters"),
        ({"task_type": "cover_music", "sound": "x"}, "clip_id is required when task_type is cover_music"),
        ({"task_type": "replace_music", "clip_id": "p", "starts_at": 9, "ends_at": 9}, "ends_at must be more than starts_at"),
        ({"task_type": "instruct_music", "clip_id": "p"}, "instruction is required"),
    ],
)
def test_what_breaks_producers_rules_is_told(fields, said):
    with pytest.raises(Invalid, match=said):
        read(producer, **fields)


@pytest.mark.parametrize("family", [riffusion, producer])
def test_upload_task_types_are_read_like_their_own_when_they_are_served(family, monkeypatch):
    for kind, own in family.OF_UPLOADS.items():
        assert family.TASKS[kind] is family.TASKS[own]


# Answers ------------------------------------------------------------------------------------------------------------------

FACTS = {"words": [{"text": "Headlights", "start_s": 1.0, "end_s": 1.5, "part": "vocals"}, {"text": "ooh", "start_s": 1.0, "end_s": 2.0, "part": "backing_vocals"}],
         "instruction": [{"said": "drop the piano", "done": "piano: left out, everywhere"}]}  # fmt: skip


@pytest.fixture
def client(address, new_account):
    owner, key = new_account("fay", credits=40)
    with httpx.Client(base_url=f"{address}/api/v1", timeout=30, headers={"authorization": f"Bearer {key}"}) as client:
        client.owner = owner
        yield client


def clips_of(database, task_id):
    with database.connect() as connection:
        return connection.execute(sa.select(clip.c.id).where(clip.c.task_id == task_id).order_by(clip.c.place)).scalars().all()


def end_all(database, settings, task_id):
    for id in clips_of(database, task_id):
        place = settings.data / "facts.json"
        place.write_text(json.dumps(FACTS))
        stored = vars(Blobs(settings.storage).put_file(f"songs/{task_id}/{id}/facts.json", place))
        facts = {"title": "Road", "tags": "pop", "lyrics": LYRICS, "duration_s": 32.0, "files": {"json": stored}}
        finish(database, id, Outcome(facts))


def credits_of(client):
    return client.get("/get-credits").json()["credits"]


def test_riffusions_songs_come_with_the_time_of_every_word(client, database, settings):
    task_id = client.post("/riffusion/create", json={**FUZZ, "lyrics": LYRICS, "sound": "dream pop"}).json()["task_id"]
    assert credits_of(client) == 28
    waiting = client.get(f"/riffusion/task/{task_id}")
    assert (waiting.status_code, waiting.json()["code"], waiting.json()["type"]) == (202, 202, "not_ready")
    end_all(database, settings, task_id)
    done = client.get(f"/riffusion/task/{task_id}").json()
    assert (done["code"], len(done["data"])) == (200, 2)
    first = done["data"][0]
    assert first["timestamp"] == {"words": [{"word": "Headlights", "start": 1.0, "end": 1.5}]}
    assert (first["video_url"], first["sound"], first["mv"], first["duration"]) == (None, "dream pop", "FUZZ-1.1 Pro", 32.0)


def test_studio_keeps_its_envelope(client, database, settings):
    made = client.post("/studio/create", json=PIECE).json()
    assert (made["code"], set(made)) == ("success", {"code", "message", "data"})
    assert credits_of(client) == 25
    waiting = client.get(f"/studio/task/{made['data']}")
    assert (waiting.status_code, waiting.json()["data"]["status"], waiting.json()["data"]["progress"]) == (
        202,
        "NOT_START",
        "0%",
    )
    report(database, clips_of(database, made["data"])[0], "stems", 0.5)
    assert client.get(f"/studio/task/{made['data']}").json()["data"]["progress"] == "25%"
    end_all(database, settings, made["data"])
    told = client.get(f"/studio/task/{made['data']}").json()["data"]
    assert (told["status"], told["progress"], told["action"], len(told["data"]["songs"])) == (
        "SUCCESS",
        "100%",
        "studio-generate",
        2,
    )
    assert told["finish_time"] >= told["submit_time"] > 1_700_000_000
    assert {"id", "tags", "title", "lyrics", "song_path", "image_path", "finished"} <= set(told["data"]["songs"][0])


def test_a_failed_piece_of_studio_says_why(client, database):
    made = client.post("/studio/create", json=PIECE).json()
    for id in clips_of(database, made["data"]):
        finish(database, id, Outcome(error_type="failed", error_message="no"))
    told = client.get(f"/studio/task/{made['data']}")
    assert (told.status_code, told.json()["data"]["status"], told.json()["data"]["fail_reason"]) == (200, "FAILURE", "no")
    assert (told.json()["type"], told.json()["error"]) == ("failed", "no")
    assert credits_of(client) == 40


def test_producers_song_is_an_m4a_and_says_what_was_understood(client, database, settings):
    answer = client.post("/producer/create", json={"sound": "pop", "instruction": "drop the piano", "seed": "abc"})
    task_id = answer.json()["task_id"]
    assert credits_of(client) == 28
    assert client.get(f"/producer/task/{task_id}").json()["status"] == "PENDING"
    end_all(database, settings, task_id)
    told = client.get(f"/producer/task/{task_id}").json()
    (song,) = told["data"]
    assert (told["code"], told["status"], song["seed"], song["instruction"]) == (200, "SUCCESS", "abc", "drop the piano")
    assert song["audio_url"].endswith(".m4a")
    assert song["wav_url"].endswith(".wav")
    assert song["understood"] == FACTS["instruction"]
    assert song["lyrics_timing_markers"]["words"][0]["word"] == "Headlights"


def test_a_download_is_a_task_and_is_paid_once(client, database, settings):
    clip_id, _ = put_clip(database, settings, client.owner)
    task = client.post("/producer/download", json={"clip_id": clip_id, "format": "mp3"}).json()
    assert set(task) == {"message", "task_id"}
    for _ in range(2):
        told = client.get(f"/producer/task/{task['task_id']}").json()
        assert told["data"][0]["audio_url"].endswith(".mp3")
        assert credits_of(client) == 38
    refused = client.post("/producer/download", json={"clip_id": clip_id, "format": "ogg"})
    assert (refused.status_code, refused.json()["message"]) == (400, "format must be one of 'mp3' or 'wav'")
    assert client.post("/producer/download", json={"clip_id": "none"}).status_code == 404
    assert client.get("/producer/task/form~none~mp3").status_code == 404
    assert client.get("/producer/task/none").json()["type"] == "not_found"


def test_producers_lyrics_are_there_at_once_and_under_their_task(client):
    made = client.post("/producer/lyrics-create", json={"prompt": "a lighthouse"}).json()
    assert len(made["data"]) == 2
    assert credits_of(client) == 39
    assert client.get(f"/producer/task/{made['task_id']}").json()["data"] == made["data"]


@pytest.mark.parametrize("path", ["/riffusion/task", "/studio/task/", "/producer/task"])
def test_a_forgotten_id_is_told(client, path):
    told = client.get(path)
    assert (told.status_code, told.json()["message"].startswith("the task id is missing")) == (400, True)


@pytest.mark.parametrize(
    ("path", "body", "keys"),
    [
        ("/riffusion/create", {**FUZZ, "lyrics": LYRICS}, {"clip_id", "timestamp", "sound"}),
        ("/producer/create", {"sound": "pop"}, {"clip_id", "audio_url", "seed", "wav_url"}),
        ("/studio/create", PIECE, {"id", "song_path"}),
    ],
)
def test_webhooks_tell_of_clips_as_their_family_shows_them(client, database, path, body, keys):
    answer = client.post(path, json={**body, "webhook_url": "https://example.org/x"}).json()
    with database.connect() as connection:
        task = find_task(connection, client.owner, answer.get("task_id") or answer["data"])
    family = path.split("/")[1]
    told = payload_of(task, family, "song.completed")
    assert (told["platform"], told["event"]) == (family, "song.completed")
    assert keys <= set(told["data"][0])

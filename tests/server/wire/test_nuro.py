"""nuro: its rules, its enumerations, its errors and its flat answers."""

import json

import httpx
import pytest
import sqlalchemy as sa

from troubadour.brief.read import read
from troubadour_server.request.errors import Invalid
from troubadour_server.request.nuro import GENDERS, SEGMENTS, TIMBRES, predicted, read_create, tables, values
from troubadour_server.storage.database import clip, delivery
from troubadour_server.tasks.finish import Outcome, finish, report
from troubadour_server.tasks.webhooks import announce_settled

LYRICS = "[Verse]\nMorning tram, empty seats\n[Chorus]\nCarry me over the river"
VOCAL = {"type": "vocal", "lyrics": LYRICS, "seed": 7}
BGM = {"type": "bgm", "description": "a calm start into the day", "seed": 7}
FORM = [{"name": "intro", "duration": 15}, {"name": "verse", "duration": 30}, {"name": "outro", "duration": 15}]


def request(**fields):
    (command,) = read_create(fields, "http://here", None).commands
    return command


# Reading ------------------------------------------------------------------------------------------------------------------


def test_a_song_is_sung_as_its_fields_say():
    wanted = request(**VOCAL, gender="Male", genre="Jazz", mood="Romantic", timbre="Husky", duration=120)
    assert (wanted.lyrics, wanted.voice, wanted.timbre, wanted.duration_s) == (LYRICS, "m", "husky", 120)
    assert "jazz" in wanted.tags
    assert "romantic" in wanted.tags


def test_what_is_not_sent_is_guessed_from_the_lyrics():
    sad = read_create({"lyrics": "[verse]\nTears and sorrow, broken goodbye\nI cry in the pain", "seed": 1}, "", None).wire
    assert (sad["mood"], sad["timbre"]) == ("Sorrow/Sad", "Husky")
    glad = read_create({"lyrics": "[verse]\nsmile in the sunshine, laughing and happy", "seed": 1}, "", None).wire
    assert glad["mood"] == "Happy"
    assert glad["gender"] in GENDERS
    guessed = predicted("la la la", 5, dict.fromkeys(("genre", "mood", "gender", "timbre")))
    assert guessed == predicted("la la la", 5, dict.fromkeys(("genre", "mood", "gender", "timbre")))


def test_the_older_generation_sends_no_type():
    assert request(lyrics=LYRICS).lyrics == LYRICS
    assert request(description="rain").instrumental


def test_background_music_has_sixty_seconds_and_its_chosen_words():
    wanted = request(**BGM, genre=["corporate", "upbeat"], mood=["positive"], instrument=["piano"], theme=["love"])
    assert (wanted.duration_s, wanted.instrumental, wanted.text) == (60, True, BGM["description"])
    brief = read(wanted)
    assert "grand_piano" in brief.instruments
    assert brief.styles[0][0] == "pop"


def test_a_value_may_stand_alone_and_be_written_in_any_case():
    assert request(**BGM, genre="Pop").tags == request(**BGM, genre=["pop"]).tags
    assert request(**{**VOCAL, "genre": ["pop"]}).tags == request(**{**VOCAL, "genre": "Pop"}).tags
    assert request(**BGM, scenario=["holiday"]).tags == request(**BGM, theme=["holiday"]).tags


def test_calls_of_public_programs_are_read():
    """As programs that were written for the vendor send them."""
    assert request(
        type="vocal", lyrics=LYRICS, genre="Hip Hop/Rap", mood="Sentimental/Melancholic/Lonely", duration=120
    ).duration_s == 120  # fmt: skip
    assert request(
        type="bgm", description="Energetic Hip-Hop instrumental music", genre=["hip hop"], mood=["energetic"], duration=60, version="v2.0"
    ).duration_s == 60  # fmt: skip
    assert request(type="bgm", version="v2.0", description="a quiet scene " * 14, duration=120).duration_s == 120
    assert request(
        type="bgm", version="v1.0", description="game battle", genre=["video game", "electronic", "epic", "cinematic"],
        mood=["powerful", "energetic", "intense", "aggressive"], instrument=["drums", "synth", "brass", "strings"],
        theme=["achievement", "fantasy", "drama"], duration=35,
    ).duration_s == 35  # fmt: skip


def test_segments_make_the_form_and_may_repeat_their_sum_as_duration():
    for more in ({}, {"duration": 60}):
        wanted = request(**BGM, version="v2.0", segments=FORM, **more)
        assert [(each.name, each.duration_s) for each in wanted.segments] == [("intro", 15), ("verse", 30), ("outro", 15)]
        assert wanted.duration_s is None


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "type must be vocal or bgm"),
        ({"type": "song"}, "type must be one of"),
        ({"type": "vocal"}, "lyrics is required"),
        ({"type": "vocal", "lyrics": "x" * 2001}, "lyrics has 2001 characters; it takes at most 2000"),
        ({"type": "vocal", "lyrics": "مرحبا يا مدينتي"}, "language not supported: .* Arabic letters"),
        ({"type": "vocal", "lyrics": "привет, мой город"}, "language not supported: .* Cyrillic letters"),
        ({**VOCAL, "duration": 29}, "duration must be between 30 and 240 seconds for vocal songs"),
        ({**VOCAL, "duration": 241}, "between 30 and 240"),
        ({**VOCAL, "duration": "long"}, "duration must be a whole number"),
        ({**VOCAL, "genre": "Polka"}, "genre must be one of Folk, Pop, Rock"),
        ({**VOCAL, "genre": ["Pop", "Rock"]}, "genre must be one of"),
        ({**VOCAL, "mood": "Grim"}, "mood must be one of Happy"),
        ({**VOCAL, "gender": "X"}, "gender must be one of Female, Male"),
        ({**VOCAL, "timbre": "Loud"}, "timbre must be one of Warm"),
        ({"type": "bgm"}, "description is required"),
        ({**BGM, "version": "v3.0"}, "version must be one of"),
        ({**BGM, "version": "v2.0", "description": "x" * 201}, "description has 201 characters; v2.0 takes at most 200"),
        ({**BGM, "duration": 61}, "between 1 and 60 seconds for bgm v1.0"),
        ({**BGM, "duration": 0}, "between 1 and 60"),
        ({**BGM, "version": "v2.0", "duration": 29}, "between 30 and 120 seconds for bgm v2.0"),
        ({**BGM, "genre": ["pop"] * 6}, "genre takes at most 5 values"),
        ({**BGM, "genre": ["polka"]}, "genre must be one of corporate"),
        ({**BGM, "instrument": ["kazoo"]}, "instrument must be one of piano"),
        ({**BGM, "theme": ["tea"]}, "theme must be one of inspirational"),
        ({**BGM, "segments": FORM}, "segments are taken by version v2.0 only"),
        ({**BGM, "version": "v2.0", "segments": [{"name": "coda", "duration": 30}]}, "segments"),
        ({**BGM, "version": "v2.0", "segments": [{"name": "intro", "duration": 4}]}, "segments"),
        ({**BGM, "version": "v2.0", "segments": [{"name": "intro", "duration": 29}]}, "at least 30 seconds"),
        ({**BGM, "version": "v2.0", "segments": FORM[:1] + FORM[2:1] + [{"name": "outro", "duration": 14}]}, "29 seconds together"),
        ({**BGM, "version": "v2.0", "segments": [*FORM, *FORM, {"name": "inst", "duration": 5}]}, "125 seconds together"),
        ({**BGM, "version": "v2.0", "segments": FORM, "duration": 61}, "but duration is 61"),
    ],
)  # fmt: skip
def test_what_breaks_a_rule_is_told(body, said):
    with pytest.raises(Invalid, match=said):
        request(**body)


def test_there_is_no_lower_limit_on_lyrics():
    assert request(type="vocal", lyrics="la").lyrics == "la"


def test_chinese_lyrics_are_sung_character_by_character_and_the_accent_is_said():
    brief = read(request(type="vocal", lyrics="[verse]\n你好世界\n[chorus]\n我爱你", seed=3))
    assert [line.syllable_count for stanza in brief.lyrics.stanzas for line in stanza.lines] == [4, 3]
    assert any("Mandarin with an English accent" in effect.effect for effect in brief.effects)
    assert read_create({"lyrics": "你好世界", "seed": 3}, "", None).wire["genre"] in ("Chinese Style", "Pop", "GuFeng Music")


# The enumerations ---------------------------------------------------------------------------------------------------------

ENUMERATIONS = [("vocal", "genre", 23), ("vocal", "mood", 13), ("bgm", "genre", 47), ("bgm", "mood", 52), ("bgm", "instrument", 25), ("bgm", "theme", 28)]  # fmt: skip


def meant(tags):
    """What the musician understands of style words, beside a plain song."""
    return read(request(**BGM).__class__(tags=f"pop, {tags}" if "pop" not in tags else tags, instrumental=True, seed=3))


@pytest.mark.parametrize(("kind", "field", "count"), ENUMERATIONS)
def test_every_value_of_an_enumeration_is_understood_and_means_something_of_its_own(kind, field, count):
    assert len(values(kind, field)) == count
    briefs = {}
    for value, tags in tables()[kind][field].items():
        brief = meant(tags)
        unknown = [
            each.word for each in brief.effects if "nothing that changes" in each.effect or each.effect.startswith("unknown")
        ]
        assert not unknown, value
        asked = (brief.styles, brief.moods, brief.energy, brief.brightness, brief.instruments, brief.mode, brief.metre,
                 brief.tempo_range_bpm, brief.singing)  # fmt: skip
        assert asked not in briefs, f"{value} is like {briefs.get(asked)}"
        briefs[asked] = value


def test_every_timbre_and_gender_asks_for_a_voice_of_its_own():
    assert len({request(**VOCAL, timbre=name).timbre for name in values("vocal", "timbre")}) == len(TIMBRES) == 9
    assert {request(**VOCAL, gender=name).voice for name in GENDERS} == {"f", "m"}


def test_every_segment_has_a_name_of_the_reference():
    assert SEGMENTS == ("intro", "verse", "chorus", "inst", "bridge", "outro")


# Answers ------------------------------------------------------------------------------------------------------------------

FLAT = {"task_id", "status", "progress", "audio_url", "lyrics", "duration", "genre", "mood", "gender", "timbre"}
GOOD = Outcome({"title": "Tram", "tags": "", "lyrics": LYRICS, "duration_s": 118.43, "files": {}})


@pytest.fixture
def client(address, new_account):
    owner, key = new_account("nora", credits=40)
    with httpx.Client(base_url=f"{address}/api/v1", timeout=30, headers={"authorization": f"Bearer {key}"}) as client:
        client.owner = owner
        yield client


def submit(client, **body):
    answer = client.post("/nuro/create", json=body)
    assert answer.status_code == 200, answer.text
    assert set(answer.json()) == {"message", "task_id"}
    return answer.json()["task_id"]


def clips_of(database, task_id):
    with database.connect() as connection:
        return connection.execute(sa.select(clip.c.id).where(clip.c.task_id == task_id)).scalars().all()


def test_a_task_is_a_flat_object_whose_progress_moves(client, database):
    task_id = submit(client, **VOCAL, genre="Pop", mood="Romantic", gender="Female", timbre="Warm")
    (clip_id,) = clips_of(database, task_id)
    seen = []
    for done in (None, 0.2, 0.7):
        if done:
            report(database, clip_id, "stems", done)
        answer = client.get(f"/nuro/task/{task_id}")
        assert answer.status_code == 202
        assert not FLAT - set(answer.json())
        assert (answer.json()["duration"], answer.json()["genre"], answer.json()["audio_url"]) == (0, "", "")
        seen.append(answer.json()["progress"])
    assert seen == [0, 20, 70]
    finish(database, clip_id, GOOD)
    done = client.get(f"/nuro/task/{task_id}")
    assert done.status_code == 200
    assert (
        done.json() | {"lyrics": LYRICS.lower().replace("morning tram", "Morning tram").replace("carry", "Carry")}
        == done.json()
    )
    assert {name: done.json()[name] for name in ("status", "progress", "duration", "genre", "mood", "gender", "timbre")} == {
        "status": "succeeded", "progress": 100, "duration": 118.43, "genre": "Pop", "mood": "Romantic", "gender": "Female", "timbre": "Warm",
    }  # fmt: skip
    assert done.json()["audio_url"].endswith(".wav")


def test_a_song_costs_ten_credits_and_a_failure_nothing(client, database):
    task_id = submit(client, **VOCAL)
    assert client.get("/get-credits").json()["credits"] == 30
    finish(database, clips_of(database, task_id)[0], Outcome(error_type="failed", error_message="no"))
    told = client.get(f"/nuro/task/{task_id}")
    assert told.status_code == 200
    assert {name: told.json()[name] for name in ("status", "type", "message", "refund_processed")} == {
        "status": "failed", "type": "api_error", "message": "no", "refund_processed": True,
    }  # fmt: skip
    assert client.get("/get-credits").json()["credits"] == 40


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "kind"),
    [
        ("POST", "/nuro/create", {"type": "bgm"}, 400, "bad_request"),
        ("POST", "/nuro/create", {"type": "vocal", "lyrics": "unsingable"}, 400, "bad_request"),
        ("GET", "/nuro/task/none", None, 404, "not_found"),
        ("GET", "/nuro/task/", None, 400, "bad_request"),
        ("GET", "/nuro/create", None, 405, "bad_request"),
        ("GET", "/nuro/nowhere", None, 404, "not_found"),
    ],
)
def test_errors_have_nuros_words_and_say_that_nothing_was_taken(client, method, path, body, status, kind):
    told = client.request(method, path, json=body)
    answer = told.json()
    assert (told.status_code, answer["type"], answer["code"], answer["refund_processed"]) == (status, kind, status, False)
    assert answer["message"] == answer["error"]


def test_strangers_and_the_poor_are_told_in_nuros_words(client, new_account):
    stranger = client.get("/nuro/task/x", headers={"authorization": "Bearer no"})
    assert (stranger.status_code, stranger.json()["type"]) == (401, "unauthorized")
    _, key = new_account("poor", credits=9)
    poor = client.post("/nuro/create", json=VOCAL, headers={"authorization": f"Bearer {key}"})
    assert (poor.status_code, poor.json()["type"], poor.json()["refund_processed"]) == (403, "forbidden", False)


def test_webhooks_tell_of_a_task_as_a_flat_object(client, database):
    task_id = submit(client, **BGM, theme=["love"], instrument=["piano"], webhook_url="https://example.org/x")
    finish(database, clips_of(database, task_id)[0], GOOD)
    with database.begin() as connection:
        announce_settled(connection, task_id)
        row = connection.execute(sa.select(delivery).where(delivery.c.task_id == task_id)).mappings().one()
    told = json.loads(row["payload"])
    assert (told["event"], told["platform"], told["status"], told["prompt"]) == (
        "song.completed",
        "nuro",
        "succeeded",
        BGM["description"],
    )
    assert (told["theme"], told["instrument"]) == (["love"], ["piano"])
    assert not FLAT - set(told)

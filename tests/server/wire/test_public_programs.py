"""Programs that others wrote for this wire: what they send is taken, and their own ways of reading the answers find the song.

Each row stands for a public program: its call as it sends it, how it finds the task's id, and how it finds the finished song's address
(nothing before it is there).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from troubadour_server.storage.database import clip
from troubadour_server.tasks.finish import Outcome, finish, report

LYRICS = "[verse]\nMorning tram, empty seats\n[chorus]\nCarry me over the river"
FOUR = {"prompt_strength": 0.5, "clarity_strength": 0.25, "lyrics_strength": 0.5, "generation_quality": 0.75}


@dataclass(frozen=True)
class Program:
    """A public program. `song` reads an answer's status and body."""

    create: str
    body: dict[str, Any]
    poll: str
    song: Callable[[int, Any], Any]
    task: Callable[[Any], str] = lambda told: told["task_id"]


def by_path(status, told):
    """A web form: progress first, then the first song's path."""
    if told.get("code") == "success" and told["data"]["progress"] == "100%":
        return told["data"]["data"]["songs"][0]["song_path"]
    return None


def first_path_or_later(status, told):
    """Looks at the first song whatever the state is: a song that is not there has an empty path."""
    return told.get("data", {}).get("data", {}).get("songs", [{}])[0].get("song_path") or None


def either_path(status, told):
    """Waits until one of two songs has a path."""
    one, two = told["data"]["data"]["songs"]
    return one["song_path"] or two["song_path"] or None


def flat_when_ok(status, told):
    """A bot: anything but 200 is no answer; `status` is taken for a `state`."""
    return told["audio_url"] if status == 200 and told["status"] == "succeeded" else None


def flat_when_there(status, told):
    """An address is enough."""
    return told["audio_url"] if told.get("status") == "succeeded" or told.get("audio_url") else None


def upper_case(status, told):
    """A backend of three providers: SUCCESS, and the first clip's address."""
    if told.get("status") == "SUCCESS":
        return told["data"][0]["audio_url"]
    assert told.get("status") in ("PENDING", "RUNNING")
    return None


def code_and_state(status, told):
    """A typed client: `code` 200, and the state of the first song."""
    return told["data"][0]["audio_url"] if told.get("code") == 200 and told["data"][0]["state"] == "succeeded" else None


def any_address(status, told):
    """A questionnaire: data[0].audio_url, else whatever looks like an address anywhere in the answer."""
    first = (told.get("data") or [{}])[0]
    if first.get("audio_url"):
        return first["audio_url"]
    found = [text for text in _texts(told) if re.match("https?://", text)]
    return found[0] if found else None


def _texts(value):
    if isinstance(value, str):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(each)


def every_clip(status, told):
    """A Java service: `not_ready` means wait; then every clip must be final."""
    if told.get("type") == "not_ready" or not told.get("data"):
        return None
    assert all(each["state"] in ("succeeded", "failed") for each in told["data"])
    return next(each["audio_url"] for each in told["data"] if each["state"] == "succeeded")


def both_states(status, told):
    """A shell script with jq: both variants must have succeeded."""
    data = told["data"]
    return data[0]["audio_url"] if data[0]["state"] == data[1]["state"] == "succeeded" else None


def state_of_first(status, told):
    """A backend that knows no 202: the first clip's state says it."""
    clips = told["data"] if isinstance(told.get("data"), list) else []
    if not clips or clips[0]["state"] != "succeeded":
        return None
    return next(each["audio_url"] for each in clips if each["state"] == "succeeded")


def studio_id(told):
    assert told["code"] == "success"
    return told["data"]


PROGRAMS = {
    "studio: web form with lyrics": Program("/studio/create", {
        "prompt": "synth pop", "lyrics": LYRICS, "lyrics_type": "user", "bypass_prompt_optimization": False, "seed": -1, "song_section_start": 0,
        "song_section_end": 1, "lyrics_placement_start": 0, "lyrics_placement_end": 0.95, **FOUR, "negative_prompt": "",
        "model_type": "studio130-v1.5", "config": {"mode": "regular"}}, "/studio/task", by_path, studio_id),
    "studio: web form without lyrics": Program("/studio/create", {
        "prompt": "a song about rain", "lyrics_type": "generate", "bypass_prompt_optimization": False, "seed": -1, **FOUR, "negative_prompt": "",
        "model_type": "studio32-v1.5", "config": {"mode": "regular"}}, "/studio/task", first_path_or_later, studio_id),
    "studio: site with a library of songs": Program("/studio/create", {
        "prompt": 'Generate a song with the description "a lost dog" and genre "pop" and word count "80"', "lyrics_type": "generate",
        "bypass_prompt_optimization": False, "seed": -1, **FOUR, "negative_prompt": "", "model_type": "studio32-v1.5",
        "config": {"mode": "regular"}}, "/studio/task", either_path, lambda told: told["data"]),
    "studio: proxy that sends two fields": Program(
        "/studio/create", {"prompt": "late night jazz", "lyrics_type": "generate"}, "/studio/task", by_path, studio_id),
    "nuro: song-writing bot": Program("/nuro/create", {
        "lyrics": LYRICS, "mv": "sonic-v4", "gender": "Female", "genre": "Pop", "mood": "Happy", "duration": 60}, "/nuro/task", flat_when_ok),
    "nuro: typed client, vocal": Program("/nuro/create", {
        "type": "vocal", "lyrics": LYRICS, "genre": "Pop", "mood": "Dynamic/Energetic", "gender": "Female", "timbre": "Sweet_AUDIO_TIMBRE",
        "duration": 180}, "/nuro/task", flat_when_ok),
    "nuro: typed client, classic background": Program("/nuro/create", {
        "type": "bgm", "version": "v1.0", "description": "Upbeat corporate background music", "duration": 45, "genre": ["corporate", "upbeat"],
        "mood": ["positive", "energetic"], "instrument": ["piano", "guitar"], "theme": ["motivational"]}, "/nuro/task", flat_when_ok),
    "nuro: typed client, segments": Program("/nuro/create", {
        "type": "bgm", "version": "v2.0", "description": "Cinematic trailer music", "segments": [
            {"name": "intro", "duration": 15}, {"name": "verse", "duration": 30}, {"name": "chorus", "duration": 45}, {"name": "outro", "duration": 10}]},
        "/nuro/task", flat_when_ok),
    "nuro: backend of three providers": Program("/nuro/create", {
        "type": "bgm", "description": "Energetic Hip-Hop instrumental music", "genre": ["hip hop"], "mood": ["energetic"], "duration": 60,
        "version": "v2.0"}, "/nuro/task", flat_when_there),
    "producer: backend of three providers": Program("/producer/create", {
        "task_type": "create_music", "sound": "Energetic Hip-Hop music", "mv": "FUZZ-2.0", "title": "Energetic Hip-Hop",
        "make_instrumental": True}, "/producer/task", upper_case),
    "producer: typed client": Program("/producer/create", {
        "task_type": "create_music", "mv": "FUZZ-2.0 Pro", "sound": "emotional pop with gentle piano", "lyrics": LYRICS, "title": "City Dreams",
        "seed": "42", "lyrics_strength": 0.5, "sound_strength": 0.5, "weirdness": 0.5}, "/producer/task", code_and_state),
    "producer: questionnaire in a shopping centre": Program("/producer/create", {
        "task_type": "create_music", "mv": "FUZZ-2.0 Pro", "sound": "emotional pop with gentle piano, warm synths", "lyrics_strength": 0.5,
        "sound_strength": 0.5, "make_instrumental": False, "title": "Back to You", "lyrics": LYRICS}, "/producer/task", any_address),
    "producer: video workshop": Program("/producer/create", {
        "task_type": "create_music", "sound": "calm piano", "make_instrumental": True, "mv": "FUZZ-2.0"}, "/producer/task", upper_case),
    "sonic: describes in prompt": Program("/sonic/create", {
        "custom_mode": False, "mv": "sonic-v5", "prompt": "a slow piano waltz about winter trains"}, "/sonic/task", every_clip),
    "sonic: writes its own lyrics from a description": Program("/sonic/create", {
        "task_type": "create_music", "custom_mode": True, "auto_lyrics": True, "mv": "sonic-v4-5", "title": "Energetic Track", "tags": "hip hop",
        "prompt": "a night drive through the city"}, "/sonic/task", state_of_first),
    "sonic: shell script": Program("/sonic/create", {
        "custom_mode": True, "mv": "sonic-v5", "prompt": LYRICS, "title": "Tram", "tags": "folk", "negative_tags": "metal", "style_weight": 0.8,
        "weirdness_constraint": 0.5, "gpt_description_prompt": "production description", "make_instrumental": False}, "/sonic/task", both_states),
}  # fmt: skip


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_public_program_runs_unchanged(name, address, database, new_account):
    program = PROGRAMS[name]
    _, key = new_account("stranger", credits=100)
    with httpx.Client(base_url=f"{address}/api/v1", timeout=30, headers={"authorization": f"Bearer {key}"}) as client:
        created = client.post(program.create, json=program.body)
        assert created.status_code == 200, created.text
        task_id = program.task(created.json())

        def poll():
            answer = client.get(f"{program.poll}/{task_id}")
            return program.song(answer.status_code, answer.json())

        assert poll() is None
        clips = clips_of(database, task_id)
        report(database, clips[0], "stems", 0.5)
        assert poll() is None
        for id in clips:
            finish(
                database, id, Outcome({"title": "Tram", "tags": "pop", "lyrics": LYRICS, "duration_s": 32.0, "files": FILES})
            )
        assert re.match(r"http://.*\.(mp3|wav|m4a)$", poll())


FILES = {"mp3": {"key": "songs/tram.mp3", "name": "tram.mp3", "content_type": "audio/mpeg", "bytes": 3, "sha256": "0" * 64}}


def clips_of(database, task_id):
    with database.connect() as connection:
        return connection.execute(sa.select(clip.c.id).where(clip.c.task_id == task_id).order_by(clip.c.place)).scalars().all()

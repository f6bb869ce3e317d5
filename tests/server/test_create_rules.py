import pytest

from troubadour_server.request.errors import Invalid
from troubadour_server.request.limits import MODELS
from troubadour_server.request.orders import read_create, read_mashup, read_sample

CUSTOM = {"custom_mode": True, "mv": "sonic-v5", "prompt": "[Verse]\nhello there"}
DESCRIBED = {"custom_mode": False, "mv": "sonic-v5", "gpt_description_prompt": "a waltz"}


def read(**fields):
    return read_create(fields, "http://here", None)


def test_two_different_takes_of_one_seed_are_ordered():
    one, two = read(**CUSTOM).commands
    assert (one.take, two.take) == (0, 1)
    assert one.seed == two.seed


def test_custom_mode_sings_the_prompt():
    request = read(**CUSTOM, tags="folk", title=" Hi ", vocal_gender="f", duration=30, seed=5).commands[0]
    assert (request.lyrics, request.text, request.tags, request.title) == (CUSTOM["prompt"], "", "folk", "Hi")
    assert (request.voice, request.duration_s, request.seed) == ("f", 30, 5)


def test_the_lyrics_language_is_read_and_the_nearest_voice_only_if_it_will_do():
    assert read(**CUSTOM, language="es").commands[0].language == "es"
    assert not read(**CUSTOM, language="sv").commands[0].nearest_voice
    assert read(**CUSTOM, language="sv", nearest_voice=True).commands[0].nearest_voice


def test_description_mode_writes_the_words():
    request = read(**DESCRIBED).commands[0]
    assert (request.text, request.lyrics, request.instrumental) == ("a waltz", None, False)


def test_lyrics_are_read_beside_prompt_which_wins():
    assert read(custom_mode=True, mv="sonic-v5", lyrics="la").commands[0].lyrics == "la"
    assert read(**CUSTOM, lyrics="la").commands[0].lyrics == CUSTOM["prompt"]


def test_an_instrumental_needs_no_prompt():
    request = read(custom_mode=True, mv="sonic-v5", make_instrumental=True, tags="jazz").commands[0]
    assert request.instrumental
    assert request.lyrics is None


def test_auto_lyrics_takes_the_prompt_as_a_description():
    request = read(**{**CUSTOM, "prompt": "about the sea"}, auto_lyrics=True).commands[0]
    assert (request.text, request.lyrics) == ("about the sea", None)


def test_fields_of_another_mode_are_ignored_whatever_they_hold():
    assert read(**CUSTOM, gpt_description_prompt=17).commands[0].text == ""
    assert read(**DESCRIBED, prompt=[], lyrics={}).commands[0].lyrics is None
    assert read(**CUSTOM, gpt_description_prompt="x" * 9999)


def test_harmless_spellings_of_numbers_are_read():
    request = read(**CUSTOM, duration=30.0, seed="12", bpm="90", style_weight="0.5").commands[0]
    assert (request.duration_s, request.seed, request.bpm, request.style_weight) == (30, 12, 90.0, 0.5)


@pytest.mark.parametrize("value", ["20", True, 20.5, [20], {"s": 20}, 9, 361, "", 2**70])
def test_a_length_is_a_whole_number_of_seconds_within_its_bounds(value):
    with pytest.raises(Invalid, match=r"^duration must be (a whole number|a number|at least 10|at most 360)$"):
        read(**CUSTOM, duration=value)


def test_null_is_as_good_as_absent():
    assert read(**CUSTOM, title=None, duration=None, task_type=None).commands[0].duration_s is None


def test_unknown_fields_are_left_alone():
    assert read(**CUSTOM, wishes={"any": "thing"}, continue_at="soon")


@pytest.mark.parametrize("mv", MODELS)
def test_each_model_takes_its_longest_texts_and_not_one_character_more(mv):
    limits = MODELS[mv]
    longest = {"prompt": limits.prompt, "tags": limits.tags, "negative_tags": limits.tags, "title": limits.title}
    for field, length in longest.items():
        assert read(**{**CUSTOM, "mv": mv, field: "x" * length})
        with pytest.raises(Invalid, match=field):
            read(**{**CUSTOM, "mv": mv, field: "x" * (length + 1)})
    with pytest.raises(Invalid, match="gpt_description_prompt"):
        read(**{**DESCRIBED, "mv": mv, "gpt_description_prompt": "x" * (limits.description + 1)})


def test_the_models_of_2025_refuse_n_characters_or_more():
    for field, length in {"prompt": 3000, "tags": 200, "title": 80}.items():
        with pytest.raises(Invalid, match=field):
            read(**{**CUSTOM, "mv": "sonic-v4", field: "x" * length})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"mv": "sonic-v9"}, "mv must be one of sonic-v3-5"),
        ({"mv": "sonic-v4-5-all"}, "mv must be one of"),
        ({"mv": "chirp-v9"}, "mv must be one of"),
        ({"mv": None}, "mv is required"),
        ({"mv": 4}, "mv must be text"),
        ({"custom_mode": None}, "custom_mode is required"),
        ({"custom_mode": "true"}, "custom_mode must be true or false"),
        ({"custom_mode": 1}, "custom_mode must be true or false"),
        ({"make_instrumental": "no"}, "make_instrumental must be true or false"),
        ({"use_suno_cdn": "no"}, "use_suno_cdn must be true or false"),
        ({"prompt": None}, "prompt .* is required"),
        ({"prompt": " \n "}, "prompt .* is required"),
        ({"prompt": 5}, "prompt must be text"),
        ({"title": 5}, "title must be text"),
        ({"tags": ["rock"]}, "tags must be text"),
        ({"style_weight": 1.01}, "style_weight must be at most 1"),
        ({"weirdness_constraint": -0.01}, "weirdness_constraint must be at least 0"),
        ({"style_weight": True}, "style_weight"),
        ({"style_weight": float("inf")}, "style_weight must be a finite number"),
        ({"vocal_gender": "x"}, "vocal_gender must be one of"),
        ({"duration": 9}, "duration must be at least 10"),
        ({"duration": 361}, "duration must be at most 360"),
        ({"duration": 30.5}, "duration must be a whole number"),
        ({"duration": "long"}, "duration must be a whole number"),
        ({"seed": -1}, "seed must be at least 0"),
        ({"seed": 2**63}, "seed must be less than"),
        ({"seed": "9" * 5000}, "seed"),
        ({"bpm": 0}, "bpm must be at least"),
        ({"task_type": "sing"}, "task_type must be one of create_music"),
        ({"task_type": 3}, "task_type must be one of"),
        ({"task_type": "persona_music"}, "persona_id is required"),
        ({"task_type": "extend_music"}, "continue_at is required when task_type is extend_music"),
        ({"task_type": "extend_music", "continue_at": 3}, "continue_clip_id is required when task_type is extend_music"),
        ({"task_type": "concat_music"}, "continue_clip_id is required when task_type is concat_music"),
        ({"task_type": "remaster", "continue_clip_id": "x", "duration": 30}, "duration is not taken by remaster"),
    ],
    ids=str,
)
def test_what_breaks_a_rule_is_refused_by_name(changes, said):
    with pytest.raises(Invalid, match=said):
        read(**{**CUSTOM, **changes})


def test_description_mode_needs_a_description_which_may_stand_in_prompt():
    with pytest.raises(Invalid, match="gpt_description_prompt is required"):
        read(custom_mode=False, mv="sonic-v5")
    assert read(custom_mode=False, mv="sonic-v5", prompt="a waltz").commands[0].text == "a waltz"
    assert read(**DESCRIBED, prompt="words").commands[0].text == DESCRIBED["gpt_description_prompt"]


def test_an_extension_names_its_source_and_where_it_goes_on():
    order = read(**CUSTOM, task_type="extend_music", continue_clip_id="c", continue_at=92)
    assert (order.operation, order.sources, order.price_item) == ("extend_music", ("c",), "create")
    assert [(command.at_s, command.request.take) for command in order.commands] == [(92.0, 0), (92.0, 1)]


def test_a_concat_needs_its_clip_and_nothing_else():
    order = read(task_type="concat_music", continue_clip_id="c")
    assert (order.price_item, order.sources, len(order.commands)) == ("concat", ("c",), 1)


def test_a_model_may_be_called_as_sister_services_call_it():
    assert read(**{**CUSTOM, "mv": "chirp-v5"}).wire["mv"] == "chirp-v5"
    with pytest.raises(Invalid, match="title has 80 characters; chirp-v4 takes at most 79"):
        read(**{**CUSTOM, "mv": "chirp-v4"}, title="x" * 80)


REARRANGED = {"mashup_clip_ids": ["one", "two"], "sample_clip_id": "one"}


@pytest.mark.parametrize("reader", [read_mashup, read_sample])
def test_a_sample_and_a_mash_up_take_one_model_more_and_no_duration(reader):
    assert reader({**CUSTOM, **REARRANGED, "mv": "sonic-v4-5-all"}, "http://here", None).wire["mv"] == "sonic-v4-5-all"
    with pytest.raises(Invalid, match="duration is not taken by"):
        reader({**CUSTOM, **REARRANGED, "duration": 30}, "http://here", None)

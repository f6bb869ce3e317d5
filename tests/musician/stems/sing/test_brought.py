"""Voices that a user drops into a folder: found, described, sung."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from sung_scores import line, song

from troubadour.errors import BadRequest
from troubadour.stems.sing import sing, singer, spoken
from troubadour.stems.sing.folder import brought
from troubadour.stems.sing.seams import Speech
from troubadour.stems.sing.voices import HOUSE, VOICES, choose

RATE_HZ, HOP = 22_050, 256


def saved(path: Path, nodes: list, inputs: list, outputs: list, constants: dict, told: dict | None = None) -> None:
    weights = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    model = helper.make_model(
        helper.make_graph(nodes, "tiny", inputs, outputs, weights), opset_imports=[helper.make_opsetid("", 17)], ir_version=8
    )
    helper.set_model_props(model, told or {})
    onnx.save(model, path)


def tiny_piper(folder: Path, name: str = "mia") -> None:
    """Says every phone as five hums of 172 Hz."""
    hum = np.sin(2 * np.pi * 2 * np.arange(HOP) / HOP).astype(np.float32).reshape(1, 1, HOP) * 0.3
    nodes = [
        helper.make_node("Cast", ["input"], ["numbers"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["numbers", "zero"], ["nothing"]),
        helper.make_node("Add", ["nothing", "some"], ["wanted"]),
        helper.make_node("Ceil", ["wanted"], ["held"]),
        helper.make_node("ReduceSum", ["held"], ["total"], keepdims=0),
        helper.make_node("Cast", ["total"], ["count"], to=TensorProto.INT64),
        helper.make_node("Reshape", ["count", "one"], ["times"]),
        helper.make_node("Concat", ["ones", "times"], ["shape"], axis=0),
        helper.make_node("Tile", ["hum", "shape"], ["output"]),
    ]
    inputs = [
        helper.make_tensor_value_info("input", TensorProto.INT64, [1, "L"]),
        helper.make_tensor_value_info("input_lengths", TensorProto.INT64, [1]),
        helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3]),
    ]
    constants = {
        "zero": np.float32(0), "some": np.float32(4.5), "one": np.array([1]), "ones": np.array([1, 1]), "hum": hum,
    }  # fmt: skip
    saved(folder / f"{name}.onnx", nodes, inputs, [helper.make_tensor_value_info("output", TensorProto.FLOAT, None)], constants)
    numbers = {sign: [i] for i, sign in enumerate("_^$əaeiouɪɑmnlhdt")}
    (folder / f"{name}.onnx.json").write_text(json.dumps({"phoneme_id_map": numbers, "audio": {"sample_rate": RATE_HZ}}))


def tiny_singer(folder: Path, name: str = "dee") -> None:
    """Sings the pitch itself: a sine whose phase is the sum of f0, held over each hop."""
    nodes = [
        helper.make_node("Reshape", ["f0", "column"], ["frames"]),
        helper.make_node("Expand", ["frames", "wide"], ["samples2"]),
        helper.make_node("Reshape", ["samples2", "flat"], ["samples"]),
        helper.make_node("Mul", ["samples", "step"], ["steps"]),
        helper.make_node("CumSum", ["steps", "axis"], ["phase"]),
        helper.make_node("Sin", ["phase"], ["sine"]),
        helper.make_node("Mul", ["sine", "quiet"], ["sound"]),
    ]
    inputs = [
        helper.make_tensor_value_info("tokens", TensorProto.INT64, [1, "n"]),
        helper.make_tensor_value_info("durations", TensorProto.INT64, [1, "n"]),
        helper.make_tensor_value_info("f0", TensorProto.FLOAT, [1, "T"]),
    ]
    constants = {
        "column": np.array([-1, 1]), "wide": np.array([1, HOP]), "flat": np.array([1, -1]), "axis": np.array(1),
        "step": np.float32(2 * np.pi / RATE_HZ), "quiet": np.float32(0.2),
    }  # fmt: skip
    told = {"symbols": "- h O l d ɑ n", "sample_rate": str(RATE_HZ), "hop": str(HOP)}
    saved(folder / f"{name}.singer.onnx", nodes, inputs, [helper.make_tensor_value_info("sound", TensorProto.FLOAT, None)], constants, told)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tiny_piper(tmp_path)
    tiny_singer(tmp_path)
    (tmp_path / "dee.voice.toml").write_text('gender = "m"\nrange = [45, 60, 64]\nlicence = "CC0"\n')
    (tmp_path / "olga.voice.toml").write_text(
        'base = "maren"\nformant = 0.9\nbreath = 0.5\nrange = [47, 63, 66]\nwords = "husky"\n'
    )
    return tmp_path


def test_what_lies_in_the_folder_is_a_singer(folder: Path) -> None:
    found = brought(HOUSE, (folder,))
    assert {name: voice.engine for name, voice in found.items() if name != "joe"} == {
        "mia": "piper",
        "dee": "acoustic",
        "olga": "neural",
    }
    assert (found["dee"].gender, found["dee"].high, found["dee"].licence) == ("m", 60, "CC0")
    assert (found["olga"].speaker, found["olga"].formant, found["olga"].words) == (HOUSE["maren"].speaker, 0.9, ("husky",))


@pytest.mark.parametrize("name", ["mia", "dee", "olga"])
def test_a_brought_voice_sings_in_tune_and_again(folder: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(VOICES, name, brought(HOUSE, (folder,))[name])
    score = song(line("hold on", step=480, pitches=(57,)), voice=name)
    one, two = sing(score.sung[0], score).dry, sing(score.sung[0], score).dry
    assert np.array_equal(one, two)
    begin = score.frame_at(960) + 13_000
    spectrum = np.abs(np.fft.rfft(one[begin : begin + 8192] * np.hanning(8192), 65536))
    assert np.argmax(spectrum[:600]) * 44100 / 65536 == pytest.approx(220.0, rel=0.02)


def test_an_engine_is_one_function_at_either_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    def hum(timed, voice, manner, lead_s, tail_s, rng):
        length = round((lead_s + timed.end_s + tail_s) * 8000)
        return np.sin(2 * np.pi * 220.0 * np.arange(length) / 8000), 8000

    def say(speaker, syllables):
        count = sum(len(s.onset + s.nucleus + s.coda) for s in syllables)
        sound = np.sin(2 * np.pi * 130.0 * np.arange(count * 1600) / 16000)
        return Speech(sound, 16000, tuple((0.1 * i, 0.1 * (i + 1)) for i in range(count)))

    monkeypatch.setitem(singer.ENGINES, "hum", hum)
    monkeypatch.setitem(singer.ENGINES, "say", spoken.render)
    monkeypatch.setitem(spoken.SPEAKERS, "say", say)
    for engine in ("hum", "say"):
        monkeypatch.setitem(VOICES, engine, replace(HOUSE["linnea"], id=engine, engine=engine))
        score = song(line("hold on", step=480, pitches=(57,)), voice=engine)
        begin = score.frame_at(960) + 13_000
        spectrum = np.abs(np.fft.rfft(sing(score.sung[0], score).dry[begin : begin + 8192] * np.hanning(8192), 65536))
        assert np.argmax(spectrum[:600]) * 44100 / 65536 == pytest.approx(220.0, rel=0.02)


def test_a_brought_voice_sings_only_when_it_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(VOICES, "olga", brought(HOUSE, (folder,))["olga"])
    assert choose("olga") == "olga"
    assert choose("f", ["husky"]) != "olga"


@pytest.mark.parametrize(
    ("text", "said"),
    [('base = "nobody"', "base = one of"), ('base = "maren"\ncolour = 3', "colour"), ("base = ", "cannot be read")],
)
def test_a_description_that_makes_no_sense_says_what_to_do(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "x.voice.toml").write_text(text)
    with pytest.raises(BadRequest, match=said):
        brought(HOUSE, (tmp_path,))


def test_a_network_that_is_no_voice_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny_singer(tmp_path)
    model = onnx.load(tmp_path / "dee.singer.onnx")
    del model.metadata_props[:]
    onnx.save(model, tmp_path / "dee.singer.onnx")
    monkeypatch.setitem(VOICES, "dee", brought(HOUSE, (tmp_path,))["dee"])
    score = song(line("hold on"), voice="dee")
    with pytest.raises(BadRequest, match="symbols, sample_rate, hop"):
        sing(score.sung[0], score)

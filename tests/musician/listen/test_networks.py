"""Networks that others trained, by tiny random ones of the same make: what comes out is what PyTorch made of the same weights."""

import io
import json
import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest

from troubadour.errors import BadWeights
from troubadour.listen import separate
from troubadour.listen.networks import separator_at
from troubadour.listen.networks.htdemucs import htdemucs
from troubadour.listen.networks.roformer import roformer
from troubadour.listen.networks.weights import read_weights

TINY = Path(__file__).parent / "networks"
EVERY = 41  # which samples of the reference are kept (tiny_networks.py)
MADE = {"htdemucs": htdemucs, "bs_roformer": lambda w: roformer(w, 1.0), "mel_band_roformer": lambda w: roformer(w, 1.0)}


def noise(seconds=1.0):
    return (0.1 * np.random.default_rng(5).standard_normal((2, round(44_100 * seconds)))).astype(np.float32)


@pytest.mark.parametrize("name", MADE)
def test_a_network_makes_what_it_makes_in_pytorch(name):
    made = MADE[name](read_weights(TINY / f"{name}.safetensors")).apart(noise())
    reference = np.load(TINY / f"{name}.npz")["made"]
    assert np.abs(made[..., ::EVERY][..., : reference.shape[-1]] - reference).max() < 1e-4 * reference.std()


@pytest.fixture
def using():
    """Uses a separator for one test."""
    yield lambda name: separate.use(TINY / f"{name}.safetensors")
    separate.use(None)


@pytest.mark.parametrize("name", ["htdemucs", "bs_roformer"])
def test_stems_by_a_network_add_up_to_the_recording_and_name_it(using, name):
    using(name)
    audio = noise(2.3).T
    stems = separate.separated(audio)
    assert tuple(stems) == separate.STEMS
    assert np.array_equal(sum(stems.values()), np.rint(audio.astype(float) * 2**23).astype(np.int32))
    assert all(stem.any() for stem in stems.values())
    assert f"{name}.safetensors" in separate.method()


def test_pieces_are_laid_together_without_a_seam():
    separator = separator_at(TINY / "htdemucs.safetensors")
    quiet = np.zeros((100_000, 2), np.float32)
    quiet[:, 0] = 1e-3
    whole = separator.separated(quiet + noise(100_000 / 44_100).T)
    assert all(np.isfinite(stem).all() and stem.shape == quiet.shape for stem in whole.values())


def test_what_is_no_safetensors_file_is_never_opened(tmp_path):
    class Trap:
        def __reduce__(self):
            return (Path(tmp_path / "sprung").touch, ())

    pickled = tmp_path / "weights.th"
    pickled.write_bytes(pickle.dumps(Trap()))
    with pytest.raises(BadWeights, match="no safetensors file"):
        separator_at(pickled)
    assert not (tmp_path / "sprung").exists()
    with pytest.raises(BadWeights, match="cannot be read"):
        separator_at(tmp_path / "none.safetensors")


def changed(path, edit):
    """A file of weights with another header."""
    data = io.BytesIO((TINY / "bs_roformer.safetensors").read_bytes())
    header = json.loads(data.read(int.from_bytes(data.read(8), "little")))
    edit(header)
    told = json.dumps(header).encode()
    path.write_bytes(len(told).to_bytes(8, "little") + told + data.read())
    return path


WRONG = {
    "names the network 'Unet'": lambda header: header["__metadata__"].update(klass="a.Unet"),
    "does not say what comes out": lambda header: header["__metadata__"].pop("sources"),
    "does not fit what follows": lambda header: header["final_norm.gamma"].update(data_offsets=[0, 1 << 40]),
    "have no final_norm|no place for": lambda header: header.update({"another.weight": header.pop("final_norm.gamma")}),
    "not known here": lambda header: header["__metadata__"].update(kwargs='{"stereo": false}'),
}


@pytest.mark.parametrize("reason", WRONG)
def test_weights_of_another_network_are_refused_with_a_reason(tmp_path, reason):
    with pytest.raises(BadWeights, match=reason):
        separator_at(changed(tmp_path / "w.safetensors", WRONG[reason]))


def test_a_file_that_is_cut_off_is_refused(tmp_path):
    path = shutil.copy(TINY / "htdemucs.safetensors", tmp_path / "w.safetensors")
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(BadWeights, match="does not fit"):
        separator_at(path)

"""Makes the tiny random networks beside this file, with the code of those who made the real ones.

Needs torch, demucs 4.1, bs-roformer-infer and melband-roformer-infer 0.1.5, none of which Troubadour installs:
`python tiny_networks.py FOLDER` writes NAME.safetensors, and NAME.npz with every 41st sample of what the network makes of noise.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from bs_roformer.bs_roformer import BSRoformer
from demucs.htdemucs import HTDemucs
from mel_band_roformer.mel_band_roformer import MelBandRoformer
from safetensors.torch import save_file

EVERY = 41
NETWORKS = {
    "htdemucs": (HTDemucs, {
        "sources": ["drums", "bass", "other", "vocals"], "channels": 4, "dconv_mode": 3, "dconv_comp": 2, "bottom_channels": 8,
        "t_heads": 2, "t_layers": 3, "t_hidden_scale": 1.0, "segment": 1.0,
    }),
    "bs_roformer": (BSRoformer, {
        "dim": 4, "depth": 2, "stereo": True, "num_stems": 1, "time_transformer_depth": 1, "freq_transformer_depth": 1,
        "freqs_per_bands": (1, 2, 6, 40, 208), "dim_head": 4, "heads": 2, "dim_freqs_in": 257, "stft_n_fft": 512,
        "stft_hop_length": 128, "stft_win_length": 512, "mask_estimator_depth": 2, "flash_attn": False,
    }),
    "mel_band_roformer": (MelBandRoformer, {
        "dim": 4, "depth": 2, "stereo": True, "num_stems": 2, "time_transformer_depth": 1, "freq_transformer_depth": 1,
        "num_bands": 8, "dim_head": 4, "heads": 2, "dim_freqs_in": 257, "stft_n_fft": 512, "stft_hop_length": 128,
        "stft_win_length": 512, "mask_estimator_depth": 1, "flash_attn": False, "sample_rate": 44100,
    }),
}  # fmt: skip
SOURCES = {"bs_roformer": ["vocals"], "mel_band_roformer": ["vocals", "drums"]}


def main(folder: Path) -> None:
    for name, (klass, kwargs) in NETWORKS.items():
        torch.manual_seed(3)
        network = klass(**kwargs).eval()
        for parameter in network.parameters():  # scales near zero would hide most of the network
            if float(parameter.abs().max()) < 0.01:
                parameter.data = 0.3 * torch.randn_like(parameter)
        state = {key: value.half() for key, value in network.state_dict().items()}
        network.load_state_dict({key: value.float() for key, value in state.items()})
        told = {"klass": f"{klass.__module__}.{klass.__name__}", "args": "[]", "kwargs": json.dumps(kwargs)}
        if name in SOURCES:
            told["sources"] = json.dumps(SOURCES[name])
        save_file({k: v.contiguous() for k, v in state.items()}, folder / f"{name}.safetensors", told)
        sound = (0.1 * np.random.default_rng(5).standard_normal((2, 44_100))).astype(np.float32)
        with torch.no_grad():
            made = network(torch.from_numpy(sound)[None]).numpy()[0]
        made = made.reshape(-1, *made.shape[-2:])
        print(name, made.shape, (folder / f"{name}.safetensors").stat().st_size, made.std(), flush=True)
        np.savez_compressed(folder / f"{name}.npz", made=made[..., ::EVERY])


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Writes exports/*.json, the config.json files that timm itself exports for the hub.

    python3 tests/compiler/frontend/make_hub.py      (needs torch and timm)
"""
import pathlib

import timm
from timm.models._hub import save_config_for_hf

HERE = pathlib.Path(__file__).parent / "exports"
LABELS = [f"n0000{i}" for i in range(7)]
# Name of the file, network, its arguments, what is said about it.
EXPORTS = [
    ("timm_legacy_xception", "legacy_xception", {}, {}),
    ("timm_xception41", "xception41.tf_in1k",
     {"num_classes": 7, "in_chans": 1, "global_pool": "max", "output_stride": 16,
      "drop_rate": 0.25},
     {"label_names": LABELS, "label_descriptions": {LABELS[0]: "hammer", LABELS[6]: "nail"}}),
    ("timm_xception65p", "xception65p", {"num_classes": 0, "global_pool": ""}, {}),
]


for file, name, arguments, config in EXPORTS:
    network = timm.create_model(name, pretrained=False, **arguments)
    save_config_for_hf(network, HERE / f"{file}.json", model_config=config, model_args=arguments)

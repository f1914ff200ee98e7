"""Trains models/xception_mini on the pictures of render.py.

    python3 train.py             writes model.safetensors and predictions.txt
    python3 train.py --predict   writes predictions.txt for the model that is there

The network is timm's XceptionAligned as tests/golden/networks.py builds it from the numbers of the
description; pictures go through timm's own evaluation transform, made from the config.json that xnc
reads. predictions.txt holds torch's answers for the unseen pictures of the test, one a line. Takes
a quarter of an hour on one core. Needs torch, timm, safetensors and Pillow.
"""

import json
import pathlib
import sys
import time

import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from timm.data import create_transform, resolve_data_config

import render

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "tests" / "golden"))
from networks import small_aligned  # noqa: E402

TRAIN_SEED, TRAIN_COUNT = 1, 20000
BATCH, EPOCHS, RATE, DECAY, SMOOTHING = 64, 10, 4e-3, 0.02, 0.05


def transform():
    config = json.loads((HERE / "config.json").read_text())["pretrained_cfg"]
    return create_transform(**resolve_data_config(pretrained_cfg=config), is_training=False)


def normalized(pictures):
    prepare = transform()
    return torch.stack([prepare(Image.fromarray(pixels)) for pixels in pictures])


def training_set(seed, count):
    """Inputs and classes. Inputs are kept as the bytes that they were before normalization."""
    inputs = torch.empty(count, 3, 64, 64, dtype=torch.uint8)
    labels = torch.arange(count) % len(render.LABELS)
    for number in range(count):
        pixels = render.picture(seed, number)[1]
        inputs[number] = (normalized([pixels])[0] * 127.5 + 127.5).round().to(torch.uint8)
    return inputs, labels


def varied(batch):
    """The same shapes turned and mirrored, with channels exchanged and sometimes as negatives."""
    if torch.rand(()) < 0.5:
        batch = batch.flip(3)
    batch = torch.rot90(batch, int(torch.randint(4, ())), (2, 3))[:, torch.randperm(3)]
    return batch if torch.rand(()) < 0.5 else -batch


def optimizer_of(network, steps):
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    return optimizer, torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps,
                                                          pct_start=0.2)


def train(network, inputs, labels):
    steps = len(inputs) // BATCH
    optimizer, schedule = optimizer_of(network, EPOCHS * steps)
    loss_of = torch.nn.CrossEntropyLoss(label_smoothing=SMOOTHING)
    network.train()
    for epoch in range(EPOCHS):
        began, total = time.time(), 0.0
        for chosen in torch.randperm(len(inputs))[: steps * BATCH].split(BATCH):
            batch = varied(inputs[chosen].float() / 127.5 - 1)
            batch = batch.contiguous(memory_format=torch.channels_last)
            loss = loss_of(network(batch), labels[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item() / steps
        print(f"epoch {epoch + 1}: loss {total:.4f}, {time.time() - began:.0f} s", flush=True)


def write_model(network):
    inputs, labels = training_set(TRAIN_SEED, TRAIN_COUNT)
    print(f"{len(inputs)} pictures drawn", flush=True)
    train(network.to(memory_format=torch.channels_last), inputs, labels)
    state = {key: value.contiguous() for key, value in network.state_dict().items()}
    save_file(state, HERE / "model.safetensors", metadata={"format": "pt"})


def write_predictions(network):
    network.load_state_dict(load_file(HERE / "model.safetensors"))
    network.eval()
    pictures = [render.picture(render.TEST_SEED, number)[1] for number in range(render.TEST_COUNT)]
    with torch.no_grad():
        ranked = network(normalized(pictures)).sort(1, descending=True)
    best, lead = ranked.indices[:, 0], (ranked.values[:, 0] - ranked.values[:, 1]).min()
    right = (best == torch.arange(len(best)) % len(render.LABELS)).float().mean()
    print(f"right: {right:.1%}; the closest decision leads by {lead:.4f}")
    lines = (f"{render.LABELS[index]}\n" for index in best)
    (HERE / "predictions.txt").write_text("".join(lines))


def main():
    torch.manual_seed(1)
    network = small_aligned(num_classes=len(render.LABELS))
    if "--predict" not in sys.argv:
        write_model(network)
    write_predictions(network)


if __name__ == "__main__":
    main()

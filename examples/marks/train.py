"""Trains the network of marks.yaml on the pictures of render.py.

    python3 train.py FOLDER      writes model.safetensors and predictions.txt here
    python3 train.py             writes predictions.txt for the model that is there

FOLDER keeps the training pictures and, after each epoch, the state of the training: started again,
it goes on. The network is timm's XceptionAligned with the numbers of the description, which
tests/golden/networks.py builds. predictions.txt holds torch's answers for the unseen pictures of the
test, one a line. Takes half an hour of one core. Needs torch, timm and safetensors.
"""

import pathlib
import sys
import time

import numpy as np
import torch
from safetensors.torch import load_file, save_file

import render

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "tests" / "golden"))
from networks import marks  # noqa: E402

TRAIN_SEED, TRAIN_COUNT = 1, 32000
SCALES = [2] * 16 + [1] * 8  # of each epoch: at first a pixel is the mean of 2 x 2, which is fast
BATCH, RATE, DECAY, SMOOTHING = 64, 4e-3, 0.02, 0.05
SHIFT = 6  # pixels to each side


def training_set(folder):
    """Pictures as bytes (count x 3 x edge x edge), drawn once, and their classes."""
    path = folder / f"pictures-{TRAIN_SEED}-{TRAIN_COUNT}.npy"
    if not path.exists():
        pixels = render.pictures(TRAIN_SEED, TRAIN_COUNT, difficulty=render.TRAINED)
        pixels = pixels.transpose(0, 3, 1, 2)
        np.save(folder / "unfinished.npy", np.ascontiguousarray(pixels))
        (folder / "unfinished.npy").rename(path)
    return torch.from_numpy(np.load(path)), torch.arange(TRAIN_COUNT) % len(render.LABELS)


def normalized(pixels):
    """The input of the network: what xnc makes of such a picture, mean and std 0.5."""
    return (pixels.float() / 255 - 0.5) / 0.5


def varied(batch):
    """The same marks moved a little, with channels exchanged and sometimes as negatives."""
    batch = batch.roll(tuple(torch.randint(-SHIFT, SHIFT + 1, (2,)).tolist()), (2, 3))
    batch = batch[:, torch.randperm(3)]
    return batch if torch.rand(()) < 0.5 else -batch


def optimizer_of(network, steps):
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    return optimizer, torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps,
                                                          pct_start=0.2)  # fmt: skip


def run_epoch(network, optimizer, schedule, inputs, classes, scale):
    loss_of, total = torch.nn.CrossEntropyLoss(label_smoothing=SMOOTHING), 0.0
    steps = len(inputs) // BATCH
    for chosen in torch.randperm(len(inputs))[: steps * BATCH].split(BATCH):
        batch = torch.nn.functional.avg_pool2d(varied(normalized(inputs[chosen])), scale)
        batch = batch.contiguous(memory_format=torch.channels_last)
        loss = loss_of(network(batch), classes[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        total += loss.item() / steps
    return total


def train(network, folder):
    inputs, classes = training_set(folder)
    parts = [network, *optimizer_of(network, len(SCALES) * (len(inputs) // BATCH))]
    path, done = folder / "state.pt", 0
    if path.exists():
        done, *states = torch.load(path)
        for part, state in zip(parts, states):
            part.load_state_dict(state)
    network.train()
    for epoch in range(done, len(SCALES)):
        torch.manual_seed(epoch)
        began = time.process_time()
        loss = run_epoch(*parts, inputs, classes, SCALES[epoch])
        torch.save([epoch + 1, *(part.state_dict() for part in parts)], folder / "unfinished.pt")
        (folder / "unfinished.pt").rename(path)
        taken = time.process_time() - began
        print(f"epoch {epoch + 1}: loss {loss:.4f}, {taken:.0f} s of a core", flush=True)


def write_model(network, folder):
    train(network.to(memory_format=torch.channels_last), folder)
    state = {key: value.contiguous() for key, value in network.state_dict().items()}
    save_file(state, HERE / "model.safetensors", metadata={"format": "pt"})


def write_predictions(network):
    network.load_state_dict(load_file(HERE / "model.safetensors"))
    network.eval()
    pixels = render.pictures(render.TEST_SEED, render.TEST_COUNT)
    inputs = torch.from_numpy(pixels).permute(0, 3, 1, 2)
    with torch.no_grad():
        logits = torch.cat([network(normalized(part)) for part in inputs.split(100)])
    ranked = logits.sort(1, descending=True)
    best, lead = ranked.indices[:, 0], (ranked.values[:, 0] - ranked.values[:, 1]).min()
    right = (best == torch.arange(len(best)) % len(render.LABELS)).float().mean()
    print(f"{render.digest(pixels)}\nright: {right:.2%}; the closest decision leads by {lead:.5f}")
    lines = (f"{render.LABELS[index]}\n" for index in best)
    (HERE / "predictions.txt").write_text("".join(lines))


def main():
    torch.manual_seed(1)
    network = marks(num_classes=len(render.LABELS))
    if sys.argv[1:]:
        folder = pathlib.Path(sys.argv[1])
        folder.mkdir(parents=True, exist_ok=True)
        write_model(network, folder)
    write_predictions(network)


if __name__ == "__main__":
    main()

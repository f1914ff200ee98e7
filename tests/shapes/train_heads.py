"""Trains two heads on the features of examples/shapes; writes heads/ and what torch answers.

    python3 train_heads.py       needs torch, timm, safetensors and Pillow

Both take the trained body as it is. "angular" is one logit: a shape with straight edges, or round;
its head is a sequence (linear, ReLU, norm, dropout, linear), saved under numbers that dropout takes
part in. "labels" has three logits for what may hold together: angular, solid (no hole, no dent),
symmetric about its axis only. heads/NAME.safetensors has the tensors of the head alone,
heads/answers.json the probabilities that torch computes, in float64, for the pictures of
examples/shapes/pictures.
"""

import json
import pathlib
import sys

import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from timm.data import create_transform, resolve_data_config
from torch import nn

HERE = pathlib.Path(__file__).resolve().parent
SHAPES = HERE.parent.parent / "examples" / "shapes"
sys.path[:0] = [str(SHAPES), str(HERE.parent / "golden")]
import render  # noqa: E402
from networks import small_aligned  # noqa: E402

TRAIN_SEED, TRAIN_COUNT, EPOCHS, RATE = 3, 600, 200, 0.01
ANGULAR = {"triangle", "square", "star", "cross", "arrow"}
DENTED = {"ring", "crescent", "star", "heart", "cross", "arrow"}
HIGHLY_SYMMETRIC = {"circle", "square", "ring", "star", "cross", "triangle"}


def targets(label):
    return [float(label in ANGULAR), float(label not in DENTED),
            float(label not in HIGHLY_SYMMETRIC)]  # fmt: skip


def body():
    network = small_aligned(num_classes=len(render.LABELS))
    network.load_state_dict(load_file(SHAPES / "model.safetensors"))
    network.head.fc = nn.Identity()
    return network.eval()


def prepared(pictures):
    config = json.loads((SHAPES / "config.json").read_text())["pretrained_cfg"]
    prepare = create_transform(**resolve_data_config(pretrained_cfg=config), is_training=False)
    return torch.stack([prepare(picture) for picture in pictures])


@torch.no_grad()
def features(network, pictures, dtype=torch.float32):
    network = network.to(dtype)
    batches = prepared(pictures).to(dtype).split(40)
    return torch.cat([network(batch) for batch in batches]).double()


def train(head, x, y):
    optimizer = torch.optim.AdamW(head.parameters(), lr=RATE, weight_decay=0.01)
    loss_of = nn.BCEWithLogitsLoss()
    head.train()
    for _ in range(EPOCHS):
        optimizer.zero_grad()
        loss = loss_of(head(x), y)
        loss.backward()
        optimizer.step()
    print(f"loss {loss.item():.4f}")
    return head.float().double().eval()


def save(name, head, prefix):
    state = {f"{prefix}{key}": value.float().contiguous() for key, value in head.state_dict().items()
             if not key.endswith("num_batches_tracked")}  # fmt: skip
    save_file(state, HERE / "heads" / f"{name}.safetensors", metadata={"format": "pt"})


def main():
    torch.manual_seed(1)
    network = body()
    drawn = [render.picture(TRAIN_SEED, number) for number in range(TRAIN_COUNT)]
    x = features(network, [Image.fromarray(pixels) for _, pixels in drawn])
    y = torch.tensor([targets(name if isinstance(name, str) else render.LABELS[name])
                      for name, _ in drawn]).double()  # fmt: skip
    width = x.shape[1]
    angular = nn.Sequential(nn.Linear(width, 12), nn.ReLU(), nn.BatchNorm1d(12), nn.Dropout(0.2),
                            nn.Linear(12, 1)).double()  # fmt: skip
    labels = nn.Linear(width, 3).double()
    train(angular, x, y[:, :1])
    train(labels, x, y)
    (HERE / "heads").mkdir(exist_ok=True)
    save("angular", angular, "last_linear.")
    save("labels", labels, "head.fc.")
    paths = sorted((SHAPES / "pictures").glob("*/*"))
    seen = features(network, [Image.open(path).convert("RGB") for path in paths], torch.float64)
    with torch.no_grad():
        answers = {"angular": angular(seen).sigmoid(), "labels": labels(seen).sigmoid()}
    rows = [{"picture": str(path.relative_to(SHAPES / "pictures")),
             "targets": [int(number) for number in targets(path.parent.name)],
             **{name: [round(float(p), 9) for p in values[number]] for name, values in
                answers.items()}} for number, path in enumerate(paths)]  # fmt: skip
    text = ",\n".join(json.dumps(row) for row in rows)
    (HERE / "heads" / "answers.json").write_text(f"[\n{text}\n]\n")


if __name__ == "__main__":
    main()

"""One training step of the compact network by PyTorch: forward, the recipe's losses, backward, clipping, Adam.

python3 pytorch.py FOLDER THREADS STEPS nchw|channels_last

FOLDER holds `frames` (uint8, [B, T+1, S, S]), `memory` (float32, [M, C]) and every parameter (float32) under its name,
and `shapes.json`. Prints {"version", "loss": of the first step, "ms" and "cpuMs": of every step}.
"""
import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

folder, threads, steps, layout = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
torch.set_num_threads(threads)
FORMAT = torch.channels_last if layout == "channels_last" else torch.contiguous_format
with open(f"{folder}/shapes.json") as file:
    SHAPES = json.load(file)


def stored(name):
    with open(f"{folder}/{name}", "rb") as data:
        kind = torch.uint8 if name == "frames" else torch.float32
        return torch.frombuffer(bytearray(data.read()), dtype=kind).reshape(SHAPES[name]).clone()


frames, memory = stored("frames"), stored("memory")
parameters = {
    name: nn.Parameter(stored(name).contiguous(memory_format=FORMAT) if len(shape) == 4 else stored(name))
    for name, shape in SHAPES.items()
    if name.endswith((".weight", ".bias"))
}


def conv(name, x, stride=1):
    return F.conv2d(x, parameters[f"{name}.weight"], parameters[f"{name}.bias"], stride=stride, padding=1)


def blocks(x, side=4):
    """Blocks of pixels as channels, numbered as ONNX numbers them: [B, T, H, W] -> [B, side * side * T, H/4, W/4]."""
    b, t, h, w = x.shape
    cells = x.reshape(b, t, h // side, side, w // side, side).permute(0, 3, 5, 1, 2, 4)
    return cells.reshape(b, side * side * t, h // side, w // side).contiguous(memory_format=FORMAT)


def forward(x):
    skip = F.relu(conv("encode.fine.2", F.relu(conv("encode.fine.1", blocks(x)))))
    features = conv("encode.coarse.2", F.relu(conv("encode.coarse.1", skip, stride=2)))
    b, c, h, w = features.shape
    queries = F.normalize(features.flatten(2).transpose(1, 2), dim=2)
    similarity = queries @ memory.t()
    answer = torch.softmax(similarity.detach() / 0.1, 2) @ memory
    y = torch.cat([queries, answer], 2).transpose(1, 2).reshape(b, 2 * c, h, w)
    for name in ("decode.coarse.1", "decode.coarse.2", "decode.coarse.3"):
        y = F.relu(conv(name, y))
    y = F.interpolate(y, scale_factor=2, mode="nearest") + skip
    y = conv("decode.fine.3", F.relu(conv("decode.fine.2", F.relu(conv("decode.fine.1", y)))))
    return x[:, -1:] + F.pixel_shuffle(y, 4), queries.reshape(b * h * w, c), similarity


def edges(x, axis):
    return x.diff(dim=axis).abs()


def loss_of(prediction, target, queries, similarity):
    loss = F.mse_loss(prediction, target)
    for axis in (2, 3):
        loss = loss + 0.05 * F.l1_loss(edges(prediction, axis), edges(target, axis))
    loss = loss + 0.002 * (2 - 2 * similarity.amax(2)).clamp(min=1e-6).sqrt().mean()
    nearest = (queries.detach() @ memory.t()).topk(2, dim=1).indices
    loss = loss + 0.002 * F.triplet_margin_loss(queries, memory[nearest[:, 0]], memory[nearest[:, 1]])
    share = torch.softmax(similarity / 0.1, 2).mean((0, 1)).clamp(min=1e-8)
    return loss + 0.004 * (1 + (share * share.log()).sum() / torch.tensor(float(len(memory))).log())


optimiser = torch.optim.Adam(parameters.values(), lr=1e-4)
took, cpu, first = [], [], None
for _ in range(steps):
    began, used = time.perf_counter(), time.process_time()
    scaled = frames.float() / 127.5 - 1
    prediction, queries, similarity = forward(scaled[:, :-1])
    loss = loss_of(prediction, scaled[:, -1:], queries, similarity)
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(parameters.values(), 1.0)
    optimiser.step()
    took.append(1000 * (time.perf_counter() - began))
    cpu.append(1000 * (time.process_time() - used))
    first = first if first is not None else loss.item()
print(json.dumps({"version": torch.__version__, "loss": first, "ms": took, "cpuMs": cpu}))

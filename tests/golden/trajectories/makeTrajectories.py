"""Writes trajectories.json beside this file: 20 training steps of small models, computed by PyTorch in float64.

Usage: python tests/golden/trajectories/makeTrajectories.py (needs torch and numpy). Weights and batches are not stored:
both sides draw them from `drawn`, an integer hash, rounded to float32. Losses are those before each step's update.
"""
import json
import pathlib

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

STEPS = 20
torch.set_default_dtype(torch.float64)


def drawn(count, salt, low=-1.0, high=1.0):
    """Murmur3's finaliser of (index, salt) as `count` numbers in [low, high)."""
    x = (np.arange(count, dtype=np.uint64) + np.uint64(salt * 0x9E3779B9 & 0xFFFFFFFF)) & np.uint64(0xFFFFFFFF)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        x = ((x ^ (x >> np.uint64(shift))) * np.uint64(factor)) & np.uint64(0xFFFFFFFF)
    x = x ^ (x >> np.uint64(16))
    return np.float32(low + x.astype(np.float64) / 2**32 * (high - low)).astype(np.float64)


def rounded(x):
    return [float(f"{v:.9g}") for v in np.asarray(x, dtype=np.float64).ravel()]


def fill(module):
    """Draws all parameters anew; returns what the test needs to draw the same."""
    recipes = []
    for salt, (name, parameter) in enumerate(module.named_parameters(), start=1):
        if parameter.ndim > 1:
            bound = (parameter[0].numel() if "embed" not in name else 4) ** -0.5 * 1.5
            low, high = -bound, bound
        elif name.split(".")[-2].startswith(("bn", "norm")) or name.endswith("downsample.1.weight"):
            low, high = (0.8, 1.2) if name.endswith("weight") else (-0.1, 0.1)
        else:
            low, high = -0.1, 0.1
        values = drawn(parameter.numel(), salt, low, high).reshape(parameter.shape)
        parameter.data = torch.tensor(values)
        recipes.append({"name": name, "shape": list(parameter.shape), "salt": salt, "low": low, "high": high})
    return recipes


def batch_of(kind, shape, salt):
    """`kind` is 'float' or the number of classes."""
    if kind == "float":
        return torch.tensor(drawn(int(np.prod(shape)), salt).reshape(shape))
    whole = np.floor(drawn(int(np.prod(shape)), salt, 0, kind)).astype(np.int64)
    return torch.tensor(whole.reshape(shape))


# Optimizers divide the parameters as Descent does: weights decay, biases and norms do not.
def groups(module, decay):
    plain = [p for n, p in module.named_parameters() if p.ndim < 2 or "position" in n]
    others = [p for n, p in module.named_parameters() if not (p.ndim < 2 or "position" in n)]
    return [{"params": others, "weight_decay": decay}, {"params": plain, "weight_decay": 0.0}]


class Named(nn.Module):
    """Submodules by the ids of the layers, so that parameters have Descent's names."""

    def __init__(self, forward, **parts):
        super().__init__()
        for name, part in parts.items():
            self.add_module(name, part)
        self.body = forward

    def forward(self, x):
        return self.body(self, x)


class Block(nn.Module):
    """torchvision's BasicBlock."""

    def __init__(self, channels, filters, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, filters, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(filters)
        self.conv2 = nn.Conv2d(filters, filters, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(filters)
        if stride != 1 or channels != filters:
            self.downsample = nn.Sequential(
                nn.Conv2d(channels, filters, 1, stride, bias=False), nn.BatchNorm2d(filters)
            )

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + (self.downsample(x) if hasattr(self, "downsample") else x))


def layer(id, type, **options):
    return {"id": id, "type": type, "options": options}


def train(name, module, layers, x, target, batch, optimizer, settings, clip=None, keep=()):
    """One supervised trajectory; x and target are (kind, shape of one example)."""
    parameters = fill(module)
    step_of = optimizer(module)
    losses = []
    module.train()
    for step in range(STEPS):
        inputs = batch_of(x[0], [batch, *x[1]], 1000 + 2 * step)
        wanted = batch_of(target[0], [batch, *target[1]], 1001 + 2 * step)
        prediction = module(inputs)
        if settings["loss"]["type"] == "crossEntropy":
            loss = F.cross_entropy(prediction.reshape(-1, prediction.shape[-1]), wanted.reshape(-1))
        else:
            loss = F.mse_loss(prediction, wanted)
        losses.append(loss.item())
        step_of.zero_grad()
        loss.backward()
        if clip:
            nn.utils.clip_grad_norm_(module.parameters(), clip)
        step_of.step()
    spec_input = {"id": "x", "shape": list(x[1]), "dtype": "float32" if x[0] == "float" else "int32"}
    state = module.state_dict()
    return {
        "name": name,
        "spec": {
            "version": 1,
            "name": name,
            "inputs": [spec_input],
            "layers": layers,
            "outputs": [layers[-1]["id"]],
        },
        "settings": {"epochs": 1, "batch": batch, **settings, **({"clip": {"by": "norm", "limit": clip}} if clip else {})},
        "x": {"kind": x[0], "shape": list(x[1])},
        "target": {"kind": target[0], "shape": list(target[1])},
        "parameters": parameters,
        "losses": rounded(losses),
        "final": {key: rounded(state[key].numpy()) for key in keep},
    }


def mlp():
    module = Named(
        lambda m, x: m.out(torch.tanh(m.hidden2(F.relu(m.hidden1(x))))),
        hidden1=nn.Linear(20, 32),
        hidden2=nn.Linear(32, 16),
        out=nn.Linear(16, 5),
    )
    layers = [
        layer("hidden1", "Dense", units=32, activation="relu"),
        layer("hidden2", "Dense", units=16, activation="tanh"),
        layer("out", "Dense", units=5),
    ]
    return train(
        "MLP with Adam", module, layers, ("float", [20]), (5, []), 16,
        lambda m: torch.optim.Adam(m.parameters(), lr=0.01),
        {"optimizer": {"type": "adam"}, "learningRate": 0.01, "loss": {"type": "crossEntropy"}},
        keep=["out.weight"],
    )


def lenet():
    module = Named(
        lambda m, x: m.out(
            F.relu(m.dense(F.max_pool2d(F.relu(m.conv2(F.max_pool2d(F.relu(m.conv1(x)), 2))), 2).flatten(1)))
        ),
        conv1=nn.Conv2d(1, 6, 3, padding=1),
        conv2=nn.Conv2d(6, 12, 3, padding=1),
        dense=nn.Linear(12 * 9, 32),
        out=nn.Linear(32, 10),
    )
    layers = [
        layer("conv1", "Conv2d", filters=6, kernel=3, padding="same", activation="relu"),
        layer("pool1", "MaxPool2d", kernel=2),
        layer("conv2", "Conv2d", filters=12, kernel=3, padding="same", activation="relu"),
        layer("pool2", "MaxPool2d", kernel=2),
        layer("flatten", "Flatten"),
        layer("dense", "Dense", units=32, activation="relu"),
        layer("out", "Dense", units=10),
    ]
    return train(
        "LeNet with momentum", module, layers, ("float", [1, 12, 12]), (10, []), 16,
        lambda m: torch.optim.SGD(m.parameters(), lr=0.05, momentum=0.9),
        {
            "optimizer": {"type": "sgd", "options": {"momentum": 0.9}},
            "learningRate": 0.05,
            "loss": {"type": "crossEntropy"},
        },
        keep=["conv1.weight"],
    )


def residual():
    module = Named(
        lambda m, x: m.out(m.block2(m.block1(x)).mean((2, 3))),
        block1=Block(3, 8, 2),
        block2=Block(8, 8, 1),
        out=nn.Linear(8, 4),
    )
    layers = [
        layer("block1", "ResidualBlock", filters=8, stride=2),
        layer("block2", "ResidualBlock", filters=8),
        layer("pool", "GlobalPool"),
        layer("out", "Dense", units=4),
    ]
    statistics = ["block1.bn1", "block1.downsample.1", "block2.bn2"]
    return train(
        "Residual blocks with batch norm, momentum and weight decay", module, layers,
        ("float", [3, 8, 8]), (4, []), 12,
        lambda m: torch.optim.SGD(groups(m, 0.01), lr=0.05, momentum=0.9),
        {
            "optimizer": {"type": "sgd", "options": {"momentum": 0.9, "weightDecay": 0.01}},
            "learningRate": 0.05,
            "loss": {"type": "crossEntropy"},
        },
        keep=[f"{s}.{k}" for s in statistics for k in ("running_mean", "running_var")] + ["block1.conv1.weight"],
    )


def lstm():
    module = Named(
        lambda m, x: m.out(m.lstm(x)[0][:, -1]),
        lstm=nn.LSTM(6, 10, num_layers=2, batch_first=True),
        out=nn.Linear(10, 3),
    )
    layers = [layer("lstm", "Lstm", units=10, layers=2), layer("out", "Dense", units=3)]
    return train(
        "LSTM with Adam and clipping by norm", module, layers, ("float", [12, 6]), (3, []), 8,
        lambda m: torch.optim.Adam(m.parameters(), lr=0.02),
        {"optimizer": {"type": "adam"}, "learningRate": 0.02, "loss": {"type": "crossEntropy"}},
        clip=0.2, keep=["lstm.weight_hh_l0"],
    )


def transformer():
    causal = nn.Transformer.generate_square_subsequent_mask(10)
    module = Named(
        lambda m, x: m.out(m.norm(m.block(m.embed(x) + m.position.weight, src_mask=causal, is_causal=True))),
        embed=nn.Embedding(12, 16),
        position=nn.Embedding(10, 16),
        block=nn.TransformerEncoderLayer(16, 4, 32, dropout=0.0, activation="gelu", batch_first=True, norm_first=True),
        norm=nn.LayerNorm(16),
        out=nn.Linear(16, 12),
    )
    layers = [
        layer("embed", "Embedding", count=12, dimension=16),
        layer("position", "PositionalEmbedding", longest=10),
        layer("block", "TransformerEncoder", heads=4, hidden=32, dropout=0, causal=True),
        layer("norm", "LayerNorm"),
        layer("out", "Dense", units=12),
    ]
    return train(
        "Transformer encoder block with AdamW", module, layers, (12, [10]), (12, [10]), 6,
        lambda m: torch.optim.AdamW(groups(m, 0.05), lr=0.01),
        {
            "optimizer": {"type": "adamW", "options": {"weightDecay": 0.05}},
            "learningRate": 0.01,
            "loss": {"type": "crossEntropy"},
        },
        keep=["block.self_attn.in_proj_weight", "embed.weight"],
    )


def adversaries():
    """Two networks over one state: `discriminator` and `generator` by turns, each with an Adam of its own."""
    module = nn.ModuleDict({
        "generator": Named(lambda m, z: m.out(torch.tanh(m.hidden(z))), hidden=nn.Linear(4, 12), out=nn.Linear(12, 2)),
        "discriminator": Named(
            lambda m, x: m.out(F.leaky_relu(m.hidden(x), 0.01)), hidden=nn.Linear(2, 12), out=nn.Linear(12, 1)
        ),
    })
    parameters = fill(module)
    make = lambda part, rate: torch.optim.Adam(module[part].parameters(), lr=rate, betas=(0.5, 0.999))
    optimizers = {"discriminator": make("discriminator", 0.02), "generator": make("generator", 0.01)}
    generator, discriminator = module["generator"], module["discriminator"]
    losses = {"discriminator": [], "generator": []}
    ones, nothing = torch.ones(16, 1), torch.zeros(16, 1)
    for step in range(STEPS):
        real = batch_of("float", [16, 2], 1000 + 3 * step) * 0.5 + 1
        for part, salt in (("discriminator", 1001), ("generator", 1002)):
            fake = generator(batch_of("float", [16, 4], salt + 3 * step))
            if part == "discriminator":
                judged_real = F.binary_cross_entropy_with_logits(discriminator(real), ones)
                loss = judged_real + F.binary_cross_entropy_with_logits(discriminator(fake), nothing)
            else:
                loss = F.binary_cross_entropy_with_logits(discriminator(fake), ones)
            losses[part].append(loss.item())
            module.zero_grad()
            loss.backward()
            optimizers[part].step()
    return {"parameters": parameters, "losses": {part: rounded(values) for part, values in losses.items()}}


def gradient_penalty():
    """A critic whose gradient at the examples is held at length 1 (Gulrajani et al. 2017): differentiates a gradient."""
    module = nn.ModuleDict({
        "critic": Named(
            lambda m, x: m.out(torch.tanh(m.hidden2(F.softplus(m.hidden1(x))))),
            hidden1=nn.Linear(3, 16), hidden2=nn.Linear(16, 16), out=nn.Linear(16, 1),
        )
    })
    parameters = fill(module)
    critic = module["critic"]
    optimizer = torch.optim.SGD(critic.parameters(), lr=0.02, momentum=0.9)
    losses, penalties = [], []
    for step in range(STEPS):
        real = batch_of("float", [12, 3], 1000 + 2 * step) * 0.5 + 0.5
        fake = batch_of("float", [12, 3], 1001 + 2 * step)
        between = (0.5 * (real + fake)).requires_grad_()
        (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
        penalty = ((slope.square().sum(1).sqrt() - 1) ** 2).mean()
        loss = critic(fake).mean() - critic(real).mean() + 10 * penalty
        losses.append(loss.item())
        penalties.append(penalty.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return {"parameters": parameters, "losses": rounded(losses), "penalties": rounded(penalties)}


content = {
    "supervised": [mlp(), lenet(), residual(), lstm(), transformer()],
    "adversaries": adversaries(),
    "gradientPenalty": gradient_penalty(),
}
path = pathlib.Path(__file__).parent / "trajectories.json"
path.write_text(json.dumps(content, separators=(",", ":")) + "\n")

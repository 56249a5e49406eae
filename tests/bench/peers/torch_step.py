"""Times one training step of a benchmark model in PyTorch (CPU, eager) and prints one JSON object.

Usage: torch_step.py MODEL SECONDS THREADS. The models are those of workers/benchModels.ts; plain SGD,
mean cross-entropy. The time is the best of the medians of short blocks, as in workers/benchStep.ts.
"""

import json
import resource
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

name, seconds, threads = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(threads)
torch.manual_seed(0)


class Residual(nn.Module):
    def __init__(self, inward, outward, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inward, outward, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(outward)
        self.conv2 = nn.Conv2d(outward, outward, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(outward)
        plain = stride == 1 and inward == outward
        self.shortcut = None if plain else nn.Sequential(
            nn.Conv2d(inward, outward, 1, stride, bias=False), nn.BatchNorm2d(outward)
        )

    def forward(self, x):
        y = self.norm2(self.conv2(F.relu(self.norm1(self.conv1(x)))))
        return F.relu(y + (x if self.shortcut is None else self.shortcut(x)))


class Pooled(nn.Module):
    def forward(self, x):
        return x.mean((2, 3))


class LastState(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(64, 128, batch_first=True)
        self.fc = nn.Linear(128, 10)

    def forward(self, x):
        return self.fc(self.lstm(x)[0][:, -1])


class Language(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(64, 128)
        self.position = nn.Parameter(torch.randn(128, 128) * 0.02)
        self.blocks = nn.ModuleList(
            nn.TransformerEncoderLayer(
                128, 4, 512, dropout=0.0, activation="gelu", norm_first=True, batch_first=True
            )
            for _ in range(4)
        )
        self.head = nn.Linear(128, 64)
        self.register_buffer("mask", nn.Transformer.generate_square_subsequent_mask(128))

    def forward(self, x):
        h = self.embed(x) + self.position
        for block in self.blocks:
            h = block(h, src_mask=self.mask, is_causal=True)
        return self.head(h)


def residual_net():
    blocks, inward = [], 16
    for stage, outward in enumerate((16, 32, 64)):
        for block in range(3):
            blocks.append(Residual(inward, outward, 2 if stage and not block else 1))
            inward = outward
    stem = [nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU()]
    return nn.Sequential(*stem, *blocks, Pooled(), nn.Linear(64, 10))


def le_net():
    return nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(3136, 128), nn.ReLU(), nn.Linear(128, 10),
    )


def mlp():
    return nn.Sequential(
        nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10)
    )


images = lambda *shape: lambda: (torch.randn(*shape), torch.randint(0, 10, (shape[0],)))
tokens = lambda: (torch.randint(0, 64, (16, 128)), torch.randint(0, 64, (16, 128)))
models = {
    "mlp": (mlp, images(64, 784)),
    "lenet": (le_net, images(64, 1, 28, 28)),
    "resnet20": (residual_net, images(32, 3, 32, 32)),
    "lstm": (LastState, images(32, 64, 64)),
    "transformer": (Language, tokens),
}
build, batch = models[name]
net = build()
x, target = batch()
optimizer = torch.optim.SGD(net.parameters(), lr=0.01)


def step():
    optimizer.zero_grad(set_to_none=True)
    logits = net(x)
    F.cross_entropy(logits.reshape(-1, logits.shape[-1]), target.reshape(-1)).backward()
    optimizer.step()


def best_median(block_seconds=0.3, least=3):
    for _ in range(5):
        step()
    best, cpu, end = float("inf"), float("inf"), time.perf_counter() + seconds
    while best == float("inf") or time.perf_counter() < end:
        times, block_end, cpu_start = [], time.perf_counter() + block_seconds, time.process_time()
        while len(times) < least or time.perf_counter() < block_end:
            start = time.perf_counter()
            step()
            times.append(time.perf_counter() - start)
        times.sort()
        best = min(best, times[len(times) // 2])
        cpu = min(cpu, (time.process_time() - cpu_start) / len(times))
    return best * 1000, cpu * 1000


milliseconds, cpu_milliseconds = best_median()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({
    "model": name,
    "milliseconds": milliseconds,
    "cpuMilliseconds": cpu_milliseconds,
    "peakBytes": peak * (1 if sys.platform == "darwin" else 1024),
    "version": torch.__version__,
}))

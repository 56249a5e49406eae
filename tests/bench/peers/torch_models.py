"""The benchmark's models in PyTorch, as workers/benchModels.ts has them."""

import torch
from torch import nn
from torch.nn import functional as F


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


def images(*shape):
    return lambda batch: (torch.randn(batch, *shape), torch.randint(0, 10, (batch,)))


def tokens(batch):
    return torch.randint(0, 64, (batch, 128)), torch.randint(0, 64, (batch, 128))


# The batch is that of workers/benchModels.ts.
models = {
    "mlp": (mlp, images(784), 64),
    "lenet": (le_net, images(1, 28, 28), 64),
    "resnet20": (residual_net, images(3, 32, 32), 32),
    "lstm": (LastState, images(64, 64), 32),
    "transformer": (Language, tokens, 16),
}


def make_step(name, batch=None, device="cpu"):
    """A function that trains one step (plain SGD, mean cross-entropy) and returns the loss as a tensor."""
    build, batch_of, usual = models[name]
    net = build().to(device)
    x, target = (tensor.to(device) for tensor in batch_of(batch or usual))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01)

    def step():
        optimizer.zero_grad(set_to_none=True)
        logits = net(x)
        loss = F.cross_entropy(logits.reshape(-1, logits.shape[-1]), target.reshape(-1))
        loss.backward()
        optimizer.step()
        return loss.detach()

    return step

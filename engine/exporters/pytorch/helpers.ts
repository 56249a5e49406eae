// Classes and functions that the source has only where a layer needs them.

const recurrent = `
def run_recurrent(module, x, mask=None):
    """The steps of the top layer, then its last states with the directions side by side.

    A mask [batch, length] says which steps count: padding is at the end, and the state is that of the last step that counts.
    """
    if mask is None:
        steps, states = module(x)
    else:
        lengths = mask.to(x.dtype).sum(dim=1).clamp(min=1).long().cpu()
        packed = nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        packed, states = module(packed)
        steps, _ = nn.utils.rnn.pad_packed_sequence(packed, batch_first=True, total_length=x.size(1))
    directions = 2 if module.bidirectional else 1
    states = states if isinstance(states, tuple) else (states,)
    return (steps, *(state[-directions:].transpose(0, 1).flatten(1) for state in states))
`;

const later_steps = `
def later_steps(rows, columns, device):
    """True where a step must not look, because the other one is later."""
    return torch.ones(rows, columns, dtype=torch.bool, device=device).triu(1)
`;

const last_step = `
def last_step(x, mask):
    """The last step that counts: the one before the first 0 of the mask [batch, length]."""
    kept = mask.to(x.dtype)
    chosen = kept - F.pad(kept, (0, 1))[:, 1:]
    return (x * chosen.unsqueeze(2)).sum(dim=1)
`;

const mean_of_steps = `
def mean_of_steps(x, mask):
    """The mean over the steps that the mask [batch, length] counts."""
    kept = mask.to(x.dtype).unsqueeze(2)
    return (x * kept).sum(dim=1) / kept.sum(dim=1).clamp(min=1)
`;

const largest_of_steps = `
def largest_of_steps(x, mask):
    """The largest value of each feature over the steps that the mask [batch, length] counts."""
    return (x + (mask.to(x.dtype).unsqueeze(2) - 1) * 1e9).amax(dim=1)
`;

const cosine = `
def cosine(a, b):
    """The cosine of the angle between a and b along the last axis, which stays."""
    squares = a.square().sum(dim=-1, keepdim=True) * b.square().sum(dim=-1, keepdim=True)
    return (a * b).sum(dim=-1, keepdim=True) / (squares + 1e-12).sqrt()
`;

const pad_same = `
def pad_same(x, kernel, stride, dilation, value=0.0):
    """Pads so that a window gives size / stride outputs, rounded up; the odd element goes to the end."""
    pads = []
    for size, k, s, d in zip(x.shape[:1:-1], kernel[::-1], stride[::-1], dilation[::-1]):
        total = max((-(-size // s) - 1) * s + (k - 1) * d + 1 - size, 0)
        pads += [total // 2, total - total // 2]
    return F.pad(x, pads, value=value)
`;

const Normalise = `
class Normalise(nn.Module):
    """(x - mean) / deviation along one axis, by statistics of the data."""

    def __init__(self, size, axis):
        super().__init__()
        self.axis = axis
        self.register_buffer("mean", torch.zeros(size))
        self.register_buffer("deviation", torch.ones(size))

    def forward(self, x):
        shape = [-1] + [1] * (x.dim() - 1 - self.axis)
        return (x - self.mean.view(shape)) / self.deviation.view(shape)
`;

const GaussianNoise = `
class GaussianNoise(nn.Module):
    """Adds normal noise while training."""

    def __init__(self, deviation):
        super().__init__()
        self.deviation = deviation

    def forward(self, x):
        return x + torch.randn_like(x) * self.deviation if self.training else x
`;

const PositionalEmbedding = `
class PositionalEmbedding(nn.Module):
    """Adds a learned vector for each position."""

    def __init__(self, longest, dimension):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(longest, dimension) * 0.02)

    def forward(self, x):
        return x + self.weight[: x.size(1)]
`;

const sinusoidal_positions = `
def sinusoidal_positions(x):
    """x plus sines (even columns) and cosines (odd columns) of the positions."""
    position = torch.arange(x.size(1), dtype=torch.float64, device=x.device).unsqueeze(1)
    column = torch.arange(x.size(2), device=x.device)
    angle = position * 10000.0 ** (-(column - column % 2).double() / x.size(2))
    return x + torch.where(column % 2 == 0, angle.sin(), angle.cos()).to(x.dtype)
`;

const ResidualBlock = `
class ResidualBlock(nn.Module):
    """Two 3x3 convolutions with batch norm, added to the input, which is projected where the shape changes."""

    def __init__(self, channels, filters, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, filters, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(filters)
        self.conv2 = nn.Conv2d(filters, filters, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(filters)
        self.downsample = nn.Identity()
        if stride != 1 or channels != filters:
            projection = nn.Conv2d(channels, filters, 1, stride=stride, bias=False)
            self.downsample = nn.Sequential(projection, nn.BatchNorm2d(filters))

    def forward(self, x):
        branch = F.relu(self.bn1(self.conv1(x)))
        branch = self.bn2(self.conv2(branch))
        return F.relu(branch + self.downsample(x))
`;

const BottleneckBlock = `
class BottleneckBlock(nn.Module):
    """1x1, 3x3 and 1x1 convolutions with batch norm, added to the input; the inner ones are narrower."""

    def __init__(self, channels, filters, inner, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, inner, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(inner)
        self.conv2 = nn.Conv2d(inner, inner, 3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(inner)
        self.conv3 = nn.Conv2d(inner, filters, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(filters)
        self.downsample = nn.Identity()
        if stride != 1 or channels != filters:
            projection = nn.Conv2d(channels, filters, 1, stride=stride, bias=False)
            self.downsample = nn.Sequential(projection, nn.BatchNorm2d(filters))

    def forward(self, x):
        branch = F.relu(self.bn1(self.conv1(x)))
        branch = F.relu(self.bn2(self.conv2(branch)))
        branch = self.bn3(self.conv3(branch))
        return F.relu(branch + self.downsample(x))
`;

const InceptionBlock = `
class InceptionBlock(nn.Module):
    """Four branches joined along the channels: 1x1; 1x1 then 3x3; 1x1 then 5x5; max pool then 1x1."""

    def __init__(self, channels, filters1, reduce3, filters3, reduce5, filters5, filters_pool):
        super().__init__()
        self.branch1 = nn.Conv2d(channels, filters1, 1)
        self.reduce3 = nn.Conv2d(channels, reduce3, 1)
        self.branch3 = nn.Conv2d(reduce3, filters3, 3, padding=1)
        self.reduce5 = nn.Conv2d(channels, reduce5, 1)
        self.branch5 = nn.Conv2d(reduce5, filters5, 5, padding=2)
        self.branchPool = nn.Conv2d(channels, filters_pool, 1)

    def forward(self, x):
        branches = [
            self.branch1(x),
            self.branch3(F.relu(self.reduce3(x))),
            self.branch5(F.relu(self.reduce5(x))),
            self.branchPool(F.max_pool2d(x, 3, stride=1, padding=1)),
        ]
        return F.relu(torch.cat(branches, dim=1))
`;

export const helpers = {
  run_recurrent: recurrent,
  later_steps,
  last_step,
  mean_of_steps,
  largest_of_steps,
  cosine,
  pad_same,
  sinusoidal_positions,
  Normalise,
  GaussianNoise,
  PositionalEmbedding,
  ResidualBlock,
  BottleneckBlock,
  InceptionBlock,
} as const;

export type HelperName = keyof typeof helpers;

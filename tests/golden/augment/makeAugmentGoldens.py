"""Writes resampling.json beside this file: images mapped by matrices and padded, as PyTorch and numpy compute it in float64.

Usage: python tests/golden/augment/makeAugmentGoldens.py (needs torch and numpy).
"""
import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

random = np.random.default_rng(3)
CHANNELS, HEIGHT, WIDTH = 3, 5, 7
image = random.integers(0, 256, (CHANNELS, HEIGHT, WIDTH)).astype(np.float64)


def sampled(matrix, height, width, mode):
    """Bilinear samples at matrix · (x, y, 1), pixel centres being whole numbers."""
    y, x = np.meshgrid(np.arange(height), np.arange(width), indexing="ij")
    places = np.stack([x, y, np.ones_like(x)], -1).reshape(-1, 3) @ np.array(matrix).reshape(3, 3).T
    places = places[:, :2] / places[:, 2:]
    # With align_corners −1 and 1 are the centres of the outermost pixels, and reflection is about them.
    grid = places / (np.array([WIDTH, HEIGHT]) - 1) * 2 - 1
    grid = torch.tensor(grid.reshape(1, height, width, 2))
    result = F.grid_sample(torch.tensor(image)[None], grid, padding_mode=mode, align_corners=True)
    return [float(f"{v:.9g}") for v in result.numpy().ravel()]


turn = np.deg2rad(25.0)
c, s = np.cos(turn), np.sin(turn)
maps = {
    "turned": [c, -s, 1.5, s, c, -1.25, 0, 0, 1],
    "zoomed out": [2.5, 0, -5, 0, 2.5, -4, 0, 0, 1],
    "zoomed in": [0.4, 0, 1.3, 0, 0.4, 0.7, 0, 0, 1],
    "sheared": [1, 0.5, -1, 0.2, 1, -0.5, 0, 0, 1],
    "in perspective": [1.1, 0.1, -0.4, 0.05, 0.9, 0.3, 0.02, -0.01, 1],
}
modes = {"constant": "zeros", "edge": "border", "reflect": "reflection"}
cases = [
    {"map": name, "mode": mode, "matrix": matrix, "height": 6, "width": 8, "values": sampled(matrix, 6, 8, torch_mode)}
    for name, matrix in maps.items()
    for mode, torch_mode in modes.items()
]
pads = [
    {"mode": mode, "pixels": pixels, "values": np.pad(image, [(0, 0), (pixels, pixels), (pixels, pixels)], mode).ravel().tolist()}
    for mode in ["constant", "edge", "reflect", "wrap"]
    for pixels in [2, 11]
]
path = pathlib.Path(__file__).parent / "resampling.json"
content = {"shape": [CHANNELS, HEIGHT, WIDTH], "image": image.ravel().tolist(), "cases": cases, "pads": pads}
path.write_text(json.dumps(content, separators=(",", ":")) + "\n")

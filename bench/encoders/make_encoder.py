#!/usr/bin/env python3
"""Writes a TorchScript encoder that costs what a usual one costs and knows nothing: a ResNet-50 up to its third stage with the
mean over the field (He et al., CVPR 2016), as CLAM takes it: 224 px at 0.5 µm/px to 1 024 numbers, weights of chance.

usage: make_encoder.py FOLDER       then: slidetype features SLIDE -o OUT --encoder FOLDER, which says how fast it went
Needs PyTorch. It is for measuring time, not for learning.
"""
import json
import pathlib
import sys

import torch
from torch import nn


class Bottleneck(nn.Module):
    """Three convolutions around which the input goes, too."""

    def __init__(self, inputs, width, stride):
        super().__init__()
        outputs = 4 * width
        self.way = nn.Sequential(
            nn.Conv2d(inputs, width, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(),
            nn.Conv2d(width, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(),
            nn.Conv2d(width, outputs, 1, bias=False), nn.BatchNorm2d(outputs))
        same = stride == 1 and inputs == outputs
        self.around = nn.Identity() if same else nn.Sequential(
            nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        return torch.relu(self.way(x) + self.around(x))


def encoder():
    layers = [nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
    inputs = 64
    for width, blocks, stride in ((64, 3, 1), (128, 4, 2), (256, 6, 2)):
        for block in range(blocks):
            layers.append(Bottleneck(inputs, width, stride if block == 0 else 1))
            inputs = 4 * width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten())


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(1)
    with torch.no_grad():
        network = torch.jit.freeze(torch.jit.trace(encoder().eval(), torch.zeros(1, 3, 224, 224)))
    network.save(str(folder / "encoder.pt"))
    (folder / "encoder.json").write_text(json.dumps({
        "name": "resnet50-shaped", "file": "encoder.pt", "patch_size_pixels": 224, "spacing_um_px": 0.5, "dimension": 1024,
        "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}, indent=2) + "\n")


main()

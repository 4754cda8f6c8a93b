#!/usr/bin/python3
"""Writes one network, of 1024 outputs, as FOLDER/onnx/net.onnx and FOLDER/script/net.pt, each with its encoder.json.
Exits with 77 where Python has no torch, or not what its exporter needs.

usage: exported_by_torch.py FOLDER
"""
import inspect
import json
import pathlib
import sys

try:
    import torch
    if int(torch.__version__.split(".")[0]) > 1:
        import onnx  # noqa: F401 (its exporter looks at what it made with this)
except ImportError as error:
    print(error)
    sys.exit(77)

EDGE, NUMBERS = 64, 1024


def network():
    """Convolutions with a shortcut, normalisation, and attention over the places of the last map."""
    class Small(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = torch.nn.Conv2d(3, 16, 7, stride=4, padding=3)
            self.norm = torch.nn.BatchNorm2d(16)
            self.block = torch.nn.Conv2d(16, 16, 3, padding=1)
            self.score = torch.nn.Linear(16, 1)
            self.out = torch.nn.Sequential(torch.nn.LayerNorm(16), torch.nn.Linear(16, NUMBERS))

        def forward(self, x):
            x = torch.relu(self.norm(self.stem(x)))
            x = x + torch.nn.functional.gelu(self.block(x))
            x = x.flatten(2).transpose(1, 2)
            return self.out((torch.softmax(self.score(x), 1) * x).sum(1))

    torch.manual_seed(3)
    made = Small()
    made.norm.running_mean.normal_()
    made.norm.running_var.uniform_(0.5, 2)
    return made.eval()


def main():
    folder = pathlib.Path(sys.argv[1])
    made, example = network(), torch.rand(2, 3, EDGE, EDGE)
    for kind, name in (("onnx", "net.onnx"), ("script", "net.pt")):
        (folder / kind).mkdir()
        settings = {"name": kind, "file": name, "patch_size_pixels": 96, "resize": EDGE, "spacing_um_px": 0.5,
                    "dimension": NUMBERS, "mean": [0.7, 0.5, 0.7], "std": [0.2, 0.25, 0.2]}
        (folder / kind / "encoder.json").write_text(json.dumps(settings), encoding="utf-8")
    # The older of its two exporters, which all versions have; the newer one needs packages that Debian does not have.
    older = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    torch.onnx.export(made, example, str(folder / "onnx/net.onnx"), input_names=["pictures"], output_names=["features"],
                      dynamic_axes={"pictures": {0: "N"}, "features": {0: "N"}}, opset_version=13, **older)
    torch.jit.trace(made, example).save(str(folder / "script/net.pt"))


if __name__ == "__main__":
    main()

#!/usr/bin/python3
"""The plain way to score the tiles of a slide: Debian's python3-openslide, python3-pil and python3-torch.

    slide_bench --peer ...                        runs it beside slidetype, on the same tiles and weights
    bench/peer_python.py TASK.json [--limit N]    TASK.json as `slide_bench --peer-task FOLDER` writes it

Processes beside the main one read tiles with read_region from the level that suits, and shrink them with PIL; the main
process runs the TorchScript model on batches, with torch's own number of threads. Nothing is written.
"""
import argparse
import json
import os
import resource
import sys
import time

SKIPPED = 77  # what automake, and our tests, take for "could not be tried here"

try:
    import numpy
    import openslide
    import torch
    from PIL import Image
except ImportError as error:
    print(f"skipped: {error}; apt install python3-torch python3-openslide python3-pil", file=sys.stderr)
    sys.exit(SKIPPED)


class Tiles(torch.utils.data.Dataset):
    """The tiles of a task as float tensors 3 x patch x patch in 0 … 1. Every worker opens the slide for itself."""

    def __init__(self, task, limit):
        self.file, self.patch = task["slide"], task["patch_size_px"]
        self.tiles = task["tiles"][:limit] if limit else task["tiles"]
        self.slide = None

    def __len__(self):
        return len(self.tiles)

    def __getitem__(self, index):
        if self.slide is None:
            self.slide = openslide.OpenSlide(self.file)
        x, y, width, height, _ = self.tiles[index]
        level = self.slide.get_best_level_for_downsample(width / self.patch * 1.02 / 4)  # the level that slidetype reads
        downsample = self.slide.level_downsamples[level]
        size = (round(width / downsample), round(height / downsample))
        picture = self.slide.read_region((x, y), level, size).convert("RGB")
        if picture.size != (self.patch, self.patch):
            picture = picture.resize((self.patch, self.patch), Image.BILINEAR)
        pixels = torch.from_numpy(numpy.asarray(picture).copy())
        return pixels.permute(2, 0, 1).float().div(255)


def cpu_seconds():
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", help="tiles.json")
    parser.add_argument("--limit", type=int, default=0, help="only the first N tiles; 0 takes all")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--workers", type=int, default=2, help="processes that read")
    parser.add_argument("--torch-threads", type=int, default=0, help="0: torch's own default")
    parser.add_argument("--json", help="also write the figures to this file")
    arguments = parser.parse_args()
    with open(arguments.task, encoding="utf-8") as file:
        task = json.load(file)

    if arguments.torch_threads:
        torch.set_num_threads(arguments.torch_threads)
    begin = time.perf_counter()
    data = Tiles(task, arguments.limit)
    loader = torch.utils.data.DataLoader(data, batch_size=arguments.batch, num_workers=arguments.workers)
    model = torch.jit.load(task["model"]).eval()
    scores = []
    with torch.inference_mode():
        for batch in loader:
            scores += torch.softmax(model(batch), dim=1)[:, 1].tolist()
    wall = time.perf_counter() - begin
    del loader
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    differences = [abs(ours[4] - theirs) for ours, theirs in zip(data.tiles, scores)]
    figures = {
        "tiles": len(scores),
        "wall_s": wall,
        "tiles_s": len(scores) / wall,
        "cpu_s": cpu_seconds(),
        "peak_rss_mb": (own + arguments.workers * worker) / 1024,
        "largest_difference": max(differences),
        "mean_difference": sum(differences) / len(differences),
        "torch": torch.__version__,
        "torch_threads": torch.get_num_threads(),
        "openslide": openslide.__library_version__,
        "processors": len(os.sched_getaffinity(0)),
    }
    print(json.dumps(figures))
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as file:
            json.dump(figures, file)


if __name__ == "__main__":
    main()

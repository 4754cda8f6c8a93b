#!/usr/bin/env python3
"""Makes the relocatable archive from a build: the program with every library that it loads, but for those of glibc.

    packaging/archive.py BUILD OUT          writes OUT/slidetype-VERSION-linux-PROCESSOR.tar.gz
                                            and slidetype-torch-VERSION-linux-PROCESSOR.tar.gz, unpacked over the first
The archives have the bytes that BUILD, the libraries of this system and SOURCE_DATE_EPOCH give, and no others.
"""
import argparse
import gzip
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile

from bundle import Bundle, own_binaries

# Programs find libraries of ours by these, whatever the system has in its own folders.
RPATHS = {"bin": "$ORIGIN/../lib/slidetype/bundled", "lib": "$ORIGIN/slidetype/bundled", "slidetype": "$ORIGIN/bundled"}
TORCH_RPATH = "$ORIGIN/torch:$ORIGIN/bundled"
# Of which a process can have one only; unpacked over those that OpenCV needs.
BLAS = ("libblas.so.3", "liblapack.so.3", "libopenblas.so.0")


def run(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def installed(build, root):
    """The program as `cmake --install` puts it, with its libraries in lib/ and not in lib/x86_64-linux-gnu."""
    for component in ("program", "development"):
        run("cmake", "--install", str(build), "--prefix", str(root / component), "--component", component, "--strip")
    tree = root / "tree"
    shutil.move(root / "program", tree)
    for folder in (tree / "lib").glob("*-linux-gnu"):
        for file in folder.iterdir():
            shutil.move(file, tree / "lib")
        folder.rmdir()
    # Of what programs are built with, the C interface alone: the rest needs the very compiler and libraries of this system.
    (tree / "include").mkdir()
    shutil.copy(root / "development/include/slidetype.h", tree / "include")
    library = next((tree / "lib").glob("libslidetype.so.[0-9]"))
    (tree / "lib/libslidetype.so").symlink_to(library.name)
    return tree


def set_rpath(file, rpath):
    # DT_RPATH and not DT_RUNPATH: it holds for what the libraries need in turn, too.
    run("patchelf", "--force-rpath", "--set-rpath", rpath, str(file))


def write_archive(tree, name, archive, epoch):
    """Sorted, without owners, of one time; the first half of the name is the one folder in it."""
    def plain(member):
        member.uid = member.gid = 0
        member.uname = member.gname = ""
        member.mtime = epoch
        member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
        return member

    partial = archive.with_name(archive.name + ".part")
    with open(partial, "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=epoch) as packed, \
            tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for path in [tree, *sorted(tree.rglob("*"))]:
            tar.add(path, arcname=str(pathlib.Path(name) / path.relative_to(tree)), recursive=False, filter=plain)
    partial.rename(archive)
    unpacked = sum(path.stat().st_size for path in tree.rglob("*") if path.is_file() and not path.is_symlink())
    print(f"{archive}: {archive.stat().st_size / 1e6:.0f} MB, unpacked {unpacked / 1e6:.0f} MB")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("build", type=pathlib.Path, help="build folder, configured with -DCMAKE_INSTALL_PREFIX=/usr")
    parser.add_argument("out", type=pathlib.Path, help="folder for the archives")
    parser.add_argument("--keep", type=pathlib.Path, help="also leave what is packed in this folder")
    arguments = parser.parse_args()
    for program in ("patchelf", "readelf", "cc", "dpkg"):
        if shutil.which(program) is None:
            sys.exit(f"packaging/archive.py: {program} is needed, and not there")
    version = run(str(arguments.build / "bin/slidetype"), "--version").split()[1]
    epoch = int(os.environ.get("SOURCE_DATE_EPOCH", "0"))
    system = f"linux-{platform.machine()}"
    arguments.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=arguments.out) as scratch:
        tree, torch = installed(arguments.build, pathlib.Path(scratch)), pathlib.Path(scratch) / "torch"
        (torch / "lib/slidetype").mkdir(parents=True)
        shutil.move(tree / "lib/slidetype/libslidetype_torch.so", torch / "lib/slidetype")

        bundle = Bundle(tree / "lib/slidetype/bundled")
        bundle.add_all(own_binaries(tree))
        bundle.add_data(tree / "share/slidetype/bundled")
        bundle.write_licences(tree / "share/doc/slidetype/licences", tree / "share/doc/slidetype/bundled-libraries.txt")
        for file in own_binaries(tree):
            set_rpath(file, RPATHS[file.parent.name])

        more = Bundle(torch / "lib/slidetype/torch", without=bundle.copied.keys() - set(BLAS), for_torch=True)
        more.add_all(own_binaries(torch))
        (torch / "lib/slidetype/bundled").mkdir()
        for name in BLAS:
            if name in more.copied:
                shutil.move(torch / "lib/slidetype/torch" / name, torch / "lib/slidetype/bundled")
        more.write_licences(torch / "share/doc/slidetype/licences", torch / "share/doc/slidetype/bundled-libraries-torch.txt")
        set_rpath(torch / "lib/slidetype/libslidetype_torch.so", TORCH_RPATH)

        name = f"slidetype-{version}-{system}"
        write_archive(tree, name, arguments.out / f"{name}.tar.gz", epoch)
        write_archive(torch, name, arguments.out / f"slidetype-torch-{version}-{system}.tar.gz", epoch)
        if arguments.keep:
            shutil.copytree(tree, arguments.keep, symlinks=True, dirs_exist_ok=True)


if __name__ == "__main__":
    main()

#!/usr/bin/env bash
# Installs what slidetype needs to build, run and be tested on Debian 12 ("bookworm"), Debian 13 ("trixie") and Debian's
# testing release. Safe to run again: it installs only what is missing and says what it does. Works as root or with sudo. On
# another system it names what is needed instead.
# --peer installs what bench/peer_python.py needs, the plain way that slidetype is compared with.
# --browser installs the browser that the tests of the viewer's page need, too; --clang what scripts/fuzz.sh and
# scripts/sanitize.sh need; --packages what `make packages` needs; --cluster the schedulers that the tests of cluster/ need.
# SLIDETYPE_SKIP_INSTALL=1 leaves everything as it is.
set -euo pipefail

# package                     why
packages=(
    g++ make cmake ninja-build   # building
    libdnnl-dev                  # oneDNN: scoring with networks of ours
    libtorch-dev                 # training, TorchScript
    libopenblas0-serial          # its matrix products: the reference BLAS that it takes else trains seed a quarter slower
    libopenslide-dev             # slide formats
    libdcmtk-dev                 # data sets of DICOM slides
    libopenjp2-7-dev             # their frames in JPEG 2000
    libopencv-core-dev libopencv-imgproc-dev libopencv-imgcodecs-dev # masks, resampling, pictures
    libopencv-ml-dev             # the random forest among the baselines
    libtbb-dev                   # the pipeline
    libboost-dev                 # geometry, ids
    nlohmann-json3-dev           # JSON
    libcli11-dev                 # command line
    libfmt-dev                   # text
    libtiff-dev                  # where the tiles of TIFF slides lie; writing sample slides
    libjpeg62-turbo-dev          # JPEG tiles of TIFF slides; photographs, row by row
    libpng-dev                   # PNG pictures, row by row
    zlib1g-dev                   # gzip
    libhdf5-dev libzip-dev       # feature files; networks that were trained with Keras
    xz-utils                     # unpacking the genuine slide of `make demo-real`
    libgtest-dev libgmock-dev    # tests
    libbenchmark-dev             # Google Benchmark: measuring single steps
    python3                      # the ctypes example of the C API, among the tests
    python3-h5py python3-torch   # feature files as other programs write them, and ours read back, among the tests
    clang-format clang-tidy      # style
)

asked() { # OPTION GIVEN…: whether it is among those given
    local option=$1 given
    shift
    for given in "$@"; do [ "$given" != "$option" ] || return 0; done
    return 1
}

# What may be there without a package of Debian, by the program that is needed.
command -v npm >/dev/null || packages+=(nodejs npm)  # bundling the viewer's page
if asked --browser "$@" && ! command -v chromium >/dev/null; then
    packages+=(chromium)  # tests of the viewer's page
fi
if asked --clang "$@"; then
    packages+=(clang libclang-rt-dev)  # libFuzzer and the sanitizers' run-time, of the distribution's clang
fi

if asked --packages "$@"; then
    packages+=(dpkg-dev patchelf)  # Debian packages, the relocatable archive
fi

if asked --cluster "$@"; then
    packages+=(slurm-wlm munge snakemake python3-yaml)  # the engines that tests/cluster tries cluster/ on
fi

if asked --peer "$@"; then
    packages+=(python3-torch python3-openslide python3-pil python3-numpy)  # the plain way, to compare with
fi

needed_elsewhere() {
    cat >&2 <<'TEXT'
This script installs packages of Debian 12, Debian 13 and Debian's testing release. On another system please install, by its own means:
  a C++20 compiler (g++ 12 or newer), CMake 3.25, Ninja, make
  oneDNN 2.6 or 3               https://github.com/oneapi-src/oneDNN   (with OpenMP of GCC, as Debian builds it)
  libtorch 1.13 or newer        https://pytorch.org   (with a fast BLAS, such as OpenBLAS)
  OpenSlide 3.4.1 or newer      https://openslide.org
  DCMTK 3.6.7, OpenJPEG 2.5
  OpenCV 4.6 (core, imgproc, imgcodecs), oneTBB 2021, Boost 1.74 (headers), nlohmann-json 3.11, CLI11 2.1, fmt 9,
  libtiff 4.5, libjpeg-turbo 2.1, libpng 1.6, zlib, HDF5 1.10, libzip 1.7, GoogleTest 1.12, Google Benchmark 1.7; Node.js 18 and npm; Chromium for the tests of the viewer's page; clang-format and clang-tidy 14 for `make lint`
and run make again with SLIDETYPE_SKIP_INSTALL=1.
TEXT
    exit 1
}

# Ubuntu and others that descend from Debian name most packages as it does, but nobody has tried slidetype there.
needed_on_relative() {
    cat >&2 <<TEXT
It descends from Debian, where the packages below are installed by this script. slidetype has not been tried on it, so nothing is installed for you. Where it has them under the same names, this is enough:
  sudo apt-get install ${packages[*]}
and then run make again with SLIDETYPE_SKIP_INSTALL=1.
TEXT
    exit 1
}

if [ "${SLIDETYPE_SKIP_INSTALL:-0}" = 1 ]; then
    echo "SLIDETYPE_SKIP_INSTALL is set: nothing is installed."
    exit 0
fi
command -v apt-get >/dev/null && command -v dpkg-query >/dev/null || needed_elsewhere
. "${SLIDETYPE_OS_RELEASE:-/etc/os-release}"  # another file than the system's: for the tests of this script
if [ "${ID:-}" != debian ]; then
    echo "This is ${PRETTY_NAME:-an unknown system}, not Debian." >&2
    case " ${ID_LIKE:-} " in
        *" debian "*) needed_on_relative ;;
    esac
    needed_elsewhere
fi
if [ "${VERSION_ID:-}" != 12 ]; then
    packages+=(python3-onnx)  # what PyTorch 2 exports ONNX files with, among the tests
    if asked --packages "$@"; then packages+=(libonnxruntime-dev); fi  # suggested; for Debian 12 it goes into the package
fi
case "${VERSION_ID:-}" in
    12 | 13) ;;
    '') echo "This is ${PRETTY_NAME:-Debian} (testing or unstable), which changes from day to day; Debian 12 and 13 stay as they were tried." ;;
    [1-9] | 1[01] | [1-9].* | 1[01].*)
        echo "This is ${PRETTY_NAME:-Debian $VERSION_ID}, whose compiler and libraries are too old." >&2
        needed_elsewhere ;;
    *) echo "This is ${PRETTY_NAME:-Debian $VERSION_ID}, which is newer than what slidetype was tried on (12, 13, testing)." ;;
esac

missing=()
for package in "${packages[@]}"; do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
    echo "All ${#packages[@]} packages that slidetype needs are installed."
    exit 0
fi

as_root=()
if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "These packages are missing and neither root nor sudo is at hand: ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi
echo "Installing ${#missing[@]} packages: ${missing[*]}"
"${as_root[@]}" apt-get update -q
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"

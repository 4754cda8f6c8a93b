"""The libraries that binaries need, copied into a folder, with their licences and the files that they look for."""
import pathlib
import re
import shutil
import subprocess

# Of glibc: belongs to the system that the program runs on.
OF_GLIBC = re.compile(r"(ld-linux.*|lib(c|m|dl|rt|pthread|util|resolv|anl|mvec|nsl|thread_db|BrokenLocale|nss_\w+))\.so(\.\d+)*$")

# imgcodecs opens NITF and DTED pictures with GDAL, of which slidetype reads none. GDAL brings a hundred libraries (databases,
# PDF, video codecs), some under the GPL, so what imgcodecs calls of it is answered by "there is no such file".
LEFT_OUT = re.compile(r"libgdal\.so\.\d+$")
INSTEAD = "libslidetype_no_gdal.so"


def output(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def is_elf(file):
    with open(file, "rb") as opened:
        return opened.read(4) == b"\x7fELF"


def own_binaries(tree):
    """What slidetype itself has in an installed tree: program, library of the C interface, modules. Sorted."""
    return sorted(file for folder in ("bin", "lib", "lib/slidetype") for file in (tree / folder).glob("*")
                  if file.is_file() and not file.is_symlink() and is_elf(file))


def needed_by(file):
    return re.findall(r"\(NEEDED\)\s+Shared library: \[(.+?)\]", output("readelf", "-dW", str(file)))


def symbols(file, which):
    lines = output("nm", "-D", which, "--format=posix", "--without-symbol-versions", str(file)).splitlines()
    return {line.split()[0] for line in lines}


def package_of(path):
    """The package that a file is of, and its version. Debian knows /lib of the time before it became /usr/lib."""
    for name in (str(path), str(path).replace("/usr/lib/", "/lib/", 1)):
        found = subprocess.run(["dpkg", "-S", name], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
        if found.returncode == 0:
            package = found.stdout.split(": ")[0].split(",")[0]
            return package.split(":")[0], output("dpkg-query", "-W", "-f", "${Version}", package)
    raise SystemExit(f"{path} is of no package of this system: its licence is unknown, so it is not given away")


class Bundle:
    """Libraries in a folder, under the names by which they are looked for."""

    def __init__(self, folder, without=(), for_torch=False):
        """`without`: names that are there already. `for_torch`: Debian's libtorch is linked to libraries for windows, video
        and more of which it calls nothing; these are left out, and its matrix products get the quick BLAS of the system."""
        self.folder, self.without, self.for_torch = folder, set(without), for_torch
        self.copied = {}  # name -> where the system has it
        self.places = {}  # name -> where the loader finds it
        folder.mkdir(parents=True)

    def add_all(self, binaries):
        """All that these need, and what that needs in turn. They must be able to run here."""
        for binary in binaries:
            for name, place in re.findall(r"^\s*(\S+) => (/\S+) \(", output("ldd", str(binary)), re.M):
                self.places.setdefault(name, pathlib.Path(place))
        for binary in binaries:
            self._add_needed(binary)

    def _add_needed(self, binary):
        for name in needed_by(binary):
            if OF_GLIBC.match(name) or name in self.copied or name in self.without:
                continue
            if name not in self.places:
                raise SystemExit(f"{binary} needs {name}, which is not found")
            self._add(name, self._chosen(name))

    def _chosen(self, name):
        """Of BLAS and LAPACK, of which a system may have several, the small ones, but for libtorch."""
        place = self.places[name]
        plain = {"libblas.so.3": "blas", "liblapack.so.3": "lapack"}.get(name)
        if plain and not self.for_torch:
            small = pathlib.Path("/usr/lib", output("cc", "-print-multiarch").strip(), plain, name)
            return small if small.exists() else place
        return place

    def _add(self, name, place):
        real = place.resolve()
        target = self.folder / name
        shutil.copyfile(real, target)
        self.copied[name] = real
        for each in needed_by(target):
            if LEFT_OUT.match(each):
                self._answer_for(self.places[each].resolve(), target)
                output("patchelf", "--replace-needed", each, INSTEAD, str(target))
                self.without.add(INSTEAD)
            elif self.for_torch and not OF_GLIBC.match(each) and not self._is_called(each, target):
                output("patchelf", "--remove-needed", each, str(target))
        # A path of its own would hide that of the binaries, by which its neighbours are found.
        if re.search(r"\((RPATH|RUNPATH)\)", output("readelf", "-dW", str(target))):
            output("patchelf", "--remove-rpath", str(target))
        target.chmod(0o644)
        self._add_needed(target)

    def _is_called(self, name, caller):
        return bool(symbols(self.places[name].resolve(), "--defined-only") & symbols(caller, "--undefined-only"))

    def _answer_for(self, library, caller):
        """A library that has what `caller` calls of `library`: each function does nothing and gives zero."""
        called = sorted(symbols(library, "--defined-only") & symbols(caller, "--undefined-only"))
        lines = [f'.globl "{name}"\n.type "{name}", @function\n"{name}":' for name in called]
        processor = output("cc", "-dumpmachine").split("-")[0]
        zero = {"x86_64": "xorl %eax, %eax", "aarch64": "mov x0, #0"}[processor]
        source = self.folder / "no_gdal.s"
        source.write_text(".text\n" + "\n".join(lines) + f'\n{zero}\nret\n.section .note.GNU-stack,"",%progbits\n')
        output("cc", "-shared", "-nostdlib", "-s", f"-Wl,-soname,{INSTEAD}", "-Wl,--build-id=none", "-o",
               str(self.folder / INSTEAD), str(source))
        source.unlink()
        (self.folder / INSTEAD).chmod(0o644)

    def add_data(self, folder):
        """Files that libraries look for where their distribution has them; see base/bundled_data.h."""
        lines = []
        loader = next(pathlib.Path("/usr/lib").glob("*/gdk-pixbuf-2.0/*/loaders/libpixbufloader-bmp.so"), None)
        if loader and any(name.startswith("libgdk_pixbuf-2.0") for name in self.copied):  # tiles of MIRAX slides in BMP
            folder.mkdir(parents=True, exist_ok=True)
            cache = loader.parent.parent / "loaders.cache"
            entry = cache.read_text().split(f'"{loader}"\n', 1)[1].split("\n\n", 1)[0]
            # Without a folder, it is found by the path of the program.
            (folder / "loaders.cache").write_text(f'"{loader.name}"\n{entry}\n\n')
            self._add(loader.name, loader)
            lines.append("GDK_PIXBUF_MODULE_FILE loaders.cache\n")
        dictionary = next(iter(sorted(pathlib.Path("/usr/share").glob("libdcmtk*/dicom.dic"))), None)
        if dictionary and any(name.startswith("libdcmdata.so") for name in self.copied):  # names and types of DICOM's fields
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(dictionary, folder / "dicom.dic")
            lines.append("DCMDICTPATH dicom.dic\n")
        if lines:
            (folder / "environment").write_text("".join(lines))

    def write_licences(self, folder, table):
        """The copyright file of each package that a library is of, the texts that these name, and a list of all."""
        folder.mkdir(parents=True, exist_ok=True)
        lines, named = [], set()
        for name, real in sorted(self.copied.items()):
            package, version = package_of(real)
            lines.append(f"{name}  {package}  {version}\n")
            copyright_file = pathlib.Path("/usr/share/doc") / package / "copyright"
            if not copyright_file.exists():
                raise SystemExit(f"{package} has no copyright file: {name} is not given away without")
            text = copyright_file.read_text(errors="replace")
            named |= set(re.findall(r"/usr/share/common-licenses/([\w.-]*[\w])", text))
            (folder / package).write_text(text)
        for each in sorted(named):
            source = pathlib.Path("/usr/share/common-licenses") / each
            if source.exists():
                (folder / "common-licenses").mkdir(exist_ok=True)
                shutil.copyfile(source, folder / "common-licenses" / each)
        table.write_text("Libraries in this archive, with the packages of Debian that they are from.\n\n" + "".join(lines))

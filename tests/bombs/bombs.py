#!/usr/bin/env python3
"""Files made to cost far more than they weigh, given to the real program under a limit of memory.

usage: bombs.py PATH/TO/emojiscope [--keep FOLDER]

Each must end in exactly one line of error that names the file, with everything else kept, the exit
status that the command line promises, and within the memory and the time below. Uses no network.

The memory is RLIMIT_DATA: all that a program can write to (heap, stacks, what its libraries unpack),
used or not; not the address space, of which libtorch maps much that it never touches. With two
threads an import of one small picture needs 672 MiB of it (VmData; 341 MiB of RAM), most of it the
model's libraries. The largest pictures that are let through, 32 Mi pixels in all frames, need some
350 MiB more. 1,280 MiB is room for these and for no bomb: one that is unpacked takes from 0.8 GB (a
lossless WebP) to 17 GB (65,535 x 65,535 pixels).
"""
import argparse
import json
import os
import pathlib
import resource
import struct
import subprocess
import sys
import tempfile
import time
import zlib

DATA_LIMIT = 1280 * 1024 * 1024
TIME_LIMIT = 240  # seconds for a run, on a machine that has other work

TESTS = pathlib.Path(__file__).resolve().parent.parent
CORPUS = TESTS / "fuzz" / "corpus"
GOOD = TESTS / "data" / "stamps" / "drawn_beer.png"

failures = 0


def check(what, holds, detail=""):
    global failures
    failures += not holds
    print(("ok    " if holds else "FAIL  ") + what + ("" if holds else f": {detail}"), flush=True)


# PNG.

def png_chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width, height, pixels, before=b""):
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + before +
            png_chunk(b"IDAT", pixels) + png_chunk(b"IEND", b""))


def zeros(count):
    """So many zero bytes, compressed: a thousandth of them."""
    packer = zlib.compressobj(9)
    block = bytes(1 << 20)
    packed = [packer.compress(block) for _ in range(count >> 20)]
    return b"".join(packed) + packer.compress(bytes(count % (1 << 20))) + packer.flush()


# GIF.

ONE_PIXEL = b"\x02\x02\x4c\x01\x00"


def gif(width, height, frames):
    frame = b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + ONE_PIXEL
    return (b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) +
            b"\0\0\0\xff\xff\xff" + frame * frames + b";")


# JPEG and WebP: what lies in the fuzzers' corpus, changed.

def corpus(format, name):
    return (CORPUS / format / name).read_bytes()


def huge_jpeg():
    plain = corpus("jpeg", "mode-RGB")
    size = plain.index(b"\xff\xc0") + 5
    return plain[:size] + struct.pack(">HH", 65500, 65500) + plain[size + 4:]


def jpeg_of_scans(count):
    """The last scan of a progressive JPEG again and again."""
    progressive = corpus("jpeg", "progressive")
    last = progressive.rindex(b"\xff\xda")
    return progressive[:-2] + progressive[last:-2] * count + b"\xff\xd9"


def webp_chunks(data):
    at = 12
    while at + 8 <= len(data):
        size = struct.unpack_from("<I", data, at + 4)[0]
        yield data[at:at + 8 + size + size % 2]
        at += 8 + size + size % 2


def webp(chunks):
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def webp_of_frames(count):
    chunks = list(webp_chunks(corpus("webp", "animated")))
    frame = next(chunk for chunk in chunks if chunk.startswith(b"ANMF"))
    return webp([chunk for chunk in chunks if not chunk.startswith(b"ANMF")] + [frame] * count)


def huge_webp():
    chunks = list(webp_chunks(corpus("webp", "animated")))
    head = chunks[0][:12] + (16382).to_bytes(3, "little") * 2
    return webp([head] + chunks[1:])


class Bits:
    """The least significant bit first, as VP8L has them."""

    def __init__(self):
        self.bytes, self.pending, self.count = bytearray(), 0, 0

    def put(self, value, count):
        self.pending |= value << self.count
        self.count += count
        while self.count >= 8:
            self.bytes.append(self.pending & 255)
            self.pending >>= 8
            self.count -= 8


def lossless_webp_of_tables(side):
    """Each 4 x 4 pixels have five Huffman codes of their own, of one symbol each: 20 bits here, and
    12 KB of tables in a decoder. (RFC 9649, section 3.)"""
    bits = Bits()

    def one_symbol():
        bits.put(0b0001, 4)

    def all_bytes(beyond):
        """256 symbols of 8 bits, and `beyond` that do not occur."""
        bits.put(0, 1)
        bits.put(8, 4)  # 12 lengths of lengths, in the format's own order: of 0 and of 8
        for length in [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1]:
            bits.put(length, 3)
        bits.put(0, 1)
        for used in [1] * 256 + [0] * beyond:
            bits.put(used, 1)

    bits.put(0x2F, 8)
    bits.put(side - 1, 14)
    bits.put(side - 1, 14)
    bits.put(0, 1 + 3 + 1 + 1)  # no alpha, version 0, no transform, no colour cache
    bits.put(1, 1)              # groups of codes, for each
    bits.put(0, 3)              # 4 x 4 pixels: a picture of their numbers, in green and red
    bits.put(0, 1)
    all_bytes(24)
    all_bytes(0)
    for _ in range(3):
        one_symbol()
    groups = (side // 4) ** 2
    for group in range(groups):
        for byte in (group & 255, group >> 8):
            bits.put(int(f"{byte:08b}"[::-1], 2), 8)
    for _ in range(5 * groups):
        one_symbol()
    bits.put(0, 64)
    body = bytes(bits.bytes) + bytes(len(bits.bytes) % 2)
    return webp([b"VP8L" + struct.pack("<I", len(body)) + body])


# YAML.

def laughs(levels, last):
    lines = ["a0: &a0 ha"]
    for level in range(1, levels):
        lines.append(f"a{level}: &a{level} [" + ", ".join([f"*a{level - 1}"] * 9) + "]")
    return "\n".join(lines) + f"\n{last}: *a{levels - 1}\n"


def yaml_bombs(key):
    return {
        "laughs.yaml": laughs(30, key),
        "deep_flow.yaml": f"{key}: " + "[" * 400000,
        "deep_map.yaml": f"{key}: " + "{a: " * 100000,
        "deep_block.yaml": "- " * 400000,
        "deep_closed.yaml": f"{key}: " + "[" * 20000 + "]" * 20000,
    }


PICTURES = {
    "huge_png.png": lambda: png(65535, 65535, zeros(1 << 26)),
    "huge_jpeg.jpg": huge_jpeg,
    "many_scans.jpg": lambda: jpeg_of_scans(20000),
    "huge_screen.gif": lambda: gif(65535, 65535, 1),
    "many_frames.gif": lambda: gif(1, 1, 10000),
    "large_screen_small_frames.gif": lambda: gif(4096, 4096, 900),
    "huge_webp.webp": huge_webp,
    "ten_thousand_frames.webp": lambda: webp_of_frames(10000),
    "cut_off_png.png": lambda: GOOD.read_bytes()[:-40],
    "cut_off_jpeg.jpg": lambda: corpus("jpeg", "mode-RGB")[:300],
    "cut_off_gif.gif": lambda: gif(8, 8, 1)[:-4],
    "cut_off_webp.webp": lambda: corpus("webp", "lossless")[:-30],
    "no_picture.png": lambda: zeros(1 << 26),
}

# Sound pictures with something else that nobody unpacks: they are taken.
HARMLESS = {
    "text.png": lambda: png(2, 2, zlib.compress(b"\0\1\2\0\3\4"),
                            png_chunk(b"zTXt", b"k\0\0" + zeros(1 << 30))),
    "international_text.png": lambda: png(2, 2, zlib.compress(b"\0\1\2\0\3\5"),
                                          png_chunk(b"iTXt", b"k\0\1\0\0\0" + zeros(1 << 30))),
    "profile.png": lambda: png(2, 2, zlib.compress(b"\0\1\2\0\3\6"),
                               png_chunk(b"iCCP", b"p\0\0" + zeros(1 << 30))),
}


class Program:
    def __init__(self, path, work):
        self.path = path
        self.work = work
        self.config = work / "config.yaml"
        self.config.write_text(f"data: {work / 'data'}\ninference: {{threads: 2}}\n")
        # As many threads, and heaps of them, on every machine.
        self.environment = os.environ | {"OMP_NUM_THREADS": "2", "MALLOC_ARENA_MAX": "2"}

    def run(self, *arguments, config=None):
        """Its exit status, what it says, and its lines of error."""
        began = time.monotonic()
        try:
            ended = subprocess.run(
                [self.path, "--config", str(config or self.config), *map(str, arguments)],
                capture_output=True, timeout=TIME_LIMIT, env=self.environment, check=False,
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA,
                                                      (DATA_LIMIT, DATA_LIMIT)))
        except subprocess.TimeoutExpired:
            return "too slow", "", []
        took = time.monotonic() - began
        errors = ended.stderr.decode(errors="replace").splitlines()
        print(f"      {' '.join(map(str, arguments))[:100]}: {took:.1f} s", flush=True)
        return ended.returncode, ended.stdout.decode(errors="replace"), [
            line for line in errors if line.startswith("emojiscope: ")]


def names_once(errors, name):
    lines = [line for line in errors if name in line]
    return len(lines) == 1 and len(lines[0]) < 1000 and lines[0].count(name) == 1


def written(folder, bombs):
    folder.mkdir()
    for name, make in bombs.items():
        content = make() if callable(make) else make
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def pictures(program):
    folder = written(program.work / "pictures", PICTURES)
    (folder / "beer.png").write_bytes(GOOD.read_bytes())
    status, _, errors = program.run("import", folder)
    check("import of bombs among a good picture exits with 1", status == 1, f"{status} {errors}")
    for name in PICTURES:
        check(f"{name} is refused in one line", names_once(errors, name), "\n".join(errors))
    check("with no other error", len(errors) == len(PICTURES), "\n".join(errors))
    listed = program.run("list")[1]
    check("the good picture is there", any(
        line.startswith(":beer:") and "ready" in line for line in listed.splitlines()), listed)

    files = [folder / name for name in PICTURES] + [folder / "beer.png"]
    status, out, errors = program.run("check", "--json", *files)
    check("check of bombs exits with 1", status == 1, f"{status} {errors}")
    check("one line for each of them", len(errors) == len(PICTURES) and all(
        names_once(errors, name) for name in PICTURES), "\n".join(errors))
    found = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
    check("and the good picture's answer", any(
        answer["file"].endswith("beer.png") and answer["alert"] for answer in found), out)


def tables(program):
    """The one whose cost shows only while it is decoded: 0.8 GB, if there are as many."""
    folder = written(program.work / "tables", {
        "many_tables.webp": lossless_webp_of_tables(1024),
        "few_tables.webp": lossless_webp_of_tables(128)})
    status, _, errors = program.run("import", folder)
    check("a WebP that needs more memory than there is, is refused in one line",
          status == 1 and len(errors) == 1 and names_once(errors, "many_tables.webp"),
          f"{status} {errors}")
    check("the same made small is taken", any(
        line.startswith(":few_tables:") and "ready" in line
        for line in program.run("list")[1].splitlines()))


def harmless(program):
    status, _, errors = program.run("import", written(program.work / "harmless", HARMLESS))
    check("what nobody unpacks does no harm", status == 0 and not errors, f"{status} {errors}")
    listed = program.run("list")[1].splitlines()
    for name in HARMLESS:
        check(f"{name} is taken", any(line.startswith(f":{pathlib.Path(name).stem}:")
                                      and "ready" in line for line in listed), listed)


def largest_let_through(program):
    """At the limits: 16 Mi pixels at once, 32 Mi in two frames."""
    folder = written(program.work / "largest", {
        "still.png": png(4096, 4096, zeros(4096 * 4097)),
        "moving.gif": gif(4096, 4096, 2)})
    for name in ("still.png", "moving.gif"):
        status, _, errors = program.run("import", folder / name)
        check(f"{name}, as large as may be, is taken", status == 0 and not errors,
              f"{status} {errors}")


def lists(program):
    bombs = yaml_bombs("name") | {
        "commas.yaml": "[" + "," * (31 << 20),
        "values.yaml": "- a\n" * 3000000,
        "too_long.yaml": "#" * (40 << 20),
    }
    folder = written(program.work / "lists", bombs)
    good = folder / "good.yaml"
    good.write_text(f"- {{name: ale, value: {json.dumps(str(GOOD))}}}\n")
    status, _, errors = program.run("import", *(folder / name for name in bombs), good)
    check("import of lists that are bombs exits with 1", status == 1, f"{status} {errors}")
    for name in bombs:
        check(f"{name} is refused in one line", names_once(errors, name), "\n".join(errors))
    check("with no other error", len(errors) == len(bombs), "\n".join(errors))
    check("the good list is kept", ":ale:" in program.run("list")[1])


def configurations(program):
    folder = written(program.work / "configurations", yaml_bombs("data"))
    for file in sorted(folder.iterdir()):
        status, _, errors = program.run("list", config=file)
        check(f"{file.name} is no configuration", status == 1 and len(errors) == 1 and
              names_once(errors, file.name), f"{status} {errors}")


def models(program):
    for name, text in yaml_bombs("name").items():
        folder = written(program.work / f"model_{name}", {"model.yaml": text})
        status, _, errors = program.run("--model", folder, "model", "info")
        check(f"{name} is no model.yaml", status == 1 and len(errors) == 1 and
              names_once(errors, folder.name), f"{status} {errors}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("program")
    parser.add_argument("--keep", type=pathlib.Path, help="where files and data are left")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        work = options.keep or pathlib.Path(made)
        work.mkdir(parents=True, exist_ok=True)
        program = Program(options.program, work)
        for case in (pictures, tables, harmless, largest_let_through, lists, configurations, models):
            case(program)
    print("all held" if failures == 0 else f"{failures} did not hold")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

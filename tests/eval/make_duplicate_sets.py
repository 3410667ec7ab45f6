#!/usr/bin/python3
"""Makes labelled streams of emoji uploads, on which duplicate detection is measured.

    make_duplicate_sets.py OUT_DIR [--shared DIR] [--per-class 600] [--seed 1] [--only COLLECTION]

DIR (or the environment variable EMOJISCOPE_SHARED) is the folder of test data with emoji/*.tar.
For each collection it writes below OUT_DIR/<collection>/:

    clean/*            the emoji as they are
    cases/<class>/*    altered copies of them, and pictures that only resemble them
    uploads.jsonl      one upload a line, in the order in which they happen:
                       name      unique in the stream
                       file      relative to the collection's folder
                       class     "clean", or what was done to the original
                       expect    "none", "identical", "same_image" or "near": the alert due
                       original  the name of the emoji that the case was made from, or null

A case always comes after its original, and after the second emoji where it is made of two. The
clean emoji all expect "none", although some collections hold a picture twice: the closing table
says how many. The same seed gives the same streams. Needs python3-pil and python3-numpy.
"""
import argparse
import collections
import dataclasses
import hashlib
import io
import itertools
import json
import os
import pathlib
import random
import shutil
import struct
import sys
import tarfile
import time
from typing import Callable, Iterable, Iterator, NamedTuple, Optional

import numpy as np
from PIL import GifImagePlugin, Image

COLLECTIONS = ["stamps-train", "stamps-dev", "workspace-dev", "blobmoji", "fluent", "korean"]
SUFFIXES = {".png", ".gif", ".jpg", ".jpeg", ".webp"}

SAMPLED_COLLECTION = "stamps-train"
SAMPLE_SIZE = 3000
SAMPLE_NEIGHBOURS = 500  # stamps of the sample that surely have a neighbour of one kana in it

WHITE = (255, 255, 255)
BLACK = (0, 0, 0)
OPAQUE_FROM = 128  # the alpha from which a pixel counts as visible
BLANK_DEVIATION = 8
BLANK_SUFFIX = "_blank"  # of the classes of cases on which nothing is left to see
CLEAR_DIFFERENCE = 8  # mean absolute difference of two small pictures that are not the same
THUMBNAIL = (32, 32)

GIF_COLOURS = 255
GIF_TRANSPARENT = 255
LONGEST_DISBELIEVED_MS = 10  # GIF durations up to here are shown as USUAL_MS
USUAL_MS = 100
SHORTEST_WRITTEN_MS = 20


class LeftOut(Exception):
    """Why a case cannot be made from an emoji."""


@dataclasses.dataclass
class Picture:
    format: str
    frames: list[Image.Image]  # RGBA
    durations: list[int]       # as shown, in milliseconds

    @property
    def first(self) -> Image.Image:
        return self.frames[0]


@dataclasses.dataclass
class Emoji:
    name: str
    path: pathlib.Path
    kind: str    # "still", "animated GIF", or why nothing is made from it
    pixels: str  # equal for emoji with equal frames


@dataclasses.dataclass
class Job:
    emoji: Emoji
    picture: Picture
    animations: list[Emoji]
    random: random.Random


@dataclasses.dataclass
class Made:
    data: bytes
    suffix: str
    blank: bool = False
    partner: Optional[Emoji] = None


class CaseClass(NamedTuple):
    name: str
    expect: str
    kinds: set[str]
    make: Callable[[Job], Made]


# Reading


def shown_duration(milliseconds: int) -> int:
    return milliseconds if milliseconds > LONGEST_DISBELIEVED_MS else USUAL_MS


def read_picture(data: bytes) -> Picture:
    with Image.open(io.BytesIO(data)) as image:
        frames, durations = [], []
        for index in range(getattr(image, "n_frames", 1)):
            image.seek(index)
            frames.append(image.convert("RGBA"))
            durations.append(shown_duration(int(image.info.get("duration", 0))))
        return Picture(image.format, frames, durations)


def frame_digest(frame: Image.Image) -> str:
    """Equal for frames that look the same: colours under alpha 0 do not count."""
    pixels = np.array(frame)
    pixels[pixels[..., 3] == 0] = 0
    return hashlib.md5(repr(frame.size).encode() + pixels.tobytes()).hexdigest()


def frame_digests(picture: Picture) -> list[str]:
    return [frame_digest(frame) for frame in picture.frames]


def examine(name: str, path: pathlib.Path) -> Emoji:
    try:
        picture = read_picture(path.read_bytes())
    except (OSError, ValueError, SyntaxError, EOFError):
        return Emoji(name, path, "unreadable", name)
    digests = frame_digests(picture)
    if len(set(digests)) == 1:
        return Emoji(name, path, "still", digests[0])
    kind = "animated GIF" if picture.format == "GIF" else f"animated {picture.format}"
    return Emoji(name, path, kind, " ".join(digests))


# Looking at pixels


def alpha_of(image: Image.Image) -> np.ndarray:
    return np.asarray(image.getchannel("A"))


def flattened(image: Image.Image, colour: tuple[int, int, int]) -> Image.Image:
    ground = Image.new("RGBA", image.size, colour + (255,))
    return Image.alpha_composite(ground, image).convert("RGB")


def thumbnail(image: Image.Image) -> np.ndarray:
    return np.asarray(flattened(image, WHITE).resize(THUMBNAIL, Image.BOX), dtype=np.float32)


def mean_difference(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.abs(a.astype(np.float32) - b.astype(np.float32)).mean())


def is_blank(rgb: Image.Image) -> bool:
    pixels = np.asarray(rgb, dtype=np.float32).reshape(-1, 3)
    return bool((pixels.std(axis=0) < BLANK_DEVIATION).all())


def shows_nothing(image: Image.Image) -> bool:
    return is_blank(flattened(image, WHITE)) and is_blank(flattened(image, BLACK))


# Writing


def png(image: Image.Image) -> Made:
    return Made(encoded(image, "PNG"), ".png")


def encoded(image: Image.Image, image_format: str, **options: int) -> bytes:
    out = io.BytesIO()
    image.save(out, image_format, **options)
    return out.getvalue()


def reduced_colours(colours: np.ndarray, limit: int) -> tuple[np.ndarray, np.ndarray]:
    """Indices and palette for a list of RGB colours; exact where the limit allows it."""
    packed = colours.astype(np.uint32) @ np.array([65536, 256, 1], dtype=np.uint32)
    values, indices = np.unique(packed, return_inverse=True)
    if len(values) <= limit:
        palette = np.stack([values >> 16, values >> 8 & 255, values & 255], axis=1)
        return indices.astype(np.uint8), palette.astype(np.uint8)
    strip = Image.fromarray(colours[np.newaxis]).quantize(
        limit, method=Image.MEDIANCUT, dither=Image.Dither.NONE)
    palette = np.array(strip.getpalette(), dtype=np.uint8).reshape(-1, 3)
    return np.asarray(strip)[0], palette[:limit]


def gif_image(image: Image.Image) -> Image.Image:
    """Up to 255 colours fitted to the visible pixels, and one index for all others."""
    pixels = np.asarray(image)
    visible = pixels[..., 3] >= OPAQUE_FROM
    indices, palette = reduced_colours(pixels[visible][:, :3], GIF_COLOURS)
    canvas = np.full(visible.shape, GIF_TRANSPARENT, dtype=np.uint8)
    canvas[visible] = indices
    table = np.zeros((256, 3), dtype=np.uint8)
    table[:len(palette)] = palette
    result = Image.fromarray(canvas, "P")
    result.putpalette(table.tobytes())
    return result


def animated_gif(frames: list[Image.Image], durations: list[int]) -> Made:
    """Whole frames, each with a colour table of its own. They are encoded one by one, because
    Pillow's save_all joins and crops frames that resemble the one before."""
    out = [b"GIF89a", struct.pack("<HHBBB", *frames[0].size, 0, 0, 0),
           b"!\xff\x0bNETSCAPE2.0\x03\x01\0\0\0"]
    for frame, duration in zip(frames, durations):
        out += GifImagePlugin.getdata(gif_image(frame), duration=duration, disposal=2,
                                      transparency=GIF_TRANSPARENT, include_color_table=True)
    data = b"".join(out + [b";"])
    written = read_picture(data)
    if len(written.frames) != len(frames):
        raise LeftOut("frames were lost in writing")
    if written.durations != durations:
        raise LeftOut("durations changed in writing")
    return Made(data, ".gif")


def scaled_durations(durations: list[int], factor: float) -> list[int]:
    """In steps of 10 ms, as GIF has them."""
    return [max(SHORTEST_WRITTEN_MS, int(d * factor / 10 + 0.5) * 10) for d in durations]


# Copies of every pixel


def same_bytes(job: Job) -> Made:
    return Made(job.emoji.path.read_bytes(), job.emoji.path.suffix)


def same_pixels(job: Job) -> Made:
    pixels = np.array(job.picture.first)
    hidden_colour = [job.random.randrange(256) for _ in range(3)]
    pixels[pixels[..., 3] == 0, :3] = hidden_colour
    data = encoded(Image.fromarray(pixels), "PNG", compress_level=job.random.choice([1, 3, 9]),
                   compress_type=job.random.choice([1, 2, 3]))
    if data == job.emoji.path.read_bytes():
        raise LeftOut("the rewritten file is the same")
    return Made(data, ".png")


# The same picture, stored or framed otherwise


def jpeg80_white(job: Job) -> Made:
    return Made(encoded(flattened(job.picture.first, WHITE), "JPEG", quality=80), ".jpg")


def gif_palette(job: Job) -> Made:
    image = gif_image(job.picture.first)
    return Made(encoded(image, "GIF", transparency=GIF_TRANSPARENT), ".gif")


def webp80(job: Job) -> Made:
    return Made(encoded(job.picture.first, "WEBP", quality=80), ".webp")


def half_size(image: Image.Image) -> Image.Image:
    size = (max(1, image.width // 2), max(1, image.height // 2))
    return image.resize(size, Image.LANCZOS)


def half(job: Job) -> Made:
    return png(half_size(job.picture.first))


def double(job: Job) -> Made:
    image = job.picture.first
    return png(image.resize((2 * image.width, 2 * image.height), Image.BICUBIC))


def flatten_on(job: Job, colour: tuple[int, int, int]) -> Made:
    image = job.picture.first
    if (alpha_of(image) < OPAQUE_FROM).mean() < 0.02:
        raise LeftOut("hardly anything transparent")
    flat = flattened(image, colour)
    made = png(flat)
    made.blank = is_blank(flat)
    return made


def flatten_white(job: Job) -> Made:
    return flatten_on(job, WHITE)


def flatten_black(job: Job) -> Made:
    return flatten_on(job, BLACK)


def padded(job: Job) -> Image.Image:
    image = job.picture.first

    def border(length: int) -> int:
        return max(1, round(length * job.random.uniform(0.03, 0.15)))

    left, right = border(image.width), border(image.width)
    top, bottom = border(image.height), border(image.height)
    transparent = alpha_of(image).min() < 255
    colour = (0, 0, 0, 0) if transparent else image.getpixel((0, 0))
    canvas = Image.new("RGBA", (left + image.width + right, top + image.height + bottom), colour)
    canvas.paste(image, (left, top))
    return canvas


def pad(job: Job) -> Made:
    return png(padded(job))


def pad_rescaled(job: Job) -> Made:
    return png(padded(job).resize(job.picture.first.size, Image.LANCZOS))


def cropped(job: Job) -> Image.Image:
    image = job.picture.first
    lengths = [image.width, image.height, image.width, image.height]
    cuts = [round(length * job.random.uniform(0.01, 0.05)) for length in lengths]
    if not any(cuts):
        cuts[job.random.randrange(4)] = 1
    left, top, right, bottom = cuts
    return image.crop((left, top, image.width - right, image.height - bottom))


def crop(job: Job) -> Made:
    return png(cropped(job))


def crop_rescaled(job: Job) -> Made:
    return png(cropped(job).resize(job.picture.first.size, Image.BICUBIC))


def palette32(job: Job) -> Made:
    pixels = np.array(job.picture.first)
    visible = pixels[..., 3] > 0
    if not visible.any():
        raise LeftOut("nothing visible")
    indices, palette = reduced_colours(pixels[visible][:, :3], 32)
    pixels[visible, :3] = palette[indices]
    return png(Image.fromarray(pixels))


def gif_retimed(job: Job) -> Made:
    durations = job.picture.durations
    choices = [scaled_durations(durations, factor) for factor in (0.6, 0.8, 1.25, 1.6)]
    changed = [choice for choice in choices if choice != durations]
    return animated_gif(job.picture.frames, job.random.choice(changed))


def gif_half(job: Job) -> Made:
    return animated_gif([half_size(frame) for frame in job.picture.frames],
                        job.picture.durations)


# Related pictures


def still_of_animation(job: Job) -> Made:
    digests = frame_digests(job.picture)
    if len(set(digests)) < 3:
        raise LeftOut("fewer than 3 distinct frames")
    others = [frame for frame, digest in zip(job.picture.frames, digests) if digest != digests[0]]
    seen = [frame for frame in others if not shows_nothing(frame)]
    if not seen:
        raise LeftOut("the later frames are nearly blank")
    return png(job.random.choice(seen))


def visible_first_frame(job: Job) -> Image.Image:
    if shows_nothing(job.picture.first):
        raise LeftOut("the first frame is nearly blank")
    return job.picture.first


def first_frame(job: Job) -> Made:
    return png(visible_first_frame(job))


def gif_faster(job: Job) -> Made:
    durations = scaled_durations(job.picture.durations, 1 / 3)
    if sum(durations) >= 0.45 * sum(job.picture.durations):
        raise LeftOut("already about as fast as it can be")
    return animated_gif(job.picture.frames, durations)


# Other pictures


def mirror(job: Job) -> Made:
    image = job.picture.first
    flipped = image.transpose(Image.FLIP_LEFT_RIGHT)
    if mean_difference(thumbnail(image), thumbnail(flipped)) <= CLEAR_DIFFERENCE:
        raise LeftOut("nearly symmetric")
    return png(flipped)


def hue_rotated(image: Image.Image, degrees: float) -> Image.Image:
    hsv = np.array(image.convert("RGB").convert("HSV"))
    hsv[..., 0] += np.uint8(round(degrees * 256 / 360))
    result = Image.fromarray(hsv, "HSV").convert("RGB")
    result.putalpha(image.getchannel("A"))
    return result


def recolour(job: Job) -> Made:
    image = job.picture.first
    visible = alpha_of(image) >= OPAQUE_FROM
    colours = np.asarray(image)[visible][:, :3].astype(int)
    if not len(colours) or (np.ptp(colours, axis=1) >= 64).mean() < 0.10:
        raise LeftOut("hardly coloured")
    rotated = hue_rotated(image, job.random.uniform(60, 300))
    before, after = (np.asarray(flattened(i, WHITE))[visible] for i in (image, rotated))
    if mean_difference(before, after) <= 12:
        raise LeftOut("looks hardly different")
    return png(rotated)


def shared_first_frame(job: Job) -> Made:
    first = visible_first_frame(job)
    for partner in job.random.sample(job.animations, len(job.animations)):
        picture = read_picture(partner.path.read_bytes())
        if mean_difference(thumbnail(first), thumbnail(picture.first)) > CLEAR_DIFFERENCE:
            rest = [frame.resize(first.size, Image.LANCZOS) for frame in picture.frames]
            made = animated_gif([first] + rest, job.picture.durations[:1] + picture.durations)
            made.partner = partner
            return made
    raise LeftOut("no other animation with another first frame")


def reversal_is_rotation(frames: list[Image.Image]) -> bool:
    """Whether the frames look much the same backwards, from some frame on. Held frames count once,
    and small differences do not count."""
    once = [next(group) for _, group in itertools.groupby(frames, key=frame_digest)]
    if len(once) > 1 and frame_digest(once[0]) == frame_digest(once[-1]):
        once.pop()
    forward = np.stack([thumbnail(frame) for frame in once])
    backward = forward[::-1]
    return any(np.abs(np.roll(backward, shift, axis=0) - forward).mean(axis=(1, 2, 3)).max() < 2
               for shift in range(len(once)))


def gif_reversed(job: Job) -> Made:
    if len(set(frame_digests(job.picture))) < 4:
        raise LeftOut("fewer than 4 distinct frames")
    if reversal_is_rotation(job.picture.frames):
        raise LeftOut("much the same backwards")
    return animated_gif(job.picture.frames[::-1], job.picture.durations[::-1])


STILL = {"still"}
ANIMATED = {"animated GIF"}
CASE_CLASSES = [
    CaseClass("same_bytes", "identical", STILL | ANIMATED, same_bytes),
    CaseClass("same_pixels", "identical", STILL, same_pixels),
    CaseClass("jpeg80_white", "same_image", STILL, jpeg80_white),
    CaseClass("gif_palette", "same_image", STILL, gif_palette),
    CaseClass("webp80", "same_image", STILL, webp80),
    CaseClass("half", "same_image", STILL, half),
    CaseClass("double", "same_image", STILL, double),
    CaseClass("flatten_white", "same_image", STILL, flatten_white),
    CaseClass("flatten_black", "same_image", STILL, flatten_black),
    CaseClass("pad", "same_image", STILL, pad),
    CaseClass("pad_rescaled", "same_image", STILL, pad_rescaled),
    CaseClass("crop", "same_image", STILL, crop),
    CaseClass("crop_rescaled", "same_image", STILL, crop_rescaled),
    CaseClass("palette32", "same_image", STILL, palette32),
    CaseClass("gif_retimed", "same_image", ANIMATED, gif_retimed),
    CaseClass("gif_half", "same_image", ANIMATED, gif_half),
    CaseClass("still_of_animation", "near", ANIMATED, still_of_animation),
    CaseClass("first_frame", "near", ANIMATED, first_frame),
    CaseClass("gif_faster", "near", ANIMATED, gif_faster),
    CaseClass("mirror", "none", STILL, mirror),
    CaseClass("recolour", "none", STILL, recolour),
    CaseClass("shared_first_frame", "none", ANIMATED, shared_first_frame),
    CaseClass("gif_reversed", "none", ANIMATED, gif_reversed),
]


# Collections


def is_kana(character: str) -> bool:
    return "ぁ" <= character <= "ゖ"


def kana_neighbours(readings: dict[str, str]) -> dict[str, list[str]]:
    """For each file the files whose reading differs from its own by exactly one kana."""
    by_gap: dict[tuple[str, str], list[str]] = collections.defaultdict(list)

    def gaps(reading: str) -> Iterator[tuple[str, str]]:
        if len(reading) > 1:
            for i, character in enumerate(reading):
                if is_kana(character):
                    yield reading[:i], reading[i + 1:]

    for file, reading in readings.items():
        for gap in gaps(reading):
            by_gap[gap].append(file)
    return {file: [other for gap in gaps(reading) for other in by_gap[gap]
                   if readings[other] != reading]
            for file, reading in readings.items()}


def sample_of_stamps(files: list[str], labels: pathlib.Path, seed: int) -> set[str]:
    known = set(files)
    with labels.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    readings = {row["file"]: row["reading"] for row in rows
                if row["file"] in known and row.get("reading")}
    dice = random.Random(f"{seed}/sample")
    neighbours = {file: found for file, found in kana_neighbours(readings).items() if found}
    sample: set[str] = set()
    for file in dice.sample(sorted(neighbours), min(SAMPLE_NEIGHBOURS, len(neighbours))):
        sample |= {file, dice.choice(neighbours[file])}
    rest = sorted(known - sample)
    return sample | set(dice.sample(rest, min(len(rest), SAMPLE_SIZE - len(sample))))


def image_members(archive: tarfile.TarFile) -> dict[str, tarfile.TarInfo]:
    """By file name without folders, so that nothing can be unpacked elsewhere."""
    members = {pathlib.PurePosixPath(member.name).name: member
               for member in archive.getmembers() if member.isfile()}
    return {name: member for name, member in members.items()
            if pathlib.PurePosixPath(name).suffix.lower() in SUFFIXES}


def unpack(tar: pathlib.Path, folder: pathlib.Path, seed: int) -> list[pathlib.Path]:
    folder.mkdir(parents=True)
    paths = []
    with tarfile.open(tar) as archive:
        members = image_members(archive)
        files = set(members)
        if tar.stem == SAMPLED_COLLECTION:
            files = sample_of_stamps(sorted(members), tar.with_suffix(".labels.jsonl"), seed)
        for file in sorted(files):
            path = folder / file
            path.write_bytes(archive.extractfile(members[file]).read())
            paths.append(path)
    return paths


def unique_name(wanted: str, taken: set[str]) -> str:
    name = wanted
    for number in itertools.count(2):
        if name not in taken:
            break
        name = f"{wanted}-{number}"
    taken.add(name)
    return name


class Stream:
    """The uploads of one collection, and what is written about them."""

    def __init__(self, folder: pathlib.Path, paths: list[pathlib.Path], seed: int) -> None:
        self.folder = folder
        self.seed = seed
        self.names: set[str] = set()
        self.emoji = [examine(unique_name(path.stem, self.names), path) for path in paths]
        self.dice("order").shuffle(self.emoji)
        self.place = {emoji.name: index for index, emoji in enumerate(self.emoji)}
        self.uploads: list[tuple[float, dict[str, Optional[str]]]] = []
        for index, emoji in enumerate(self.emoji):
            self.add(index, emoji.name, emoji.path, "clean", "none", None)

    def dice(self, purpose: str) -> random.Random:
        return random.Random(f"{self.seed}/{self.folder.name}/{purpose}")

    def add(self, place: float, name: str, path: pathlib.Path, class_name: str, expect: str,
            original: Optional[str]) -> None:
        self.uploads.append((place, {"name": name, "file": str(path.relative_to(self.folder)),
                                     "class": class_name, "expect": expect,
                                     "original": original}))

    def of_kind(self, kinds: Iterable[str]) -> list[Emoji]:
        return [emoji for emoji in self.emoji if emoji.kind in kinds]

    def repeated_pictures(self) -> int:
        return len(self.emoji) - len({emoji.pixels for emoji in self.emoji})

    def add_case(self, case: CaseClass, emoji: Emoji, made: Made, dice: random.Random) -> None:
        class_name = case.name + (BLANK_SUFFIX if made.blank else "")
        path = self.folder / "cases" / class_name / (emoji.name + made.suffix)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(made.data)
        earliest = max(self.place[source.name] for source in (emoji, made.partner) if source)
        self.add(dice.uniform(earliest, len(self.emoji)),
                 unique_name(f"{emoji.name}-{class_name}", self.names), path, class_name,
                 "none" if made.blank else case.expect, emoji.name)

    def add_class(self, case: CaseClass, limit: int) -> collections.Counter[str]:
        """Returns how often which reason kept an emoji out."""
        originals = self.of_kind(case.kinds)
        animations = self.of_kind(ANIMATED)
        self.dice(case.name).shuffle(originals)
        left_out: collections.Counter[str] = collections.Counter()
        count = 0
        for emoji in originals:
            if count == limit:
                break
            dice = self.dice(f"{case.name}/{emoji.name}")
            picture = read_picture(emoji.path.read_bytes())
            try:
                made = case.make(Job(emoji, picture, animations, dice))
            except LeftOut as reason:
                left_out[str(reason)] += 1
                continue
            self.add_case(case, emoji, made, dice)
            count += 1
        return left_out

    def write(self) -> None:
        self.uploads.sort(key=lambda upload: upload[0])
        with (self.folder / "uploads.jsonl").open("w", encoding="utf-8") as out:
            for _, upload in self.uploads:
                out.write(json.dumps(upload, ensure_ascii=False) + "\n")


def reasons_text(reasons: collections.Counter[str]) -> str:
    if not reasons:
        return ""
    return "left out: " + ", ".join(f"{n} {reason}" for reason, n in reasons.most_common())


def report(stream: Stream, left_out: dict[str, collections.Counter[str]], seconds: float) -> str:
    counts = collections.Counter(upload["class"] for _, upload in stream.uploads)
    kinds = collections.Counter(emoji.kind for emoji in stream.emoji)
    kinds_text = ", ".join(f"{n} {kind}" for kind, n in kinds.most_common())
    lines = [f"{stream.folder.name}: {len(stream.uploads)} uploads in {seconds:.0f} s",
             f"  {counts['clean']} clean: {kinds_text}; "
             f"{stream.repeated_pictures()} repeat another's pixels"]
    for case in CASE_CLASSES:
        note = reasons_text(left_out[case.name])
        if not stream.of_kind(case.kinds):
            note = "no such emoji"
        lines.append(f"  {case.name:20} {case.expect:10} {counts[case.name]:5}  {note}".rstrip())
        blank = case.name + BLANK_SUFFIX
        if blank in counts:
            lines.append(f"  {blank:20} {'none':10} {counts[blank]:5}")
    return "\n".join(lines)


def make_collection(tar: pathlib.Path, folder: pathlib.Path, per_class: int, seed: int) -> str:
    started = time.monotonic()
    for old in (folder / "clean", folder / "cases"):
        shutil.rmtree(old, ignore_errors=True)
    stream = Stream(folder, unpack(tar, folder / "clean", seed), seed)
    left_out = {case.name: stream.add_class(case, per_class) for case in CASE_CLASSES}
    stream.write()
    return report(stream, left_out, time.monotonic() - started)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out_dir", type=pathlib.Path)
    parser.add_argument("--shared", default=os.environ.get("EMOJISCOPE_SHARED", ""),
                        help="the folder of test data (default: $EMOJISCOPE_SHARED)")
    parser.add_argument("--per-class", type=int, default=600,
                        help="at most so many originals a class (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=COLLECTIONS, help="make only this collection")
    return parser.parse_args()


def main() -> None:
    arguments = parse_arguments()
    source = pathlib.Path(arguments.shared, "emoji")
    if not arguments.shared or not source.is_dir():
        sys.exit("no test data: name its folder by --shared or EMOJISCOPE_SHARED")
    reports = []
    for collection in [arguments.only] if arguments.only else COLLECTIONS:
        tar = source / f"{collection}.tar"
        if tar.is_file():
            reports.append(make_collection(tar, arguments.out_dir / collection,
                                           arguments.per_class, arguments.seed))
        else:
            reports.append(f"{collection}: skipped, {tar} is missing")
    print("\n".join(reports))


if __name__ == "__main__":
    main()

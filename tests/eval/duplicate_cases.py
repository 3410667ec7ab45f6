"""Alterations of an emoji's picture: what duplicate detection must know again, and what it must not.

`CASE_CLASSES` lists them with the alert that each deserves; make_duplicate_sets.py makes streams of
uploads of them.
"""
import dataclasses
import hashlib
import io
import itertools
import pathlib
import random
import struct
from typing import Callable, NamedTuple, Optional

import numpy as np
from PIL import GifImagePlugin, Image

WHITE = (255, 255, 255)
BLACK = (0, 0, 0)
OPAQUE_FROM = 128  # the alpha from which a pixel counts as visible
BLANK_DEVIATION = 8
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

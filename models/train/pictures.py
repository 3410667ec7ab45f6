"""Pictures to train on, from packages of Debian and from archives beside the project.

Every source yields Drawing objects: a square RGBA picture and what it shows. A source that is not
there yields nothing and says how to get it.
"""
import collections
import hashlib
import io
import json
import multiprocessing
import os
import pathlib
import re
import shutil
import subprocess
import tarfile
import xml.etree.ElementTree as ElementTree

import numpy as np
from PIL import Image, ImageDraw, ImageFont

FONT = pathlib.Path("/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf")
FONT_SIZE = 109  # the only strike of the font: 136 x 128 pixels
LINE_FONT = pathlib.Path("/usr/share/fonts/truetype/ancient-scripts/Symbola_hint.ttf")
CLIP_ART = pathlib.Path("/usr/share/openclipart/svg")
TUX_PAINT = pathlib.Path("/usr/share/tuxpaint/stamps")
SIDE = 96        # of the stored pictures
LEAST_INK = 0.02 # share of opaque pixels under which a picture shows nothing
SKIN_TONES = {chr(c) for c in range(0x1F3FB, 0x1F400)}
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
DC = "{http://purl.org/dc/elements/1.1/}"

# `key`: the emoji that it shows, as code points without U+FE0F, or None. `words`: by language, what
# else it is called, the best first.
Drawing = collections.namedtuple("Drawing", "source name key words rgba")


def shared_archive(name):
    """The path of an archive in $EMOJISCOPE_SHARED/emoji, or None."""
    folder = os.environ.get("EMOJISCOPE_SHARED", "")
    path = pathlib.Path(folder) / "emoji" / name
    return path if folder and path.exists() else None


def in_parallel(function, items, chunk=64):
    """function(item) of each, in order, by as many processes as there are processors."""
    with multiprocessing.Pool(min(os.cpu_count() or 1, 16)) as pool:
        yield from pool.imap(function, items, chunksize=chunk)


def missing(what, how):
    print(f"data.py: {what} is not here, training goes on without it ({how})", flush=True)


def squared(picture, side=SIDE):
    """Pads to a transparent square and scales: uint8 [side,side,4], colours not premultiplied."""
    picture = picture.convert("RGBA")
    longer = max(picture.size)
    out = Image.new("RGBA", (longer, longer), (0, 0, 0, 0))
    out.paste(picture, ((longer - picture.width) // 2, (longer - picture.height) // 2))
    small = out.convert("RGBa").resize((side, side), Image.BICUBIC if longer < 4 * side
                                       else Image.LANCZOS)
    return np.asarray(small.convert("RGBA"))


def cropped(picture, margin=0.04):
    """Without transparent borders but for a narrow one."""
    box = picture.getchannel("A").point(lambda a: 255 if a > 8 else 0).getbbox()
    if box is None:
        return None
    pad = round(margin * max(box[2] - box[0], box[3] - box[1]))
    return picture.crop((box[0] - pad, box[1] - pad, box[2] + pad, box[3] + pad))


def as_shown(emoji):
    """With U+FE0F where a lone character would otherwise be text."""
    return emoji if len(emoji) > 1 or ord(emoji) >= 0x1F000 else emoji + "\ufe0f"


def render(font, emoji):
    """The picture as RGBA, cropped, or None if the font has none."""
    canvas = Image.new("RGBA", (300, 160), (0, 0, 0, 0))
    ImageDraw.Draw(canvas).text((10, 10), emoji, font=font, embedded_color=True)
    box = canvas.getbbox()
    # A sequence that the font does not know is drawn as several pictures, an unknown character as
    # nothing or as an outlined box, which has no colour.
    if box is None or box[2] - box[0] > 140 or max(box[2] - box[0], box[3] - box[1]) < 60:
        return None
    return canvas.crop(box)


def noto(keys):
    """The pictures of the emoji in `keys` that the Noto Color Emoji font has."""
    if not FONT.exists():
        raise SystemExit(f"data.py: {FONT} is missing: apt-get install fonts-noto-color-emoji")
    font = ImageFont.truetype(str(FONT), FONT_SIZE)
    unknown = render(font, "\U0010fff0")
    unknown = unknown.tobytes() if unknown else None
    for key in keys:
        picture = render(font, as_shown(key))
        if picture is not None and picture.tobytes() != unknown:
            yield Drawing("noto", key, key, {}, squared(picture))


def symbola(keys):
    """Line drawings of single emoji, from the Symbola font."""
    if not LINE_FONT.exists():
        missing("Symbola", "apt-get install fonts-symbola")
        return
    font = ImageFont.truetype(str(LINE_FONT), 4 * SIDE)
    box = (6 * SIDE, 6 * SIDE)

    def drawn(character):
        mask = Image.new("L", box, 0)
        ImageDraw.Draw(mask).text((SIDE, SIDE // 2), character, font=font, fill=255)
        return mask

    unknown = drawn("\U0010fff0").tobytes()
    for key in keys:
        if len(key) != 1:
            continue
        mask = drawn(key)
        if mask.getbbox() is None or mask.tobytes() == unknown:
            continue
        picture = Image.new("RGBA", box, (0, 0, 0, 0))
        picture.putalpha(mask)
        yield Drawing("symbola", key, key, {}, squared(cropped(picture)))


def of_archive(archive, source, pattern):
    """Pictures of a tar file whose names give code points in hexadecimal."""
    path = shared_archive(archive)
    if path is None:
        missing(archive, "set EMOJISCOPE_SHARED to the folder that has emoji/" + archive)
        return
    with tarfile.open(path) as tar:
        for member in sorted(tar.getmembers(), key=lambda m: m.name):
            match = re.fullmatch(pattern, pathlib.PurePosixPath(member.name).name)
            if not match:
                continue
            codes = re.split("[_-]", match.group(1))
            key = "".join(chr(int(code, 16)) for code in codes).replace("\ufe0f", "")
            with Image.open(io.BytesIO(tar.extractfile(member).read())) as picture:
                yield Drawing(source, key, key, {}, squared(picture))


def blobmoji():
    return of_archive("blobmoji.tar", "blobmoji", r"emoji_u([0-9a-f_]+)\.png")


def fluent():
    return of_archive("fluent.tar", "fluent", r"([0-9a-f_-]+)\.png")


def first_frame_with_ink(picture):
    """RGBA of the frame with the most opaque pixels among the first few."""
    best, most = None, -1
    for index in range(min(getattr(picture, "n_frames", 1), 8)):
        picture.seek(index)
        frame = picture.convert("RGBA")
        ink = int((np.asarray(frame)[..., 3] > 127).sum())
        if ink > most:
            best, most = frame, ink
    return best


def korean():
    """Stamps and pictures with Korean and English words, named after what they mean."""
    path = shared_archive("korean.tar")
    if path is None:
        missing("korean.tar", "set EMOJISCOPE_SHARED to the folder that has emoji/korean.tar")
        return
    style = re.compile(r"_(bg_white|trans|simple|short|old|alt|many|fade|bg)(?=_|$)|^fade_")
    with tarfile.open(path) as tar:
        for member in sorted(tar.getmembers(), key=lambda m: m.name):
            if not member.isfile():
                continue
            stem = pathlib.PurePosixPath(member.name).stem.split("__")[-1]
            words = style.sub("", stem.lower()).replace("_", " ").strip()
            with Image.open(io.BytesIO(tar.extractfile(member).read())) as picture:
                frame = first_frame_with_ink(picture)
            if words:
                yield Drawing("korean", stem, None, {"en": [words]}, squared(frame))


def plain_title(text):
    """Titles such as 'Bird_of-Peace 01' as words; an empty text if nothing is left."""
    text = re.sub(r"\.(svg|png)$", "", text.strip(), flags=re.IGNORECASE)
    text = re.sub(r"[_\W]+", " ", text)
    text = re.sub(r"\b\d+\b", " ", text)
    return re.sub(r"\s+", " ", text).strip().lower()


def words_of_svg(path):
    """(title, [keywords]) of the RDF in the file."""
    title, keywords = "", []
    try:
        for _, node in ElementTree.iterparse(path):
            if node.tag == DC + "subject":
                keywords += [li.text or "" for li in node.iter(RDF + "li")]
            elif node.tag.endswith("}Work"):
                own = node.find(DC + "title")
                title = (own.text or "") if own is not None else title
    except (ElementTree.ParseError, ValueError, LookupError):
        return "", []
    return title, keywords


def can_draw_svg():
    if shutil.which("rsvg-convert") is None:
        missing("rsvg-convert, which draws SVG files,", "apt-get install librsvg2-bin")
        return False
    return True


def drawn_svg(source):
    """A file, or what would be in one as bytes, as RGBA at most 4 x SIDE wide and high, or None if
    it cannot be drawn."""
    side = str(4 * SIDE)
    content = source if isinstance(source, bytes) else None
    file = [] if content else [str(source)]
    try:
        done = subprocess.run(["rsvg-convert", "--keep-aspect-ratio", "--width", side, "--height",
                               side, *file], input=content, capture_output=True, timeout=20,
                              check=True)
        with Image.open(io.BytesIO(done.stdout)) as picture:
            picture = cropped(picture.convert("RGBA"))
    except (subprocess.SubprocessError, OSError, ValueError):
        return None
    return None if picture is None else squared(picture)


def shows_something(rgba):
    ink = (rgba[..., 3] > 127).mean()
    return ink > LEAST_INK and rgba[..., :3][rgba[..., 3] > 127].std(axis=0).max() + (1 - ink) > 0.02


# Folders and keywords of the collection that say nothing of what is seen.
NO_WORDS = {"svg", "unsorted", "misc", "other", "others", "clip art", "clipart", "image", "media",
            "public domain", "png", "hash", "externalsource", "unchecked", "ocal", "contest",
            "remix", "openclipart", "open clip art library", "special", "recreation"}


def clip_art():
    """The drawings of the Open Clip Art library, with title, keywords and folders in English."""
    if not CLIP_ART.exists():
        missing("Open Clip Art", "apt-get install openclipart-svg")
        return
    if not can_draw_svg():
        return
    folders = collections.defaultdict(list)  # one drawing lies in several
    first = {}
    for path in sorted(CLIP_ART.rglob("*.svg")):
        content = hashlib.sha256(path.read_bytes()).digest()
        first.setdefault(content, path)
        folders[content] += path.relative_to(CLIP_ART).parts[:-1]
    paths = list(first.values())
    for (content, path), rgba in zip(first.items(), in_parallel(drawn_svg, paths, chunk=8)):
        if rgba is None or not shows_something(rgba):
            continue
        title, keywords = words_of_svg(path)
        # File names end in the artist's name, so they serve only where there is no title.
        title = plain_title(title) or " ".join(plain_title(path.stem).split()[:2])
        words = [title] + [plain_title(w) for w in keywords + folders[content]]
        words = [w for w in dict.fromkeys(words) if len(w) > 1 and w not in NO_WORDS]
        if words:
            yield Drawing("clipart", path.stem, None, {"en": words}, rgba)


def opened_png(path):
    with Image.open(path) as picture:
        picture = cropped(picture.convert("RGBA"))
    return None if picture is None else squared(picture)


def tux_paint():
    """The stamps of Tux Paint, with captions in about 80 languages."""
    if not TUX_PAINT.exists():
        missing("Tux Paint's stamps", "apt-get install tuxpaint-stamps-default")
        return
    if not can_draw_svg():
        return
    for caption in sorted(TUX_PAINT.rglob("*.txt")):
        path = caption.with_suffix(".svg")
        if not path.exists():
            path = caption.with_suffix(".png")
        if not path.exists():
            continue
        lines = caption.read_text(encoding="utf-8", errors="replace").splitlines()
        words = {"en": [lines[0].strip(" .")]} if lines and lines[0].strip() else {}
        for line in lines[1:]:
            language, _, text = line.partition(".utf8=")
            if text.strip(" ."):
                words[language.split("@")[0]] = [text.strip(" .")]
        folder = caption.parent.name
        words.setdefault("en", []).extend([plain_title(caption.stem), plain_title(folder)])
        if path.suffix == ".svg":
            rgba = drawn_svg(path)
        else:
            rgba = opened_png(path)
        if rgba is not None and shows_something(rgba):
            yield Drawing("tuxpaint", caption.stem, None, words, rgba)


def stamps():
    """(reading in hiragana or None, name, uint8 [64,64,4]) of the labelled text stamps."""
    archive = shared_archive("stamps-train.tar")
    if archive is None:
        missing("stamps-train.tar", "set EMOJISCOPE_SHARED to the folder that has emoji/stamps-train.tar")
        return
    labels = {}
    for line in archive.with_name("stamps-train.labels.jsonl").read_text().splitlines():
        label = json.loads(line)
        labels[label["file"]] = label
    with tarfile.open(archive) as tar:
        for member in sorted(tar.getmembers(), key=lambda m: m.name):
            label = labels.get(pathlib.PurePosixPath(member.name).name)
            if label is None:
                continue
            with Image.open(io.BytesIO(tar.extractfile(member).read())) as picture:
                yield label.get("reading"), label["name"], np.asarray(picture.convert("RGBA"))

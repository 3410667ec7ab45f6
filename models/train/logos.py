"""Logos of firms, products and programs, from the packages of npm that package.json names.

Several collections draw the same thing; their drawings go under one name, with what any of them
calls it.
"""
import collections
import json
import pathlib
import re
import unicodedata

import pictures
from pictures import Drawing

MODULES = pathlib.Path(__file__).resolve().parent / "node_modules"
# Packages, and what of the name of an icon names the thing; others are left out.
COLLECTIONS = [
    ("@iconify-json/logos", r"(.+?)(?:-icon|-dark)?"),
    ("@iconify-json/devicon", r"(.+?)(?:-wordmark)?"),
    ("@iconify-json/skill-icons", r"(.+?)(?:-dark|-light)?"),
    ("@iconify-json/vscode-icons", r"file-type-(?:light-)?(.+?)[23]?"),
    ("@iconify-json/material-icon-theme", r"(?!folder)(.+?)(?:-light)?"),
    ("@iconify-json/cryptocurrency-color", r"(.+)"),
]
SIMPLE = "simple-icons"
# Licences under which an icon of that collection is taken; most are under the collection's own.
PERMISSIVE = re.compile(r"CC0-1\.0|CC-BY-\d\.\d|MIT|Apache-2\.0|BSD-3-Clause|Unlicense")
# Words of names that say nothing of what is seen.
NO_WORDS = {"and", "dark", "file", "for", "icon", "light", "logo", "misc", "the", "wordmark"}
SHORTEST_WORD = 3
PLATE = 0.62  # of a plate's side is the logo on it


def plain_letters(name):
    """Lower case, without accents."""
    parted = unicodedata.normalize("NFKD", name.lower())
    return "".join(c for c in parted if not unicodedata.combining(c))


def slug(name):
    """The same for names that say the same: 'C++' is not 'C', '.NET' is 'dotnet'."""
    name = re.sub(r"^\.", "dot", plain_letters(name))
    name = name.replace("+", "plus").replace("#", "sharp")
    return re.sub(r"[^a-z0-9]", "", name)


def words_of(name, others=()):
    """The name, as one word too, what else it is called, and its single words."""
    plain = re.sub(r"[-_\s]+", " ", name.lower()).strip()
    single = [w for w in re.findall(r"[a-z0-9]+", plain_letters(plain))
              if len(w) >= SHORTEST_WORD and w not in NO_WORDS]
    compact = plain.replace(" ", "")
    return list(dict.fromkeys([plain, *others, compact, *single]))


def svg(body, width, height, left=0, top=0):
    return (f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'viewBox="{left} {top} {width} {height}">{body}</svg>')


def of_collection(package, pattern):
    """(name, SVG) of each icon of an Iconify package."""
    icons = json.loads((MODULES / package / "icons.json").read_text())
    for name, icon in sorted(icons["icons"].items()):
        match = re.fullmatch(pattern, name)
        if match:
            size = [icon.get(key, icons.get(key, 16)) for key in ("width", "height")]
            corner = [icon.get(key, 0) for key in ("left", "top")]
            yield match.group(1), svg(icon["body"], *size, *corner)


def on_plate(body, colour, number):
    """White on a square, a rounded square or a disc of the colour."""
    radius = (0, 5, 12)[number % 3]
    margin = 12 * (1 - PLATE)
    return svg(f'<rect width="24" height="24" rx="{radius}" fill="#{colour}"/><g fill="#fff" '
               f'transform="translate({margin} {margin}) scale({PLATE})">{body}</g>', 24, 24)


def simple():
    """(name, other names by language, SVG) of Simple Icons: in their colour, and white on a plate."""
    folder = MODULES / SIMPLE
    for number, entry in enumerate(json.loads((folder / "data" / "simple-icons.json").read_text())):
        if not PERMISSIVE.fullmatch((entry.get("license") or {}).get("type", "CC0-1.0")):
            continue
        path = folder / "icons" / f"{entry['slug']}.svg"
        match = re.search(r"<path.*/>", path.read_text()) if path.exists() else None
        if match is None:
            continue
        body, colour = match.group(), entry["hex"]
        names = entry.get("aliases", {})
        others = {"en": [n.lower() for n in names.get("aka", [])]}
        for language, name in names.get("loc", {}).items():
            others.setdefault(language.split("-")[0], []).append(name)
        yield entry["title"], others, svg(f'<g fill="#{colour}">{body}</g>', 24, 24)
        yield entry["title"], others, on_plate(body, colour, number)


def all_icons():
    for package, pattern in COLLECTIONS:
        if not (MODULES / package).exists():
            pictures.missing(f"npm's {package}", "npm ci in models/train")
            continue
        for name, drawn in of_collection(package, pattern):
            yield name, {}, drawn
    if (MODULES / SIMPLE).exists():
        yield from simple()
    else:
        pictures.missing(f"npm's {SIMPLE}", "npm ci in models/train")


def logos():
    """Every logo; those of one thing have the same name and words."""
    if not pictures.can_draw_svg():
        return
    icons = list(all_icons())
    words = collections.defaultdict(lambda: collections.defaultdict(dict))
    for name, others, _ in icons:
        own = words[slug(name)]
        own["en"].update(dict.fromkeys(words_of(name, others.get("en", []))))
        for language, texts in others.items():
            own[language].update(dict.fromkeys(texts))
    drawn = pictures.in_parallel(pictures.drawn_svg, [s.encode() for _, _, s in icons], chunk=8)
    for (name, _, _), rgba in zip(icons, drawn):
        if rgba is not None and pictures.shows_something(rgba):
            texts = {language: list(found) for language, found in words[slug(name)].items()}
            yield Drawing("logos", slug(name), None, texts, rgba)

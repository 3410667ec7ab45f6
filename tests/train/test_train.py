#!/usr/bin/python3
"""The training scripts over a handful of emoji and words: every step from data to package.

    test_train.py --program build/release/bin/emojiscope

What is gathered comes from the Noto fonts of Debian; no archive and no other package is looked at.
"""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "models" / "train"))

import numpy as np
import torch

import captions
import data
import dataset
import evaluate
import glyphs
import logos
import pictures
import tokenizer
import train
import validate
import words
from stamps import CANVAS, Random

PROGRAM = None
EMOJI = {
    "🍺": ("beer mug", "ビールジョッキ"), "🐸": ("frog", "カエル"), "🚀": ("rocket", "ロケット"),
    "🌹": ("rose", "バラ"), "🐶": ("dog face", "イヌの顔"), "🏠": ("house", "家"), "👍": ("thumbs up", "いいね"),
    "👍🏽": ("thumbs up: medium skin tone", "いいね: 中間の肌色"), "🔥": ("fire", "火"),
}
ANNOTATIONS = {
    emoji: {"en": (english, [english.split()[0], "thing"]), "ja": (japanese, ["もの"]),
            "de": (english + " auf Deutsch", ["Ding"]), "cy": (english + " yn Gymraeg", [])}
    for emoji, (english, japanese) in EMOJI.items()
}
DICTIONARY = {
    "Noun": [(100, "乾杯", "かんぱい"), (110, "確認", "かくにん"), (120, "猫", "ねこ")],
    "Noun.verbal": [(100, "参加", "さんか")], "Noun.adjv": [(100, "元気", "げんき")],
    "Verb": [(100, "走る", "はしる")], "Adj": [(100, "高い", "たかい")],
    "Adverb": [(100, "すぐ", "すぐ")],
}
FEW = {"composed": 40, "kana": 20, "latin": 20, "hangul": 0}


def gathered(folder):
    """The data of the emoji above, in `folder`."""
    with mock.patch.object(words, "read_annotations", lambda: ANNOTATIONS), \
            mock.patch.object(words, "read_ipadic", lambda: DICTIONARY), \
            mock.patch.object(words, "MADE", FEW), mock.patch.object(data, "RARE", 1), \
            mock.patch.object(glyphs, "FACES", glyphs.FACES[:1]), \
            mock.patch.object(pictures, "CLIP_ART", pathlib.Path("/nonexistent")), \
            mock.patch.object(pictures, "TUX_PAINT", pathlib.Path("/nonexistent")), \
            mock.patch.object(pictures, "LINE_FONT", pathlib.Path("/nonexistent")), \
            mock.patch.object(logos, "MODULES", pathlib.Path("/nonexistent")), \
            mock.patch.dict(os.environ, {"EMOJISCOPE_SHARED": ""}):
        data.gather(folder, seed=1)


class Logos(unittest.TestCase):
    """Two collections of one logo each, and one in Simple Icons that nobody may use."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        modules = pathlib.Path(cls.folder.name)
        body = '<path fill="#c00" d="M2 2h20v20H2z"/>'
        for package, name in (("@iconify-json/logos", "acme-cloud-icon"),
                              ("@iconify-json/vscode-icons", "file-type-acmecloud2"),
                              ("@iconify-json/material-icon-theme", "folder-acme")):
            (modules / package).mkdir(parents=True)
            (modules / package / "icons.json").write_text(json.dumps(
                {"width": 24, "height": 24, "icons": {name: {"body": body}}}))
        simple = modules / "simple-icons"
        for part in ("data", "icons"):
            (simple / part).mkdir(parents=True)
        (simple / "icons" / "acmecloud.svg").write_text(f'<svg viewBox="0 0 24 24">{body}</svg>')
        entries = [{"title": "Acme Cloud", "slug": "acmecloud", "hex": "CC0000",
                    "aliases": {"aka": ["AC"], "loc": {"ja-JP": "アクメ"}}},
                   {"title": "Closed", "slug": "acmecloud", "hex": "000000",
                    "license": {"type": "CC-BY-NC-4.0"}}]
        (simple / "data" / "simple-icons.json").write_text(json.dumps(entries))
        cls.modules = modules

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_all_collections_have_one_name_for_it(self):
        with mock.patch.object(logos, "MODULES", self.modules):
            names = [name for name, _, _ in logos.all_icons()]
        self.assertEqual({logos.slug(name) for name in names}, {"acmecloud"})
        self.assertEqual(len(names), 4)  # once each, and twice of Simple Icons; no folder

    def test_what_may_not_be_used_is_left_out(self):
        with mock.patch.object(logos, "MODULES", self.modules):
            self.assertEqual({name for name, _, _ in logos.simple()}, {"Acme Cloud"})
        for licence in ("CC-BY-SA-4.0", "CC-BY-ND-4.0", "GPL-3.0-only", "custom"):
            self.assertIsNone(logos.PERMISSIVE.fullmatch(licence))

    def test_signs_and_accents_count_as_people_read_them(self):
        self.assertNotEqual(logos.slug("C"), logos.slug("C++"))
        self.assertEqual(logos.slug(".NET"), logos.slug("dotnet"))
        self.assertEqual(logos.slug("Citroën"), logos.slug("citroen"))
        self.assertEqual(logos.words_of("Aeroméxico")[-1], "aeromexico")

    def test_a_name_is_told_whole_and_in_parts(self):
        self.assertEqual(logos.words_of("Acme-Cloud for the Web", ["ac"]),
                         ["acme cloud for the web", "ac", "acmecloudfortheweb", "acme", "cloud", "web"])

    @unittest.skipUnless(shutil.which("rsvg-convert"), "rsvg-convert is not here")
    def test_each_drawing_is_told_by_all_that_any_collection_calls_it(self):
        with mock.patch.object(logos, "MODULES", self.modules):
            drawn = list(logos.logos())
        self.assertEqual({d.name for d in drawn}, {"acmecloud"})
        for drawing in drawn:
            self.assertLessEqual({"acme cloud", "acmecloud", "ac"}, set(drawing.words["en"]))
            self.assertEqual(drawing.words["ja"], ["アクメ"])
            self.assertGreater((drawing.rgba[..., 3] > 127).mean(), 0.3)


class Gathered(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.cache = pathlib.Path(cls.folder.name)
        gathered(cls.cache)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def loaded(self, seed=1, **options):
        generator = torch.Generator().manual_seed(seed)
        return dataset.Dataset(self.cache, torch.device("cpu"), generator, **options)

    def text(self, loaded, numbers):
        return [loaded.texts[n] for n in numbers.flatten().tolist() if n >= 0]

    def test_every_drawing_gets_texts_of_its_own(self):
        loaded = self.loaded()
        self.assertEqual(len(loaded.drawings), len(EMOJI))
        own = {e: {tokenizer.normalise(t) for name, keywords in entry.values()
                   for t in [name, *keywords]} for e, entry in ANNOTATIONS.items()}
        concept_keys = dict(zip(loaded.concept.tolist(), loaded.key.tolist()))
        with mock.patch.object(dataset, "BADGED", 0):
            _, _, texts, concepts = loaded.of_drawings(64)
        for row, concept in zip(texts, concepts.tolist()):
            for text in self.text(loaded, row):
                self.assertIn(text, own[concept_keys[concept]])

    def test_a_badge_is_seen_and_told(self):
        loaded = self.loaded()
        rocket = loaded.key.tolist().index("🚀")
        loaded.weights = torch.zeros_like(loaded.weights)
        loaded.weights[rocket] = 1  # the badge, too
        with mock.patch.object(dataset, "BADGED", 0):
            (plain, _), _, _, _ = loaded.of_drawings(4)
        with mock.patch.object(dataset, "BADGED", 1):
            (badged, _), _, texts, _ = loaded.of_drawings(4)
        # Elsewhere the drawing is what it was.
        changed = (plain - badged).abs().amax(dim=1) > 0.05
        self.assertTrue((changed.float().mean(dim=(1, 2)) > 0.02).all())
        self.assertTrue((changed.float().mean(dim=(1, 2)) < 0.5).all())
        said = {tokenizer.normalise(t) for t in ("rocket", "ロケット", "thing", "もの")}
        for row in texts:
            self.assertEqual(len(self.text(loaded, row[0])), 2)
            self.assertLessEqual(set(self.text(loaded, row[2])), said)

    def test_a_shared_keyword_is_no_negative(self):
        loaded = self.loaded()
        numbers = {t: i for i, t in enumerate(loaded.texts)}
        texts = torch.tensor([[numbers["thing"], -1, -1], [numbers["frog"], -1, -1],
                              [numbers["thing"], numbers["frog"], -1]])
        frog = loaded.concept[loaded.key.tolist().index("🐸")]
        rocket = loaded.concept[loaded.key.tolist().index("🚀")]
        said = loaded.describes(texts, torch.stack([frog, rocket]))
        self.assertEqual(said.tolist(), [[True, True], [True, False], [True, False]])

    def test_a_source_can_be_left_out(self):
        loaded = self.loaded(without=("noto",))
        self.assertEqual(float(loaded.weights.sum()), 0)

    def test_stamps_show_ink_and_their_reading(self):
        loaded = self.loaded()
        views, _, _ = loaded.of_strings(32)
        for view in views:
            colour, alpha = view[:, :3], view[:, 3]
            self.assertTrue((alpha.amax(dim=(1, 2)) > 0.3).all())
            self.assertTrue((colour <= view[:, 3:] + 1e-3).all())  # premultiplied

    def test_letters_that_share_pixels_are_drawn_all_the_same(self):
        painter = self.loaded().painter
        boxes = painter.boxes

        def together(texts, fonts, cuts):
            x0, x1, *others = boxes(texts, fonts, cuts)
            return torch.zeros_like(x0), torch.ones_like(x1), *others

        with mock.patch.object(painter, "boxes", together):
            drawn = painter.masks(torch.arange(len(painter.strings)))
        self.assertTrue(torch.isfinite(drawn).all())

    def test_a_string_is_told_by_reading_surface_and_romaji(self):
        loaded = self.loaded()
        wanted = loaded.texts.index("乾杯")
        loaded.string_weights = (loaded.string_texts[:, 1] == wanted).float()
        _, texts, _ = loaded.of_strings(16)
        self.assertEqual(set(self.text(loaded, texts[:, 0])), {"かんぱい"})
        self.assertEqual(set(self.text(loaded, texts[:, 1])), {"乾杯"})
        self.assertEqual(set(self.text(loaded, texts[:, 2])), {"kannpai", "kanpai"})

    def test_a_string_of_several_words_is_told_by_them_too(self):
        loaded = self.loaded()
        wanted = loaded.texts.index("thumbs up")
        loaded.string_weights = (loaded.string_texts[:, 1] == wanted).float()
        loaded.string_concept[:] = -1
        _, texts, _ = loaded.of_strings(16)
        # "up" is too short to be searched for.
        self.assertEqual(set(self.text(loaded, texts[:, 2])), {"thumbs up"})
        wanted = loaded.texts.index("beer mug")
        loaded.string_weights = (loaded.string_texts[:, 1] == wanted).float()
        _, texts, _ = loaded.of_strings(16)
        self.assertEqual(set(self.text(loaded, texts[:, 2])), {"beer", "mug"})

    def test_strings_fill_their_lines(self):
        painter = self.loaded().painter
        masks = painter.masks(torch.arange(40))
        self.assertEqual(masks.shape, (40, 1, CANVAS, CANVAS))
        self.assertTrue((masks.amax(dim=(1, 2, 3)) > 0.5).all())
        self.assertLess(float(masks.mean()), 0.7)

    def test_the_same_seed_draws_the_same(self):
        one, two = self.loaded(seed=5).of_strings(8), self.loaded(seed=5).of_strings(8)
        self.assertTrue(torch.equal(one[0][0], two[0][0]))
        self.assertTrue(torch.equal(one[1], two[1]))

    def options(self, out, **more):
        return argparse.Namespace(cache=self.cache, out=self.cache / out, seed=1, batch=12,
                                  **{"without": [], "hold": 0.0, "start": None, **more})

    def test_a_checkpoint_holds_all_that_a_run_is(self):
        run = train.Run(self.options("kept"))
        run.step(1e-3)
        run.spent = 12.5
        run.save()
        other = train.Run(self.options("kept"))
        other.load()
        self.assertEqual((other.steps, other.spent, other.average.updates), (1, 12.5, 1))
        for key, value in run.model.state_dict().items():
            self.assertTrue(torch.equal(other.model.state_dict()[key], value), key)
            self.assertTrue(torch.equal(other.average.state[key], run.average.state[key]), key)
        self.assertTrue(torch.equal(other.generator.get_state(), run.generator.get_state()))
        moments = [[entry["exp_avg"].sum().item() for entry in r.optimiser.state.values()]
                   for r in (run, other)]
        self.assertEqual(*moments)
        # With other things held out it is another run.
        with self.assertRaisesRegex(SystemExit, "was begun with"):
            train.Run(self.options("kept", hold=0.5)).load()

    def test_what_was_trained_becomes_a_package_that_the_program_takes(self):
        out = self.cache / "run"
        subprocess.run([sys.executable, str(ROOT / "models/train/train.py"), "--cache",
                        str(self.cache), "--out", str(out), "--batch", "12", "--minutes", "0.04"],
                       check=True, stdout=subprocess.DEVNULL)
        rows = [json.loads(line) for line in (out / "curves.jsonl").read_text().splitlines()]
        self.assertTrue(np.isfinite(rows[-1]["text"]))
        package = self.cache / "package"
        exported = subprocess.run(
            [sys.executable, str(ROOT / "models/train/export.py"), "--arrays", str(out),
             "--package", str(package), "--no-golden"], check=True, capture_output=True, text=True)
        self.assertIn("differ by at most", exported.stdout)
        verified = subprocess.run([PROGRAM, "--model", str(package), "model", "verify"], check=True,
                                  capture_output=True, text=True)
        self.assertIn("ok: emojiclip", verified.stdout)
        # Another run may begin with it.
        begun = train.Run(self.options("begun", start=out)).model
        self.assertAlmostEqual(begun.scale().item(), rows[-1]["scale"], 1)
        with np.load(out / "image.npz") as image, np.load(out / "text.npz") as text:
            self.assertTrue(np.allclose(begun.image.head.weight.detach(), image["head.weight"]))
            self.assertTrue(np.allclose(begun.text.grams.weight.detach(), text["grams"] * text[
                "scales"].astype(np.float32)[:, None]))

    def test_no_data_is_one_clear_line(self):
        with tempfile.TemporaryDirectory() as empty:
            done = subprocess.run([sys.executable, str(ROOT / "models/train/train.py"), "--cache",
                                   empty], capture_output=True, text=True)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("run data.py first", done.stderr)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1)


class Pieces(unittest.TestCase):
    def test_tokens_of_many_texts_are_those_of_each(self):
        texts = ["beer", "", "ビールジョッキ", "a", "hello, world!", "👩‍🚀 rocket", "맥주", "!?", "wide\u3000space",
                 "пиво", "^$", "42 %"]
        ids, offsets = tokenizer.encode_many(texts)
        for i, text in enumerate(texts):
            self.assertEqual(sorted(ids[offsets[i]:offsets[i + 1]].tolist()),
                             sorted(tokenizer.encode(text)), text)

    def test_tokens_are_those_of_the_program(self):
        golden = json.loads((ROOT / "tests/data/char_ngram_hash.json").read_text())
        self.assertGreater(len(golden), 10)
        for case in golden:
            self.assertEqual(tokenizer.encode(case["text"]), case["ids"], case["text"])

    def test_shares_count_ties_and_nonsense_against_the_model(self):
        right = torch.arange(4)
        self.assertEqual(validate.share_within(torch.eye(4), right, 1), 1)
        self.assertEqual(validate.share_within(torch.zeros(4, 4), right, 1), 0)
        with self.assertRaises(SystemExit):
            validate.share_within(torch.full((4, 4), float("nan")), right, 1)

    def test_average_precision(self):
        self.assertAlmostEqual(evaluate.average_precision([3, 1, 2, 0], {3, 2}), (1 + 2 / 3) / 2)
        rng = np.random.default_rng(1)
        found = [evaluate.average_precision(rng.permutation(30).tolist(), {0, 1, 2})
                 for _ in range(4000)]
        self.assertAlmostEqual(np.mean(found), evaluate.by_chance(3, 30), delta=0.01)

    def test_romaji(self):
        for reading, kunrei, hepburn in [
                ("しんちょく", "sinntyoku", "shinchoku"), ("まっちゃ", "mattya", "matcha"),
                ("びーる", "bi-ru", "biru"), ("ふじさん", "huzisann", "fujisan"), ("ふぁいと", "faito", "faito")]:
            self.assertEqual(words.romaji(reading, True), kunrei)
            self.assertEqual(words.romaji(reading, False), hepburn)

    def test_letters_lie_within_their_tiles(self):
        with mock.patch.object(glyphs, "FACES", glyphs.FACES[:1]):
            tiles, _, index, _ = glyphs.build(list("agjpqyQbdhklあ漢"))
        for tile in tiles[index[index >= 0]]:
            self.assertEqual(max(tile[0].max(), tile[-1].max()), 0)

    def test_letters_in_tones_come_back(self):
        tiles = np.linspace(0, 255, 2 * 16 * 16).reshape(2, 16, 16).astype(np.uint8)
        back = data.unpacked(data.packed(tiles), 16).astype(int)
        self.assertLessEqual(np.abs(back - tiles).max(), 255 // (data.TONES - 1) // 2 + 2)

    def test_titles_of_clip_art(self):
        self.assertEqual(pictures.plain_title("Bird_of-Peace 01.svg"), "bird of peace")
        self.assertEqual(pictures.plain_title(" 42 "), "")

    def test_captions_tell_what_is_seen(self):
        side = 40
        rgb = torch.full((3, 3, side, side), 0.88)
        alpha = torch.zeros((3, 1, side, side))
        y, x = torch.meshgrid(torch.arange(side), torch.arange(side), indexing="ij")
        disc = (y - 19.5) ** 2 + (x - 19.5) ** 2 < 15 ** 2
        red, white, blue = (torch.tensor(c)[:, None] for c in ([0.9, 0.1, 0.1], [1.0, 1, 1], [0.1, 0.2, 0.9]))
        rgb[0][:, disc & (y < 20)], rgb[0][:, disc & (y >= 20)] = red, white  # a ball of two colours
        rgb[1][:, (abs(y - 19.5) < 15) & (abs(x - 19.5) < 15)] = blue         # a square
        alpha[0, 0][disc] = 1
        alpha[1, 0][(abs(y - 19.5) < 15) & (abs(x - 19.5) < 15)] = 1
        seen = captions.Seen(rgb, alpha)
        number = {c[0]: i for i, c in enumerate(captions.COLOURS)}
        straight = torch.zeros(3, dtype=torch.bool)
        one, two, clear = seen.captioned("round_down", straight)
        self.assertEqual(clear.tolist(), [True, False, False])
        self.assertEqual((int(one[0]), int(two[0])), (number["red"], number["white"]))
        for kind in captions.OF_LETTERS:  # none has the colour of letters on a disc
            one, two, clear = seen.captioned(kind, straight)
            self.assertEqual(clear.tolist(), [kind == "letters_in_round", False, False])
        one, _, clear = seen.captioned("square", straight)
        self.assertEqual(clear.tolist(), [False, True, False])
        self.assertEqual(int(one[1]), number["blue"])
        _, _, clear = seen.captioned("one", straight)
        self.assertEqual(clear.tolist(), [True, True, False])  # nothing is seen on an empty one

    def test_captions_are_numbered_in_their_order(self):
        listed = captions.all_captions()
        for kind, start in captions.starts().items():
            self.assertEqual(listed[start][0].kind, kind)
            at = start + captions.COUNT * 2 + 5
            self.assertEqual(listed[at][0][2:], (2, 5))

    def test_some_is_a_share_without_doubles(self):
        rows = Random(torch.Generator().manual_seed(1)).some(100, 0.3)
        self.assertEqual(len(set(rows.tolist())), 30)

    def test_pairs_of_the_same_do_not_count(self):
        unit = torch.eye(3)
        alike = unit.clone()
        alike[1] = alike[0]
        same = torch.zeros((3, 3), dtype=torch.bool)
        same[0, 1] = same[1, 0] = True
        plain = train.contrast(alike, alike, torch.zeros_like(same), 20.0)
        spared = train.contrast(alike, alike, same, 20.0)
        self.assertGreater(float(plain), 0.3)
        self.assertLess(float(spared), 1e-3)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    options, rest = parser.parse_known_args()
    PROGRAM = options.program
    unittest.main(argv=[sys.argv[0], *rest], verbosity=1)

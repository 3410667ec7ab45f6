#!/usr/bin/env python3
"""Turns published CLIP weights into a model package.

    models/export/export.py CLIP OUT [--text MULTILINGUAL] [--vocabulary FILE]

CLIP: OpenAI's ViT-B-32.pt or its state dict, a folder of transformers (clip-vit-base-patch32) or of
sentence-transformers (clip-ViT-B-32). MULTILINGUAL: the folder of clip-ViT-B-32-multilingual-v1,
whose text tower then takes the place of CLIP's. Either may be a name on the Hugging Face hub where
the package huggingface_hub is installed. FILE: bpe_simple_vocab_16e6.txt.gz, for OpenAI's weights,
which come without it. Runs on Debian's python3-torch (1.13) and on later ones; needs python3-yaml.
"""
import argparse
import gzip
import hashlib
import io
import pathlib
import shutil
import sys
import zipfile

import torch
import yaml

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import checkpoints  # noqa: E402
from towers import LINEAR_OF_PRECISION, reduced  # noqa: E402

MEAN = [0.48145466, 0.4578275, 0.40821073]
STD = [0.26862954, 0.26130258, 0.27577711]
# The largest difference between eager and TorchScript, in units of the largest output.
TOLERANCE = 1e-4
# The least cosine between embeddings of rounded weights and of those that were given.
LEAST_COSINE = 0.98
# Operators that libtorch 1.13 does not have.
NEWER_OPERATORS = ("aten::scaled_dot_product_attention", "aten::_scaled_dot_product")


def locate(name):
    """The file or folder, and what to call it: a snapshot of the hub is named by a hash."""
    path = pathlib.Path(name)
    if path.exists():
        return path, path.resolve().name
    try:
        from huggingface_hub import snapshot_download
    except ImportError:
        raise checkpoints.Unusable(
            f"{name}: no such file or folder, and huggingface_hub is not installed to fetch it"
        ) from None
    return pathlib.Path(snapshot_download(name)), path.name


def described(path):
    content = path.read_bytes()
    return {"file": path.name, "sha256": hashlib.sha256(content).hexdigest(),
            "bytes": len(content)}


def save(tower, path):
    """Writes the module without its debug records: they hold the paths of the machine."""
    tower.requires_grad_(False)
    scripted = torch.jit.script(tower)
    graph = str(scripted.inlined_graph)
    for operator in NEWER_OPERATORS:
        if operator in graph:
            raise checkpoints.Unusable(f"{path.name} uses {operator}, which libtorch 1.13 lacks")
    buffer = io.BytesIO()
    torch.jit.save(scripted, buffer)
    with zipfile.ZipFile(buffer) as full, zipfile.ZipFile(path, "w") as bare:
        for entry in full.infolist():
            if not entry.filename.endswith(".debug_pkl"):
                # A new ZipInfo has the date of 1980: the same weights give the same file.
                bare.writestr(zipfile.ZipInfo(entry.filename), full.read(entry))
    return described(path)


def verify(name, tower, precision, path, inputs_of):
    """Loads what was written and compares it with the eager tower."""
    loaded = torch.jit.load(str(path)).eval()
    written = reduced(tower, precision)
    worst, least_cosine = 0.0, 1.0
    with torch.no_grad():
        for batch in (1, 3, 32):
            inputs = inputs_of(batch)
            eager, scripted = written(*inputs), loaded(*inputs)
            difference = (eager - scripted).abs().max() / eager.abs().max()
            worst = max(worst, difference.item())
            cosines = torch.nn.functional.cosine_similarity(tower(*inputs), scripted)
            least_cosine = min(least_cosine, cosines.min().item())
    print(f"{name}: eager and TorchScript differ by at most {worst:.2g} of the largest value "
          "at batch 1, 3 and 32")
    if precision != "float32":
        print(f"{name}: least cosine to float32, of random inputs: {least_cosine:.6f}")
    if not worst < TOLERANCE:
        raise checkpoints.Unusable(f"the {name} tower changed in export")
    if not least_cosine > LEAST_COSINE:
        raise checkpoints.Unusable(f"the {name} tower cannot be rounded to {precision}")


def texts_of(vocabulary, longest):
    """Random texts of another length in each batch, with padding."""
    generator = torch.Generator().manual_seed(3)

    def inputs(batch):
        length = min(longest, 4 + batch)
        ids = torch.randint(1, vocabulary - 1, (batch, length), generator=generator)
        mask = torch.ones_like(ids)
        for row in range(batch):
            end = 2 + row % (length - 2)
            ids[row, end] = vocabulary - 1
            ids[row, end + 1:] = 0
            mask[row, end + 1:] = 0
        return ids, mask

    return inputs


def pictures_of(side):
    generator = torch.Generator().manual_seed(4)
    return lambda batch: (torch.randn((batch, 3, side, side), generator=generator),)


def write_merges(source, given, out):
    """CLIP's byte pairs, not compressed, into the package."""
    folder = source if source.is_dir() else source.parent
    candidates = [given] if given else [
        folder / "merges.txt", folder / "0_CLIPModel" / "merges.txt",
        folder / "bpe_simple_vocab_16e6.txt.gz"]
    for path in candidates:
        if path.exists():
            content = path.read_bytes()
            if path.suffix == ".gz":
                content = gzip.decompress(content)
            (out / "merges.txt").write_bytes(content)
            return {"kind": "clip-bpe", "merges": described(out / "merges.txt")}
    raise checkpoints.Unusable("the list of byte pairs is missing: give bpe_simple_vocab_16e6.txt.gz "
                               "with --vocabulary" if not given else f"{given}: no such file")


def write_vocabulary(source, out):
    for path in (source / "vocab.txt", source / "0_Transformer" / "vocab.txt"):
        if path.exists():
            shutil.copyfile(path, out / "vocab.txt")
            return {"kind": "wordpiece", "vocabulary": described(out / "vocab.txt")}
    raise checkpoints.Unusable(f"{source}: vocab.txt is missing")


def export(options):
    source, name = locate(options.clip)
    image, text, side, longest = checkpoints.clip_towers(source)
    out = options.out
    out.mkdir(parents=True, exist_ok=True)
    (out / "model.yaml").unlink(missing_ok=True)
    if options.text:
        text_source, text_name = locate(options.text)
        text, longest = checkpoints.multilingual_text(text_source)
        tokenizer = write_vocabulary(text_source, out)
        name += " with " + text_name
    else:
        tokenizer = write_merges(source, options.vocabulary, out)
    if text.head.out_features != image.head.out_features:
        raise checkpoints.Unusable(f"the text tower gives {text.head.out_features} values, the "
                                   f"image tower {image.head.out_features}")
    package = {
        "format": 1, "name": options.name or name, "version": options.version,
        "dimension": image.head.out_features, "precision": options.precision,
        "image": {**save(reduced(image, options.precision), out / "image.pt"), "input_size": side,
                  "resize": "crop", "background": [255, 255, 255], "mean": MEAN, "std": STD},
        "text": {**save(reduced(text, options.precision), out / "text.pt"), "max_tokens": longest},
        "tokenizer": tokenizer, "licence": options.licence,
        "provenance": f"{name}, by models/export/export.py",
    }
    verify("image", image, options.precision, out / "image.pt", pictures_of(side))
    verify("text", text, options.precision, out / "text.pt",
           texts_of(text.words.num_embeddings, longest))
    # Last: without it the folder is no package.
    (out / "model.yaml").write_text(
        "# Written by models/export/export.py; the keys are explained in models/README.md.\n"
        + yaml.safe_dump(package, sort_keys=False, default_flow_style=None, width=100))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clip")
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--text", help="the multilingual text tower")
    parser.add_argument("--vocabulary", type=pathlib.Path, help="CLIP's list of byte pairs")
    parser.add_argument("--name", help="of the model; default: that of the source")
    parser.add_argument("--version", default="1")
    parser.add_argument("--precision", choices=("float32", *LINEAR_OF_PRECISION), default="float32",
                        help="what the weights of the blocks are rounded to; a CPU with the "
                             "instructions for it then computes in it, every other in float32")
    parser.add_argument("--licence", default="as of the weights: see where they come from")
    options = parser.parse_args()
    for option in ("name", "version"):
        said = getattr(options, option)
        if said is not None and not (1 <= len(said) <= 100 and said.isprintable()):
            parser.error(f"--{option} must have 1 to 100 characters that can be seen")
    try:
        export(options)
    except checkpoints.Unusable as problem:
        raise SystemExit(f"export.py: {problem}") from None


if __name__ == "__main__":
    main()

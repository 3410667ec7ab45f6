#!/usr/bin/env python3
"""Tests of the export: random weights under the key names of the published checkpoints.

    tests/export/test_export.py             # small towers, some seconds
    tests/export/test_export.py --full      # the sizes of ViT-B/32 and DistilBERT multilingual;
                                            # 5 GB of disk, some minutes
    ... --program build/release/bin/emojiscope    # which then loads each package, too

What is compared with: towers built of PyTorch's own attention, laid out as in OpenAI's code and in
transformers, over the same weights.
"""
import argparse
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

import torch
from torch import nn

EXPORT = pathlib.Path(__file__).parents[2] / "models" / "export" / "export.py"
SMALL = dict(side=64, patch=16, vision=128, vision_layers=2, text=64, text_layers=2, words=600,
             longest=77, dimension=48, bert=96, bert_layers=2, heads=4, bert_words=300,
             bert_positions=64)
FULL = dict(side=224, patch=32, vision=768, vision_layers=12, text=512, text_layers=12,
            words=49408, longest=77, dimension=512, bert=768, bert_layers=6, heads=12,
            bert_words=119547, bert_positions=512)


def random_block(width):
    made = {}
    for name, shape in (("attn.in_proj_weight", (3 * width, width)),
                        ("attn.in_proj_bias", (3 * width,)),
                        ("attn.out_proj.weight", (width, width)), ("attn.out_proj.bias", (width,)),
                        ("ln_1.weight", (width,)), ("ln_1.bias", (width,)),
                        ("mlp.c_fc.weight", (4 * width, width)), ("mlp.c_fc.bias", (4 * width,)),
                        ("mlp.c_proj.weight", (width, 4 * width)), ("mlp.c_proj.bias", (width,)),
                        ("ln_2.weight", (width,)), ("ln_2.bias", (width,))):
        made[name] = torch.randn(shape) * (0.5 / width ** 0.5 if len(shape) == 2 else 0.1) + (
            1.0 if name.startswith("ln") and name.endswith("weight") else 0.0)
    return made


def random_clip(s):
    """A state dict under OpenAI's names."""
    v, t = s["vision"], s["text"]
    made = {
        "visual.class_embedding": torch.randn(v) * 0.1,
        "visual.positional_embedding": torch.randn((s["side"] // s["patch"]) ** 2 + 1, v) * 0.1,
        "visual.proj": torch.randn(v, s["dimension"]) / v ** 0.5,
        "visual.conv1.weight": torch.randn(v, 3, s["patch"], s["patch"]) * 0.05,
        "positional_embedding": torch.randn(s["longest"], t) * 0.1,
        "token_embedding.weight": torch.randn(s["words"], t) * 0.1,
        "text_projection": torch.randn(t, s["dimension"]) / t ** 0.5,
        "logit_scale": torch.tensor(4.6),
    }
    for name, width in (("visual.ln_pre", v), ("visual.ln_post", v), ("ln_final", t)):
        made[name + ".weight"] = 1 + 0.1 * torch.randn(width)
        made[name + ".bias"] = 0.1 * torch.randn(width)
    for prefix, width, layers in (("visual.", v, s["vision_layers"]), ("", t, s["text_layers"])):
        for i in range(layers):
            for name, values in random_block(width).items():
                made[f"{prefix}transformer.resblocks.{i}.{name}"] = values
    return made


def as_transformers(openai):
    """The same weights under the names of transformers' CLIPModel."""
    made = {"logit_scale": openai["logit_scale"],
            "vision_model.embeddings.position_ids": torch.arange(5).unsqueeze(0),
            "visual_projection.weight": openai["visual.proj"].t().contiguous(),
            "text_projection.weight": openai["text_projection"].t().contiguous()}
    plain = {"visual.class_embedding": "vision_model.embeddings.class_embedding",
             "visual.conv1.weight": "vision_model.embeddings.patch_embedding.weight",
             "visual.positional_embedding": "vision_model.embeddings.position_embedding.weight",
             "visual.ln_pre": "vision_model.pre_layrnorm",
             "visual.ln_post": "vision_model.post_layernorm",
             "token_embedding.weight": "text_model.embeddings.token_embedding.weight",
             "positional_embedding": "text_model.embeddings.position_embedding.weight",
             "ln_final": "text_model.final_layer_norm"}
    inside = {"ln_1": "layer_norm1", "ln_2": "layer_norm2", "mlp.c_fc": "mlp.fc1",
              "mlp.c_proj": "mlp.fc2", "attn.out_proj": "self_attn.out_proj"}
    for name, values in openai.items():
        stem, _, kind = name.rpartition(".")
        if name in plain:
            made[plain[name]] = values
        elif stem in plain:
            made[f"{plain[stem]}.{kind}"] = values
        elif "resblocks." in name:
            tower = "vision_model" if name.startswith("visual.") else "text_model"
            number, rest = name.split("resblocks.")[1].split(".", 1)
            layer = f"{tower}.encoder.layers.{number}."
            if rest.startswith("attn.in_proj_"):
                for part, piece in zip("qkv", values.chunk(3)):
                    made[f"{layer}self_attn.{part}_proj.{rest.rsplit('_', 1)[1]}"] = (
                        piece.contiguous())
            else:
                module, kind = rest.rsplit(".", 1)
                made[f"{layer}{inside[module]}.{kind}"] = values
    return made


class Node(nn.Module):
    def forward(self, x):
        return x


def write_archive(weights, path):
    """As OpenAI publishes them: an archive of TorchScript, in half precision, with sizes in it."""
    root = Node()
    sizes = {"input_resolution": torch.tensor(224), "context_length": torch.tensor(77),
             "vocab_size": torch.tensor(49408)}
    for name, values in {**weights, **sizes}.items():
        *parents, leaf = name.split(".")
        node = root
        for parent in parents:
            if parent not in node._modules:
                node.add_module(parent, Node())
            node = node._modules[parent]
        half = values.half() if values.is_floating_point() else values
        node.register_buffer(leaf, half)
    torch.jit.save(torch.jit.script(root), str(path))


def random_multilingual(s):
    """The state dict of transformers' DistilBertModel, and of the dense layer."""
    w = s["bert"]
    made = {"embeddings.word_embeddings.weight": torch.randn(s["bert_words"], w) * 0.1,
            "embeddings.position_embeddings.weight": torch.randn(s["bert_positions"], w) * 0.1,
            "embeddings.LayerNorm.weight": 1 + 0.1 * torch.randn(w),
            "embeddings.LayerNorm.bias": 0.1 * torch.randn(w)}
    for i in range(s["bert_layers"]):
        prefix = f"transformer.layer.{i}."
        for name, shape in (("attention.q_lin", (w, w)), ("attention.k_lin", (w, w)),
                            ("attention.v_lin", (w, w)), ("attention.out_lin", (w, w)),
                            ("ffn.lin1", (4 * w, w)), ("ffn.lin2", (w, 4 * w))):
            made[f"{prefix}{name}.weight"] = torch.randn(shape) * 0.5 / w ** 0.5
            made[f"{prefix}{name}.bias"] = 0.1 * torch.randn(shape[0])
        for name in ("sa_layer_norm", "output_layer_norm"):
            made[f"{prefix}{name}.weight"] = 1 + 0.1 * torch.randn(w)
            made[f"{prefix}{name}.bias"] = 0.1 * torch.randn(w)
    return made, {"linear.weight": torch.randn(s["dimension"], w) / w ** 0.5}


def write_safetensors(tensors, path):
    header, blobs, at = {"__metadata__": {"format": "pt"}}, [], 0
    names = {torch.float32: "F32", torch.int64: "I64"}
    for name, values in tensors.items():
        blob = values.contiguous().numpy().tobytes()
        header[name] = {"dtype": names[values.dtype], "shape": list(values.shape),
                        "data_offsets": [at, at + len(blob)]}
        at += len(blob)
        blobs.append(blob)
    text = json.dumps(header).encode()
    with open(path, "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text)
        out.writelines(blobs)


class ReferenceBlock(nn.Module):
    """OpenAI's ResidualAttentionBlock."""

    def __init__(self, weights, prefix, heads):
        super().__init__()
        width = weights[prefix + "ln_1.weight"].shape[0]
        self.attn = nn.MultiheadAttention(width, heads)
        self.ln_1, self.ln_2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.mlp = nn.ModuleDict({"c_fc": nn.Linear(width, 4 * width),
                                  "c_proj": nn.Linear(4 * width, width)})
        self.load_state_dict({name[len(prefix):]: values for name, values in weights.items()
                              if name.startswith(prefix)})

    def forward(self, x, mask=None):
        y = self.ln_1(x)
        x = x + self.attn(y, y, y, need_weights=False, attn_mask=mask)[0]
        y = self.mlp["c_fc"](self.ln_2(x))
        return x + self.mlp["c_proj"](y * torch.sigmoid(1.702 * y))


def layer_norm(x, weights, name, eps=1e-5):
    weight = weights[name + ".weight"]
    return nn.functional.layer_norm(x, weight.shape, weight, weights[name + ".bias"], eps)


def reference_image(weights, s, pictures):
    x = nn.functional.conv2d(pictures, weights["visual.conv1.weight"], stride=s["patch"])
    x = x.reshape(x.shape[0], x.shape[1], -1).permute(0, 2, 1)
    first = weights["visual.class_embedding"] + torch.zeros(x.shape[0], 1, x.shape[-1])
    x = torch.cat([first, x], dim=1) + weights["visual.positional_embedding"]
    x = layer_norm(x, weights, "visual.ln_pre").permute(1, 0, 2)
    for i in range(s["vision_layers"]):
        x = ReferenceBlock(weights, f"visual.transformer.resblocks.{i}.", s["vision"] // 64)(x)
    return layer_norm(x.permute(1, 0, 2)[:, 0], weights, "visual.ln_post") @ weights["visual.proj"]


def reference_text(weights, s, ids):
    """Padded to the full length, as OpenAI's code has it."""
    full = torch.zeros(ids.shape[0], s["longest"], dtype=torch.int64)
    full[:, :ids.shape[1]] = ids
    x = weights["token_embedding.weight"][full] + weights["positional_embedding"]
    mask = torch.full((s["longest"], s["longest"]), float("-inf")).triu_(1)
    x = x.permute(1, 0, 2)
    for i in range(s["text_layers"]):
        x = ReferenceBlock(weights, f"transformer.resblocks.{i}.", s["text"] // 64)(x, mask)
    x = layer_norm(x.permute(1, 0, 2), weights, "ln_final")
    return x[torch.arange(x.shape[0]), full.argmax(dim=-1)] @ weights["text_projection"]


def reference_multilingual(weights, dense, s, ids, mask):
    x = weights["embeddings.word_embeddings.weight"][ids]
    x = x + weights["embeddings.position_embeddings.weight"][:ids.shape[1]]
    x = layer_norm(x, weights, "embeddings.LayerNorm", 1e-12)
    for i in range(s["bert_layers"]):
        prefix = f"transformer.layer.{i}."

        def linear(name, y):
            return nn.functional.linear(y, weights[prefix + name + ".weight"],
                                        weights[prefix + name + ".bias"])

        attention = nn.MultiheadAttention(s["bert"], s["heads"], batch_first=True)
        three = [prefix + f"attention.{part}_lin" for part in "qkv"]
        attention.load_state_dict({
            "in_proj_weight": torch.cat([weights[name + ".weight"] for name in three]),
            "in_proj_bias": torch.cat([weights[name + ".bias"] for name in three]),
            "out_proj.weight": weights[prefix + "attention.out_lin.weight"],
            "out_proj.bias": weights[prefix + "attention.out_lin.bias"]})
        mixed = attention(x, x, x, key_padding_mask=mask == 0, need_weights=False)[0]
        x = layer_norm(x + mixed, weights, prefix + "sa_layer_norm", 1e-12)
        hidden = linear("ffn.lin2", nn.functional.gelu(linear("ffn.lin1", x)))
        x = layer_norm(x + hidden, weights, prefix + "output_layer_norm", 1e-12)
    counted = mask.unsqueeze(2).float()
    return ((x * counted).sum(1) / counted.sum(1)) @ dense["linear.weight"].t()


def run(*arguments):
    return subprocess.run([sys.executable, EXPORT, *map(str, arguments)],
                          capture_output=True, text=True)


def exported(*arguments):
    done = run(*arguments)
    if done.returncode != 0:
        raise SystemExit(f"export.py {arguments} ended with {done.returncode}: {done.stderr}")
    print(done.stdout, end="")


def check(what, found, wanted):
    difference = ((found - wanted).abs().max() / wanted.abs().max()).item()
    print(f"{'ok  ' if difference < 1e-4 else 'FAIL'} {what}: {difference:.2g}")
    if not difference < 1e-4:
        raise SystemExit(1)


def check_refused(what, said, *arguments):
    done = run(*arguments)
    lines = done.stderr.strip().splitlines()
    good = done.returncode == 1 and len(lines) == 1 and said in lines[0]
    print(f"{'ok  ' if good else 'FAIL'} {what} is refused: {lines[-1] if lines else ''}")
    if not good:
        raise SystemExit(1)


def write_bpe(path, words):
    """A list of byte pairs that makes a vocabulary of so many words: pairs of letters, then pairs
    of those."""
    letters = [chr(c) for c in range(ord("a"), ord("z") + 1)]
    twos = [a + b for a in letters for b in letters]
    pairs = [f"{two[0]} {two[1]}" for two in twos] + [f"{a} {b}" for a in twos for b in twos]
    path.write_text("#version: 0.2\n" + "\n".join(pairs[:words - 514]) + "\n")


def load_with(program, package):
    """The package in the program itself: one line about the towers, status 0."""
    if program is None:
        return
    done = subprocess.run([program, "--model", package, "model", "verify"], capture_output=True,
                          text=True)
    print(f"{'ok  ' if done.returncode == 0 else 'FAIL'} {program.name} loads it")
    if done.returncode != 0:
        raise SystemExit(done.stderr)


def test(s, folder, program):
    torch.manual_seed(1)
    clip = random_clip(s)
    bert, dense = random_multilingual(s)
    merges = folder / "merges.txt"
    write_bpe(merges, s["words"])

    # What half precision keeps, so that every way of saving holds the same.
    clip = {name: values.half().float() for name, values in clip.items()}
    torch.save({"state_dict": clip}, folder / "state_dict.pt")
    write_archive(clip, folder / "ViT-B-32.pt")
    transformers = folder / "clip-vit-base-patch32"
    transformers.mkdir()
    torch.save(as_transformers(clip), transformers / "pytorch_model.bin")
    (transformers / "merges.txt").write_bytes(merges.read_bytes())
    sentence = folder / "clip-ViT-B-32"
    (sentence / "0_CLIPModel").mkdir(parents=True)
    write_safetensors(as_transformers(clip), sentence / "0_CLIPModel" / "model.safetensors")
    (sentence / "0_CLIPModel" / "merges.txt").write_bytes(merges.read_bytes())
    multilingual = folder / "clip-ViT-B-32-multilingual-v1"
    for name in ("1_Pooling", "2_Dense"):
        (multilingual / name).mkdir(parents=True)
    torch.save(bert, multilingual / "pytorch_model.bin")
    torch.save(dense, multilingual / "2_Dense" / "pytorch_model.bin")
    marks = ["[PAD]"] + [f"[unused{i}]" for i in range(1, 5)] + ["[UNK]", "[CLS]", "[SEP]"]
    words = marks + [f"w{i}" for i in range(s["bert_words"] - len(marks))]
    (multilingual / "vocab.txt").write_text("\n".join(words) + "\n")
    for name, content in (
            ("config.json", {"model_type": "distilbert", "activation": "gelu",
                             "n_heads": s["heads"]}),
            ("sentence_bert_config.json", {"max_seq_length": 128, "do_lower_case": False}),
            ("1_Pooling/config.json", {"pooling_mode_mean_tokens": True,
                                       "pooling_mode_cls_token": False}),
            ("2_Dense/config.json", {"in_features": s["bert"], "out_features": s["dimension"],
                                     "bias": False, "activation_function":
                                     "torch.nn.modules.linear.Identity"})):
        (multilingual / name).write_text(json.dumps(content))

    pictures = torch.randn(3, 3, s["side"], s["side"])
    ids = torch.randint(1, s["words"] - 1, (4, 9))
    for row, end in enumerate((2, 8, 5, 1)):
        ids[row, end] = s["words"] - 1
        ids[row, end + 1:] = 0
    mask = (ids > 0).long()
    with torch.no_grad():
        wanted_image = reference_image(clip, s, pictures)
        wanted_text = reference_text(clip, s, ids)
        out = folder / "package"
        for source, more in ((folder / "ViT-B-32.pt", ["--vocabulary", merges]),
                             (folder / "state_dict.pt", ["--vocabulary", merges]),
                             (transformers, []), (sentence, [])):
            exported(source, out, *more)
            towers = [torch.jit.load(str(out / name)) for name in ("image.pt", "text.pt")]
            check(f"{source.name}: image tower", towers[0](pictures), wanted_image)
            check(f"{source.name}: text tower", towers[1](ids, mask), wanted_text)
            load_with(program, out)
        exported(transformers, out, "--text", multilingual)
        text = torch.jit.load(str(out / "text.pt"))
        bert_ids = torch.randint(0, s["bert_words"], (4, 9)) * mask
        check("multilingual text tower", text(bert_ids, mask),
              reference_multilingual(bert, dense, s, bert_ids, mask))
        load_with(program, out)

    check_refused("what is not there", "nowhere", folder / "nowhere", out)
    check_refused("a checkpoint without its byte pairs", "--vocabulary",
                  moved_alone(folder, clip), out)
    damaged = folder / "damaged"
    damaged.mkdir()
    del clip["visual.ln_pre.bias"]
    torch.save(clip, damaged / "pytorch_model.bin")
    check_refused("a checkpoint that lacks a weight", "visual.ln_pre.bias is missing", damaged, out)
    (damaged / "pytorch_model.bin").write_bytes(b"nonsense")
    check_refused("what is no checkpoint", "pytorch_model.bin", damaged, out)


def moved_alone(folder, weights):
    alone = folder / "alone"
    alone.mkdir()
    torch.save(weights, alone / "clip.pt")
    return alone / "clip.pt"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--full", action="store_true", help="the sizes of the published models")
    parser.add_argument("--keep", type=pathlib.Path, help="work in this new folder, and leave it")
    parser.add_argument("--program", type=pathlib.Path, help="emojiscope, to load the packages")
    options = parser.parse_args()
    sizes = FULL if options.full else SMALL
    if options.keep:
        options.keep.mkdir(parents=True)
        test(sizes, options.keep, options.program)
        return
    with tempfile.TemporaryDirectory() as folder:
        test(sizes, pathlib.Path(folder), options.program)


if __name__ == "__main__":
    main()

"""Reads published checkpoints, whichever way they were saved, into the towers of towers.py.

CLIP: OpenAI's file (an archive of TorchScript, or a plain state dict), a folder of transformers, or
a folder of sentence-transformers (which has such a folder in 0_CLIPModel).
Multilingual text: the folder of sentence-transformers' clip-ViT-B-32-multilingual-v1.
"""
import json
import pathlib
import struct

import torch

from towers import ClipImage, ClipText, MultilingualText

SAFETENSORS_TYPES = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16,
                     "I64": torch.int64}


class Unusable(Exception):
    """What is wrong with a checkpoint, in one line."""


def read_safetensors(path):
    """The tensors of a file: 8 bytes of length, a header in JSON, and the values."""
    content = path.read_bytes()
    if len(content) < 8:
        raise Unusable(f"{path}: cut off")
    length = struct.unpack("<Q", content[:8])[0]
    try:
        header = json.loads(content[8:8 + length])
    except ValueError:
        raise Unusable(f"{path}: its header cannot be read") from None
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        if entry["dtype"] not in SAFETENSORS_TYPES:
            raise Unusable(f"{path}: {name} is of the type {entry['dtype']}")
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        if end > len(content):
            raise Unusable(f"{path}: cut off")
        values = torch.frombuffer(bytearray(content[begin:end]),
                                  dtype=SAFETENSORS_TYPES[entry["dtype"]])
        tensors[name] = values.reshape(entry["shape"])
    return tensors


def read_weights(path):
    """name -> float tensor"""
    if path.is_dir():
        for name in ("model.safetensors", "pytorch_model.bin"):
            if (path / name).exists():
                return read_weights(path / name)
        raise Unusable(f"{path}: neither model.safetensors nor pytorch_model.bin is in it")
    if not path.exists():
        raise Unusable(f"{path}: no such file or folder")
    if path.suffix == ".safetensors":
        weights = read_safetensors(path)
    else:
        try:
            weights = torch.jit.load(str(path), map_location="cpu").state_dict()
        except RuntimeError:
            try:
                weights = torch.load(path, map_location="cpu")
            except Exception as problem:  # whatever pickle raises
                raise Unusable(f"{path}: {problem}") from None
        if isinstance(weights, dict) and "state_dict" in weights:
            weights = weights["state_dict"]
    return {name: values.float() if values.is_floating_point() else values
            for name, values in weights.items()}


class Weights:
    """Takes tensors by name, and says which is missing."""

    def __init__(self, tensors, source):
        self.tensors = tensors
        self.source = source

    def __call__(self, name):
        if name not in self.tensors:
            raise Unusable(f"{self.source}: {name} is missing")
        return self.tensors[name]

    def layers(self, prefix):
        """How many numbered layers there are: prefix + '3.'"""
        numbers = {name[len(prefix):].split(".")[0] for name in self.tensors
                   if name.startswith(prefix)}
        if not numbers:
            raise Unusable(f"{self.source}: {prefix}0 is missing")
        return len(numbers)


def as_openai(tensors):
    """Weights of transformers under OpenAI's names."""
    if "visual.conv1.weight" in tensors:
        return tensors
    renamed = {}
    parts = (("vision_model.", "visual."), ("text_model.", ""))
    plain = {
        "vision_model.embeddings.class_embedding": "visual.class_embedding",
        "vision_model.embeddings.patch_embedding.weight": "visual.conv1.weight",
        "vision_model.embeddings.position_embedding.weight": "visual.positional_embedding",
        "vision_model.pre_layrnorm.weight": "visual.ln_pre.weight",
        "vision_model.pre_layrnorm.bias": "visual.ln_pre.bias",
        "vision_model.post_layernorm.weight": "visual.ln_post.weight",
        "vision_model.post_layernorm.bias": "visual.ln_post.bias",
        "text_model.embeddings.token_embedding.weight": "token_embedding.weight",
        "text_model.embeddings.position_embedding.weight": "positional_embedding",
        "text_model.final_layer_norm.weight": "ln_final.weight",
        "text_model.final_layer_norm.bias": "ln_final.bias",
    }
    in_layer = {"layer_norm1": "ln_1", "layer_norm2": "ln_2", "mlp.fc1": "mlp.c_fc",
                "mlp.fc2": "mlp.c_proj", "self_attn.out_proj": "attn.out_proj"}
    for name, values in tensors.items():
        if name in plain:
            renamed[plain[name]] = values
        elif name == "visual_projection.weight":
            renamed["visual.proj"] = values.t()
        elif name == "text_projection.weight":
            renamed["text_projection"] = values.t()
        for prefix, target in parts:
            begin = prefix + "encoder.layers."
            if not name.startswith(begin):
                continue
            number, rest = name[len(begin):].split(".", 1)
            block = f"{target}transformer.resblocks.{number}."
            module, kind = rest.rsplit(".", 1)
            if module in in_layer:
                renamed[f"{block}{in_layer[module]}.{kind}"] = values
            elif rest == "self_attn.q_proj.weight" or rest == "self_attn.q_proj.bias":
                three = [tensors.get(f"{begin}{number}.self_attn.{part}_proj.{kind}")
                         for part in "qkv"]
                if any(part is None for part in three):
                    raise Unusable(f"{begin}{number}.self_attn: a projection is missing")
                renamed[f"{block}attn.in_proj_{kind}"] = torch.cat(three)
    return renamed


def fill(layer, weight, bias=None):
    for target, values in ((layer.weight, weight), (getattr(layer, "bias", None), bias)):
        if values is None:
            continue
        if target.shape != values.shape:
            raise Unusable(f"a weight has the shape {list(values.shape)} in place of "
                           f"{list(target.shape)}")
        target.data = values.detach().clone().contiguous()


QUICK_GELU = 1.702


def fill_attention(attention, projections, out):
    """`projections`: (weight, bias) of query, key and value."""
    size = attention.qkv.in_features // attention.heads
    (query_weight, query_bias), *others = projections
    root = size ** 0.5
    scaled = [(query_weight / root, query_bias / root), *others]
    fill(attention.qkv, torch.cat([weight for weight, _ in scaled]),
         torch.cat([bias for _, bias in scaled]))
    fill(attention.out, *out)


def fill_clip_block(block, weights, prefix):
    def both(name):
        return weights(prefix + name + ".weight"), weights(prefix + name + ".bias")

    in_weight = weights(prefix + "attn.in_proj_weight").chunk(3)
    in_bias = weights(prefix + "attn.in_proj_bias").chunk(3)
    fill_attention(block.attention, list(zip(in_weight, in_bias)), both("attn.out_proj"))
    fill(block.ln_1, *both("ln_1"))
    fill(block.ln_2, *both("ln_2"))
    fill(block.fc, *(values * QUICK_GELU for values in both("mlp.c_fc")))
    weight, bias = both("mlp.c_proj")
    fill(block.proj, weight / QUICK_GELU, bias)


def clip_towers(path):
    """(image tower, text tower) of a CLIP with a vision transformer; (S, longest text)"""
    path = pathlib.Path(path)
    if (path / "0_CLIPModel").is_dir():
        path = path / "0_CLIPModel"
    tensors = read_weights(path)
    if "visual.layer1.0.conv1.weight" in tensors:
        raise Unusable(f"{path}: a CLIP with a ResNet; only vision transformers are known")
    weights = Weights(as_openai(tensors), path)
    conv = weights("visual.conv1.weight")
    positions = weights("visual.positional_embedding")
    side = round((positions.shape[0] - 1) ** 0.5) * conv.shape[2]
    layers = weights.layers("visual.transformer.resblocks.")
    head = weights("visual.proj")
    image = ClipImage(side, conv.shape[2], conv.shape[0], layers, head.shape[1])
    fill(image.patches, conv.flatten(1))
    image.first.data = weights("visual.class_embedding").clone()
    image.positions.data = positions.clone()
    fill(image.ln_pre, weights("visual.ln_pre.weight"), weights("visual.ln_pre.bias"))
    fill(image.ln_post, weights("visual.ln_post.weight"), weights("visual.ln_post.bias"))
    fill(image.head, head.t())
    for i, block in enumerate(image.blocks):
        fill_clip_block(block, weights, f"visual.transformer.resblocks.{i}.")

    words = weights("token_embedding.weight")
    positions = weights("positional_embedding")
    layers = weights.layers("transformer.resblocks.")
    head = weights("text_projection")
    text = ClipText(words.shape[0], positions.shape[0], words.shape[1], layers, head.shape[1])
    text.words.weight.data = words.clone()
    text.positions.data = positions.clone()
    fill(text.ln_final, weights("ln_final.weight"), weights("ln_final.bias"))
    fill(text.head, head.t())
    for i, block in enumerate(text.blocks):
        fill_clip_block(block, weights, f"transformer.resblocks.{i}.")
    return image.eval(), text.eval(), side, positions.shape[0]


def fill_bert_block(block, weights, prefix):
    def both(name):
        return weights(prefix + name + ".weight"), weights(prefix + name + ".bias")

    fill_attention(block.attention, [both(f"attention.{part}_lin") for part in "qkv"],
                   both("attention.out_lin"))
    for layer, name in ((block.ln_1, "sa_layer_norm"), (block.fc, "ffn.lin1"),
                        (block.proj, "ffn.lin2"), (block.ln_2, "output_layer_norm")):
        fill(layer, *both(name))


def read_json(path):
    try:
        return json.loads(path.read_text())
    except OSError as problem:
        raise Unusable(f"{path}: {problem.strerror}") from None
    except ValueError:
        raise Unusable(f"{path}: not JSON") from None


def multilingual_text(path):
    """(text tower, longest text) of a folder of sentence-transformers: DistilBERT, mean, dense."""
    path = pathlib.Path(path)
    folder = path / "0_Transformer" if (path / "0_Transformer").is_dir() else path
    config = read_json(folder / "config.json")
    if config.get("model_type") != "distilbert" or config.get("activation", "gelu") != "gelu":
        raise Unusable(f"{folder}/config.json: not a DistilBERT with GELU")
    pooling = read_json(path / "1_Pooling" / "config.json")
    if not pooling.get("pooling_mode_mean_tokens") or pooling.get("pooling_mode_cls_token"):
        raise Unusable(f"{path}/1_Pooling: not the mean of the tokens")
    dense = read_json(path / "2_Dense" / "config.json")
    if dense.get("bias") or not dense.get("activation_function", "").endswith("Identity"):
        raise Unusable(f"{path}/2_Dense: not a plain linear layer")
    longest = read_json(folder / "sentence_bert_config.json").get("max_seq_length", 128)
    tensors = {name[len("distilbert."):] if name.startswith("distilbert.") else name: values
               for name, values in read_weights(folder).items()}
    weights = Weights(tensors, folder)
    words = weights("embeddings.word_embeddings.weight")
    positions = weights("embeddings.position_embeddings.weight")
    head = Weights(read_weights(path / "2_Dense"), path / "2_Dense")("linear.weight")
    hidden = weights("transformer.layer.0.ffn.lin1.weight").shape[0]
    text = MultilingualText(words.shape[0], positions.shape[0], words.shape[1], config["n_heads"],
                            weights.layers("transformer.layer."), hidden, head.shape[0])
    text.words.weight.data = words.clone()
    text.positions.weight.data = positions.clone()
    fill(text.ln, weights("embeddings.LayerNorm.weight"), weights("embeddings.LayerNorm.bias"))
    fill(text.head, head)
    for i, block in enumerate(text.blocks):
        fill_bert_block(block, weights, f"transformer.layer.{i}.")
    return text.eval(), min(longest, positions.shape[0])

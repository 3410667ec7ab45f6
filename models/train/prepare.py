"""Pictures to the input of the image tower, bit for bit as src/image and src/embedding do it."""
import numpy as np
from PIL import Image

from model import BACKGROUND, INPUT_SIZE, MEAN, STD


def composite(rgba):
    """uint8 [H,W,4], colours not premultiplied -> uint8 [H,W,3]"""
    wide = rgba.astype(np.uint32)
    alpha = wide[..., 3:]
    paper = np.array(BACKGROUND, dtype=np.uint32)
    return ((wide[..., :3] * alpha + paper * (255 - alpha) + 127) // 255).astype(np.uint8)


def fit_pad(rgb, size=INPUT_SIZE):
    height, width = rgb.shape[:2]
    longer = max(width, height)

    def scaled(side):
        return max(1, (2 * side * size + longer) // (2 * longer))

    small = Image.fromarray(rgb).resize((scaled(width), scaled(height)), Image.BICUBIC)
    out = Image.new("RGB", (size, size), BACKGROUND)
    out.paste(small, ((size - small.width) // 2, (size - small.height) // 2))
    return np.asarray(out)


def prepare(rgba):
    """uint8 [H,W,4] -> float32 [3,INPUT_SIZE,INPUT_SIZE]"""
    mean, std = np.array(MEAN, np.float32), np.array(STD, np.float32)
    scale, shift = 1 / (255 * std), mean / std
    values = fit_pad(composite(rgba)).astype(np.float32) * scale - shift
    return np.ascontiguousarray(values.transpose(2, 0, 1))

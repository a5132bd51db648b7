"""From the bytes of an image to what a model takes."""

from __future__ import annotations

import io
import warnings

import numpy
import torch
from PIL import Image
from torch import Tensor

# Mean and deviation of the channels of ImageNet's images (torchvision/transforms/_presets.py).
MEAN = torch.tensor((0.485, 0.456, 0.406)).view(3, 1, 1)
DEVIATION = torch.tensor((0.229, 0.224, 0.225)).view(3, 1, 1)


class BadImage(ValueError):
    """Bytes that are no image that is taken."""


class ImageTooLarge(BadImage):
    """An image with more pixels than are allowed."""


def open_image(content: bytes, most_pixels: int) -> Image.Image:
    """A JPEG or PNG as RGB. Its size is read and held against `most_pixels` before a pixel is decoded.

    Raises BadImage, ImageTooLarge.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=("JPEG", "PNG"))
            if image.width * image.height > most_pixels:
                raise ImageTooLarge(f"{image.width} x {image.height} pixels; at most {most_pixels} are taken")
            return image.convert("RGB")
    except Image.DecompressionBombError as error:
        raise ImageTooLarge(f"more than {most_pixels} pixels") from error
    except BadImage:
        raise
    # Damaged files end in errors of many types: OSError, SyntaxError, ValueError, struct.error, zlib.error.
    except Exception as error:
        raise BadImage("not a whole JPEG or PNG") from error


def to_tensor(image: Image.Image) -> Tensor:
    """RGB image to (3, H, W) in [0, 1]."""
    pixels = torch.from_numpy(numpy.array(image, dtype=numpy.uint8))
    return pixels.permute(2, 0, 1).float() / 255


def normalise(pixels: Tensor) -> Tensor:
    """(..., 3, H, W) in [0, 1] to ImageNet's mean 0 and deviation 1."""
    return (pixels - MEAN) / DEVIATION


def preprocess(image: Image.Image, size: int) -> Tensor:
    """The middle of an image as (3, size, size): the shorter side to 256/224 of `size`, then cut, as ImageNet is validated."""
    scale = max(size, round(size * 256 / 224)) / min(image.width, image.height)
    resized = image.resize((max(size, round(image.width * scale)), max(size, round(image.height * scale))), Image.Resampling.BILINEAR)
    left, top = (resized.width - size) // 2, (resized.height - size) // 2
    return normalise(to_tensor(resized.crop((left, top, left + size, top + size))))


def augment(image: Image.Image, size: int, generator: torch.Generator) -> Tensor:
    """A random part of an image, mirrored half of the time, as (3, size, size): ImageNet's usual crop for training, always square."""
    share, across, down, mirror = torch.rand(4, generator=generator).tolist()
    side = max(1, round(min(image.width, image.height) * (0.35 + 0.65 * share) ** 0.5))
    left, top = round((image.width - side) * across), round((image.height - side) * down)
    part = image.crop((left, top, left + side, top + side)).resize((size, size), Image.Resampling.BILINEAR)
    return normalise(to_tensor(part.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if mirror < 0.5 else part))

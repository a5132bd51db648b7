import io
import re
from pathlib import Path

import pytest
import torch
from PIL import Image
from torch import Tensor, nn

from modelkit.preprocess import BadImage, ImageTooLarge, open_image, preprocess
from modelkit.text import continue_texts, text_model
from modelkit.vision import TORCHVISION_MODELS, image_model
from modelkit.weights import ModelFacts, load_model, save_model, start_from


def encoded(size: tuple[int, int], kind: str = "PNG") -> bytes:
    content = io.BytesIO()
    Image.new("RGB", size, (124, 116, 104)).save(content, kind)
    return content.getvalue()


@pytest.mark.parametrize("name", TORCHVISION_MODELS)
def test_each_model_of_torchvision_takes_images_and_gives_scores(name: str) -> None:
    with torch.inference_mode():
        assert image_model(name, 7).eval()(torch.zeros(1, 3, 64, 64)).shape == (1, 7)


FIGURES = Path(__file__).parents[3] / "lib" / "demand" / "model" / "image-model.ts"


@pytest.mark.parametrize("name", TORCHVISION_MODELS)
def test_the_figures_that_foresize_estimates_by_are_those_of_the_model(name: str) -> None:
    known = FIGURES.read_text(encoding="utf-8")
    row = re.search(rf"\['{name}', (.+)\]", known) or re.search(
        rf"name: '{name}',\s+parameters: (\S+),\s+macsPerImage: (\S+),\s+activationsPerImage: (\S+),\s+kernels: (\S+),", known
    )
    assert row is not None
    parameters, macs, activations, layers = (float(figure) for figure in ", ".join(row.groups()).split(", "))
    model = image_model(name, 1000).eval()
    counted = torch.zeros(3, dtype=torch.float64)

    def count(layer: nn.Module, _: object, output: Tensor) -> None:
        counted[2] += 1
        if isinstance(layer, nn.Conv2d | nn.Linear):
            counted[0] += output.numel() * layer.weight[0].numel()
            counted[1] += output.numel()

    for layer in model.modules():
        if not list(layer.children()):
            layer.register_forward_hook(count)
    with torch.inference_mode():
        model(torch.zeros(1, 3, 224, 224))
    assert sum(parameter.numel() for parameter in model.parameters()) == parameters
    assert counted.tolist() == pytest.approx([macs, activations, layers], rel=0.02)


def test_an_image_of_imagenets_mean_colour_is_preprocessed_to_zeros() -> None:
    pixels = preprocess(open_image(encoded((300, 240)), 10**6), 224)
    assert pixels.shape == (3, 224, 224)
    assert pixels.abs().max() < 0.02


def test_the_size_of_an_image_is_refused_before_its_pixels_are_decoded() -> None:
    with pytest.raises(ImageTooLarge, match="30 x 40 pixels; at most 1000 are taken"):
        open_image(encoded((30, 40)), 1000)


@pytest.mark.parametrize("content", [b"", b"GIF89a", encoded((64, 64), "JPEG")[:-200], encoded((64, 64))[:60]])
def test_what_is_no_whole_image_is_a_bad_image(content: bytes) -> None:
    with pytest.raises(BadImage):
        open_image(content, 10**6)


def test_texts_are_continued_alike_alone_and_in_a_batch_of_several_lengths() -> None:
    torch.manual_seed(1)
    model = text_model("tiny-transformer").eval()
    prompts, counts = [[1, 2, 3], [7], [4, 5, 6]], [4, 3, 2]
    together = continue_texts(model, prompts, counts)
    assert [len(answer) for answer in together] == counts
    assert together == [continue_texts(model, [prompt], [count])[0] for prompt, count in zip(prompts, counts, strict=True)]


def test_a_token_is_scored_by_those_before_it_alone() -> None:
    torch.manual_seed(1)
    model = text_model("tiny-transformer").eval()
    with torch.inference_mode():
        torch.testing.assert_close(model(torch.tensor([[5, 6, 7]]))[0, :2], model(torch.tensor([[5, 6, 200]]))[0, :2])


def test_weights_are_read_back_with_their_model(tmp_path: Path) -> None:
    facts = ModelFacts("tiny-cnn", 3, 16)
    model = facts.build()
    save_model(tmp_path / "model.safetensors", facts, model.state_dict())
    read, loaded = load_model(tmp_path)
    assert read == facts
    assert all(torch.equal(loaded.state_dict()[name], tensor) for name, tensor in model.state_dict().items())
    assert start_from(image_model("tiny-cnn", 5), tmp_path) == ["layers.11.bias", "layers.11.weight"]

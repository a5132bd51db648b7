import json
from pathlib import Path

import pytest
import torch
from torch import nn

from compress.__main__ import main
from compress.distil import Schooling, student_of, verdict
from compress.ways import Int8Layer, bytes_of, distillation_loss, pruned_2_of_4, quantised
from modelkit.vision import image_model
from modelkit.weights import ModelFacts, save_model


def test_pruning_keeps_the_two_largest_of_every_four_weights() -> None:
    layer = nn.Linear(8, 1, bias=False)
    layer.weight.data = torch.tensor([[0.1, -4.0, 2.0, 0.3, 1.0, 1.5, -0.2, 0.0]])
    pruned = pruned_2_of_4(layer)
    assert isinstance(pruned, nn.Linear)
    assert pruned.weight.tolist() == [[0, -4, 2, 0, 1, 1.5, 0, 0]]
    assert layer.weight[0, 0].item() == pytest.approx(0.1)


def test_weights_of_8_bits_are_within_half_a_step_of_what_they_were_and_take_a_quarter() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(3, 64, 3, bias=False), nn.Flatten(), nn.Linear(64 * 36, 64, bias=False))
    smaller = quantised(model)
    inputs = torch.randn(4, 3, 8, 8)
    with torch.no_grad():
        torch.testing.assert_close(smaller(inputs), model(inputs), rtol=0.05, atol=0.02)
    layer, before = smaller.get_submodule("2"), model.get_submodule("2")
    assert isinstance(layer, Int8Layer)
    assert isinstance(before, nn.Linear)
    assert ((layer.weight * layer.scale - before.weight).abs() <= layer.scale / 2 + 1e-7).all()
    assert bytes_of(smaller) < 0.26 * bytes_of(model)


def test_pruned_weights_are_counted_as_packed() -> None:
    layer = nn.Linear(64, 64, bias=False)
    # Half of 16,384 bytes, and 2 bits for each of the 2,048 weights that are kept: 256 bytes (4,096 / 16).
    assert bytes_of(pruned_2_of_4(layer)) == 8192 + 256


def test_a_student_that_answers_as_its_teacher_has_only_the_cross_entropy_left() -> None:
    scores, targets = torch.tensor([[2.0, 0.0], [0.0, 1.0]]), torch.tensor([0, 1])
    rest = 0.25 * nn.functional.cross_entropy(scores, targets)
    assert torch.isclose(distillation_loss(scores, scores, targets, 3.0, 0.75), rest)


def test_the_part_of_the_teacher_is_what_one_computes_by_hand() -> None:
    student, teacher = torch.zeros(1, 2), torch.tensor([[2 * torch.log(torch.tensor(3.0)).item(), 0.0]])
    # At temperature 2 the teacher says (3/4, 1/4) and the student (1/2, 1/2): KL = 3/4 ln(3/2) + 1/4 ln(1/2), times 4.
    expected = 4 * (0.75 * torch.log(torch.tensor(1.5)) + 0.25 * torch.log(torch.tensor(0.5)))
    assert torch.isclose(distillation_loss(student, teacher, torch.tensor([0]), 2.0, 1.0), expected)


def test_a_gain_counts_only_beyond_noise() -> None:
    assert verdict([0.9, 0.91, 0.92, 0.9, 0.91], [0.8, 0.81, 0.82, 0.8, 0.83]).helps
    doubtful = verdict([0.9, 0.7, 0.9, 0.8, 0.9], [0.8, 0.8, 0.8, 0.8, 0.8])
    assert not doubtful.helps
    assert doubtful.sentence().startswith("no gain beyond noise by distillation: +4.00 points")


def test_students_of_one_seed_begin_alike_and_a_run_is_repeated_bit_for_bit() -> None:
    inputs, targets = torch.randn(32, 3, 8, 8, generator=torch.Generator().manual_seed(1)), torch.arange(32) % 4
    teacher = image_model("tiny-cnn", 4)
    once, again = (student_of(Schooling(epochs=2), inputs, targets, 4, 7, teacher).state_dict() for _ in range(2))
    assert all(torch.equal(once[name], again[name]) for name in once)


def test_the_report_has_a_row_for_each_way_and_a_verdict(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    facts = ModelFacts("small-cnn", 4, 8)
    save_model(tmp_path / "model.safetensors", facts, facts.build().state_dict())
    report = tmp_path / "report.json"
    arguments = ["--weights", tmp_path, "--samples", 64, "--epochs", 1, "--seeds", 2, "--report", report]
    assert main([str(argument) for argument in arguments]) == 0
    said = json.loads(report.read_text())
    assert [row["option"] for row in said["rows"]] == ["fp32, as it is", "int8", "2:4 pruning", "distilled"]
    first, *smaller = [row["weightBytes"] for row in said["rows"]]
    assert all(size < 0.6 * first for size in smaller)
    assert "over 2 seeds" in capsys.readouterr().out

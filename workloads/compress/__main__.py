"""`python -m compress`: makes a trained image model smaller in each way and shows what that saves and costs."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

import torch
from torch import Tensor, nn

from compress.distil import Schooling, accuracy_of, student_of, verdict
from compress.report import Row, document, measured, table
from compress.ways import pruned_2_of_4, quantised
from modelkit.weights import ModelFacts, load_model, save_model
from training.data import Samples, training_and_validation
from training.settings import Settings


def parser() -> argparse.ArgumentParser:
    """The options."""
    options = argparse.ArgumentParser(prog="compress", description="Makes an image model smaller and measures each way.")
    options.add_argument("--weights", type=Path, required=True, help="the trained model: a checkpoint's folder or its model.safetensors")
    options.add_argument("--data", type=Path, help="folder with train and val; the seeded synthetic set by default")
    options.add_argument("--samples", type=int, default=1024, help="of the synthetic set")
    options.add_argument("--seed", type=int, default=0, help="of the synthetic set")
    options.add_argument("--student", default="tiny-cnn", help="model that is distilled")
    options.add_argument("--epochs", type=int, default=10, help="of a student")
    options.add_argument("--seeds", type=int, default=5, help="students with and without the teacher")
    options.add_argument("--device", default="cpu", help="name of the device for the report")
    options.add_argument("--report", type=Path, help="file that gets the report as JSON")
    options.add_argument("--save-student", type=Path, help="file that gets the weights of the first distilled student")
    return options


def main(arguments: list[str]) -> int:
    """Prints the table and the verdict on distillation."""
    options = parser().parse_args(arguments)
    try:
        facts, teacher = load_model(options.weights)
        settings = Settings(
            model=facts.name,
            data=options.data,
            samples=options.samples,
            classes=facts.classes,
            image_size=facts.image_size,
            seed=options.seed,
        )
        sets = [tensors(samples) for samples in training_and_validation(settings)]
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    rows, students = compare(facts, teacher, sets, options)
    print(table(rows))
    print(students)
    if options.report is not None:
        now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        options.report.write_text(document(facts.name, options.device, now, rows) + "\n", encoding="utf-8")
    return 0


def compare(facts: ModelFacts, teacher: nn.Module, sets: list[tuple[Tensor, Tensor]], options: argparse.Namespace) -> tuple[list[Row], str]:
    """The rows of all ways, and the verdict on distillation in words."""
    (inputs, targets), validation = sets
    schooling = Schooling(model=options.student, epochs=options.epochs)
    taught = [student_of(schooling, inputs, targets, facts.classes, seed, teacher) for seed in range(options.seeds)]
    alone = [student_of(schooling, inputs, targets, facts.classes, seed, None) for seed in range(options.seeds)]
    if options.save_student is not None:
        save_model(options.save_student, ModelFacts(options.student, facts.classes, facts.image_size), taught[0].state_dict())
    accuracies = [[accuracy_of(student, *validation) for student in group] for group in (taught, alone)]
    rows = [
        measured("fp32, as it is", teacher, *validation),
        measured("int8", quantised(teacher), *validation),
        measured("2:4 pruning", pruned_2_of_4(teacher), *validation),
        measured("distilled", taught[0], *validation),
    ]
    return rows, verdict(*accuracies).sentence()


def tensors(samples: Samples) -> tuple[Tensor, Tensor]:
    """A whole set: inputs (N, 3, H, W) and classes (N,)."""
    pairs = [samples.sample(index, 0) for index in range(len(samples))]
    return torch.stack([pair[0] for pair in pairs]), torch.stack([pair[1] for pair in pairs])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

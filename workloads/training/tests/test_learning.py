import math

import pytest
import torch

from training.learning import learning_rate, loss_of
from training.settings import Settings

SCORES = torch.tensor([[2.0, 1.0, 0.0], [0.0, 0.0, 0.0], [-1.0, 3.0, 1.0]])
TARGETS = torch.tensor([0, 2, 1])


def test_cross_entropy_of_three_rows_is_what_one_computes_by_hand() -> None:
    rows = [
        -math.log(math.exp(2) / (math.exp(2) + math.exp(1) + 1)),
        math.log(3),
        -math.log(math.exp(3) / (math.exp(-1) + math.exp(3) + math.exp(1))),
    ]
    assert loss_of("cross-entropy", SCORES, TARGETS).item() == pytest.approx(sum(rows) / 3, abs=1e-6)
    assert sum(rows) / 3 == pytest.approx((0.407606 + 1.098612 + 0.142932) / 3, abs=1e-6)


def test_mean_squared_error_of_three_rows_is_what_one_computes_by_hand() -> None:
    # (1 + 1 + 0) + (0 + 0 + 1) + (1 + 4 + 1) = 9, over nine scores
    assert loss_of("mse", SCORES, TARGETS).item() == pytest.approx(9 / 9)


def test_the_loss_of_text_is_the_mean_over_all_tokens() -> None:
    scores = SCORES.expand(2, 3, 3)
    assert torch.equal(
        loss_of("cross-entropy", scores, TARGETS.expand(2, 3)), loss_of("cross-entropy", SCORES.repeat(2, 1), TARGETS.repeat(2))
    )


def test_the_learning_rate_warms_up_then_falls_as_a_cosine_to_zero() -> None:
    settings = Settings(learning_rate=1.0, warm_up=4, schedule="cosine")
    rates = [learning_rate(settings, step, 12) for step in range(13)]
    assert rates[:4] == [0.25, 0.5, 0.75, 1.0]
    assert rates[8] == pytest.approx(0.5)
    assert rates[12] == pytest.approx(0.0)


def test_a_stepped_learning_rate_is_a_tenth_in_each_third() -> None:
    settings = Settings(learning_rate=1.0, schedule="step")
    assert [learning_rate(settings, step, 9) for step in (0, 2, 3, 6, 8)] == pytest.approx([1, 1, 0.1, 0.01, 0.01])

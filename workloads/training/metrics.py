"""Metrics of a run for Prometheus."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server


class Metrics:
    """What a run tells of itself; times in seconds."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        own = self.registry
        self.steps = Counter("training_steps", "steps that are done", registry=own)
        self.samples = Counter("training_samples", "images or sequences that were trained on", registry=own)
        self.tokens = Counter("training_tokens", "tokens of text that were trained on", registry=own)
        self.loss = Gauge("training_loss", "mean loss of the last step", registry=own)
        self.rate = Gauge("training_learning_rate", "learning rate of the last step", registry=own)
        self.accuracy = Gauge("training_validation_accuracy", "share of the validation set that is right", registry=own)
        self.checkpoints = Histogram("training_checkpoint_seconds", "time to write a checkpoint", registry=own)
        self.items = Counter("training_queue_items", "work items that are done", ["result"], registry=own)
        self.waiting = Gauge("training_queue_waiting", "work items that wait", registry=own)

    def serve(self, port: int) -> None:
        """Answers at a port, in a thread."""
        start_http_server(port, registry=self.registry)

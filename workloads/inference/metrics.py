"""Metrics for Prometheus by the names of vLLM, so that what reads vLLM's reads these."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60)
BATCH = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class Metrics:
    """Each with the label `model_name`. A request of images counts as one with no tokens."""

    def __init__(self, model: str) -> None:
        self.registry = CollectorRegistry()
        registry = self.registry

        def counter(name: str, what: str) -> Counter:
            return Counter(name, what, ["model_name"], registry=registry).labels(model)

        def gauge(name: str, what: str) -> Gauge:
            return Gauge(name, what, ["model_name"], registry=registry).labels(model)

        def histogram(name: str, what: str, buckets: tuple[float, ...]) -> Histogram:
            return Histogram(name, what, ["model_name"], registry=registry, buckets=buckets).labels(model)

        self.running = gauge("vllm:num_requests_running", "requests that are being computed")
        self.waiting = gauge("vllm:num_requests_waiting", "requests that wait")
        self.prompt_tokens = counter("vllm:prompt_tokens", "tokens of prompts that were computed")
        self.generation_tokens = counter("vllm:generation_tokens", "tokens that were generated")
        self.latency = histogram("vllm:e2e_request_latency_seconds", "from the first byte of a request to its answer", SECONDS)
        self.queued = histogram("vllm:request_queue_time_seconds", "from the admission of a request until it is computed", SECONDS)
        self.batch = histogram("vllm:iteration_tokens_total", "requests, or tokens, of one computed batch", BATCH)
        self.load_seconds = gauge("inference_load_seconds", "time to load the model")
        self.warm_up_seconds = gauge("inference_warm_up_seconds", "time of the first batches")
        success = Counter("vllm:request_success", "requests that were answered", ["model_name", "finished_reason"], registry=registry)
        self.success = {reason: success.labels(model, reason) for reason in ("stop", "length")}
        self._refused = Counter("inference_refused", "requests that were refused", ["model_name", "status"], registry=registry)
        self._model = model

    def refused(self, status: int) -> None:
        """Counts a refusal by its status."""
        self._refused.labels(self._model, str(status)).inc()

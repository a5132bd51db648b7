"""Dynamic batching: what waits together is computed together, and what would wait too long is refused at once."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from inference.metrics import Metrics
from inference.refusals import busy

Item = TypeVar("Item")
Answer = TypeVar("Answer")


@dataclass
class Waiting(Generic[Item, Answer]):
    """An item in the queue and who waits for its answer."""

    item: Item
    answer: asyncio.Future[Answer]
    since: float = field(default_factory=time.monotonic)


class Batcher(Generic[Item, Answer]):
    """A queue of items before a function that computes several at once, in a thread of its own.

    compute: items to answers, as many and in their order; what it raises is raised for each item of the batch.
    most_waiting: requests that are admitted at once; most_wait: seconds that one may have to wait, by the time that the last ones took.
    """

    def __init__(
        self,
        compute: Callable[[list[Item]], list[Answer]],
        metrics: Metrics,
        max_batch: int,
        batch_wait: float,
        most_waiting: int,
        most_wait: float,
    ) -> None:
        self.compute, self.metrics = compute, metrics
        self.max_batch, self.batch_wait = max_batch, batch_wait
        self.most_waiting, self.most_wait = most_waiting, most_wait
        self.admitted = 0
        self.running = 0
        self.seconds_each = 0.0
        self._queue: deque[Waiting[Item, Answer]] = deque()
        self._arrived = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="compute")

    def expected_wait(self) -> float:
        """Seconds until an item that is admitted now is answered, by the mean time of an item in the last batches."""
        return (self.admitted + 1) * self.seconds_each

    @contextmanager
    def admission(self) -> Iterator[None]:
        """A place in the queue, held until the request is answered.

        Raises Refusal 429 where there is none, or the wait would be too long.
        """
        wait = self.expected_wait()
        if self.admitted >= self.most_waiting or (self.admitted > 0 and wait > self.most_wait):
            raise busy(wait)
        self.admitted += 1
        self._tell()
        try:
            yield
        finally:
            self.admitted -= 1
            self._tell()

    async def answer(self, item: Item) -> Answer:
        """The answer to an item that was admitted."""
        waiting: Waiting[Item, Answer] = Waiting(item, asyncio.get_running_loop().create_future())
        self._queue.append(waiting)
        self._arrived.set()
        return await waiting.answer

    async def run(self) -> None:
        """Computes batch after batch, until it is cancelled."""
        while True:
            await self._arrived.wait()
            if len(self._queue) < self.max_batch and self.batch_wait > 0:
                await asyncio.sleep(self.batch_wait)
            # One whose request has ended, since its time was up or its sender left, is not computed.
            taken = [self._queue.popleft() for _ in range(min(self.max_batch, len(self._queue)))]
            batch = [waiting for waiting in taken if not waiting.answer.done()]
            if not self._queue:
                self._arrived.clear()
            if batch:
                await self._compute(batch)

    def close(self) -> None:
        """Ends the thread."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _compute(self, batch: list[Waiting[Item, Answer]]) -> None:
        began = time.monotonic()
        for waiting in batch:
            self.metrics.queued.observe(began - waiting.since)
        self.running = len(batch)
        self._tell()
        try:
            items = [waiting.item for waiting in batch]
            answers = await asyncio.get_running_loop().run_in_executor(self._thread, self.compute, items)
            for waiting, answer in zip(batch, answers, strict=True):
                if not waiting.answer.done():
                    waiting.answer.set_result(answer)
        except Exception as error:
            for waiting in batch:
                if not waiting.answer.done():
                    waiting.answer.set_exception(error)
        finally:
            each = (time.monotonic() - began) / len(batch)
            self.seconds_each = each if self.seconds_each == 0 else 0.8 * self.seconds_each + 0.2 * each
            self.running = 0
            self._tell()

    def _tell(self) -> None:
        self.metrics.running.set(self.running)
        self.metrics.waiting.set(max(0, self.admitted - self.running))

"""An event loop for the one library that wants one."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import TimeoutError as StillWaiting
from threading import Thread
from types import TracebackType
from typing import Any, Self

from stocke.core.outbound import Unreachable


class LoopThread:
    """A loop in a thread of its own: the house is not asynchronous, and its caller may stand in another loop."""

    def __init__(self, host: str) -> None:
        self.host, self.loop = host, asyncio.new_event_loop()
        self._thread = Thread(target=self.loop.run_forever, name=f"loop for {host}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._clear(), self.loop).result(timeout=10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(timeout=10)
        self.loop.close()

    async def _clear(self) -> None:
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    def run[T](self, work: Coroutine[Any, Any, T], *, seconds: float) -> T:
        """The result, or what it raised; Unreachable("slow") when it takes longer."""
        future = asyncio.run_coroutine_threadsafe(work, self.loop)
        try:
            return future.result(timeout=seconds)
        except StillWaiting:
            future.cancel()
            raise Unreachable("slow", host=self.host) from None

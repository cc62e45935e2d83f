"""The worker: one process, or several, that runs every app's sweeps. docs/decisions/delivery.md"""

from __future__ import annotations

import _thread
import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import FrameType

from django.db import Error as DatabaseError
from django.db import close_old_connections, connections
from django.utils import timezone

from chorsu_locales.request_numbers import numbered
from cms.models import SweepRun

logger = logging.getLogger("cms.worker")

GRACE_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 300
SIGN_OF_LIFE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Sweep:
    """One job of the worker.

    ``run`` takes nothing and returns how much it did; more than nothing (a number above zero) makes it due again at
    once. It must be safe to break off at any moment. With ``alone`` no two workers run it at the same time. With
    ``beside`` it runs in a thread of its own, so that none of the others waits for it, and is broken off at the end.
    """

    name: str
    run: Callable[[], object]
    every_seconds: float
    alone: bool = False
    beside: bool = False


class Interrupted(BaseException):
    """The worker was told to stop and the sweep didn't come to its end within the grace."""


@dataclass(slots=True)
class _State:
    """When a sweep is due and was noted in the database (monotonic seconds), and how often it failed in a row."""

    sweep: Sweep
    due: float = 0.0
    failures: int = 0
    noted: float = field(default=float("-inf"))
    thread: threading.Thread | None = None


class Worker:
    """Runs sweeps until it is told to stop; a sweep that fails waits longer each time and stops nothing else."""

    def __init__(self, sweeps: Sequence[Sweep]) -> None:
        self.states = [_State(sweep) for sweep in sweeps]
        self.stopping = threading.Event()
        self._sweeping = False

    def run_once(self) -> bool:
        """Run each sweep once and return whether all succeeded."""
        results = [self._run(state) for state in self.states]
        return None not in results

    def run_forever(self) -> None:
        """Run sweeps when they are due until SIGTERM or SIGINT; a sweep then has a second to come to its end."""
        self._listen()
        logger.info("The worker runs %s.", ", ".join(state.sweep.name for state in self.states))
        with suppress(Interrupted):
            while not self.stopping.is_set():
                for state in self.states:
                    if not self.stopping.is_set() and state.due <= time.monotonic():
                        self._start(state)
                pause = min(state.due for state in self.states) - time.monotonic()
                self.stopping.wait(max(pause, 0.05))
        if hasattr(signal, "setitimer"):
            # While the interpreter ends, an alarm has no handler any more and would kill the process.
            signal.setitimer(signal.ITIMER_REAL, 0)
        connections.close_all()
        logger.info("The worker has stopped.")

    def _listen(self) -> None:
        def stop(_number: int, _frame: FrameType | None) -> None:
            # Not here: this thread may hold the event's lock just now, and would wait for itself.
            _thread.start_new_thread(self.stopping.set, ())
            if hasattr(signal, "setitimer"):
                signal.setitimer(signal.ITIMER_REAL, GRACE_SECONDS)

        def break_off(_number: int, _frame: FrameType | None) -> None:
            if self._sweeping:
                raise Interrupted

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        if hasattr(signal, "SIGALRM"):
            signal.signal(signal.SIGALRM, break_off)

    def _start(self, state: _State) -> None:
        if not state.sweep.beside:
            self._sweeping = True
            try:
                self._run_due(state)
            finally:
                self._sweeping = False
            return
        state.due = time.monotonic() + state.sweep.every_seconds

        def run() -> None:
            try:
                self._run_due(state)
            finally:
                connections.close_all()  # this thread's own

        if state.thread is None or not state.thread.is_alive():
            state.thread = threading.Thread(target=run, name=state.sweep.name, daemon=True)
            state.thread.start()

    def _run_due(self, state: _State) -> None:
        close_old_connections()
        began, done = time.monotonic(), self._run(state)
        wait = state.sweep.every_seconds
        # What couldn't be noted either is the database's failure: nobody waits once it is back.
        if done is None and state.noted >= began:
            wait = min(wait * (1 << min(state.failures, 12)), max(LONGEST_WAIT_SECONDS, wait))
        elif isinstance(done, int) and done > 0:
            wait = 0
        state.due = time.monotonic() + wait

    @numbered()
    def _run(self, state: _State) -> object | None:
        """Run one sweep and return its result (False where another worker runs it), or None where it failed."""
        try:
            with _reserved(state.sweep) as free:
                if not free:
                    return False
                done = state.sweep.run()
        except Exception as error:
            # Whatever a sweep raises must not stop the others.
            state.failures += 1
            if state.failures == 1:
                text = "The sweep %s failed and is tried again, less and less often. To see it alone: manage.py %s"
                logger.exception(text, state.sweep.name, state.sweep.name)
            _note(state, last_error=f"{type(error).__name__}: {error}"[:2000])
            return None
        if state.failures:
            logger.info("The sweep %s works again, after %s failures.", state.sweep.name, state.failures)
        if state.failures or time.monotonic() - state.noted >= SIGN_OF_LIFE_SECONDS:
            state.failures = 0
            _note(state, last_error="", succeeded_at=timezone.now())
        return False if done is None else done


def _note(state: _State, **changes: object) -> None:
    # Where the database itself is away, the sign of life has to wait.
    with suppress(DatabaseError):
        facts = {"seen_at": timezone.now(), "failures": state.failures, **changes}
        SweepRun.objects.update_or_create(name=state.sweep.name, defaults=facts)
        state.noted = time.monotonic()


@contextmanager
def _reserved(sweep: Sweep) -> Iterator[bool]:
    """Reserve a sweep that runs alone for this worker while the block runs; yield whether it was free."""
    if not sweep.alone:
        yield True
        return
    SweepRun.objects.get_or_create(name=sweep.name, defaults={"seen_at": timezone.now()})
    claimed = SweepRun.objects.filter(name=sweep.name).claim(limit=1)
    if not claimed:
        yield False
        return
    held = SweepRun.objects.filter(claim_token=claimed[0].claim_token)
    try:
        with SweepRun.objects.all().renewing(claimed):
            yield True
    finally:
        held.update(claim_token=None, claimed_until=None, attempts=0)

"""Faults: real processes, stopped, paused, killed. ``python -m tests.faults.soak`` loads them."""

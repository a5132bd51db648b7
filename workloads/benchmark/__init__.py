"""Measures what one replica does within its promise, and how long it takes to start."""

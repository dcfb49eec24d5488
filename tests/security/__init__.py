"""Attacks: each suite would catch us. ``python -m tests.security.attack`` runs them in full."""

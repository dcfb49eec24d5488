"""Tallies: numbers kept up to date by triggers, merged now and then, rebuilt and verified."""

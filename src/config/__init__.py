"""Configuration and composition: the environment in, the running service out."""

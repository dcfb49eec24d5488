"""Results that are dear to measure, shared by processes and hosts, with a stated age."""

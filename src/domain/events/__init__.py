"""The account of events: what happened to tokens, by whom, from where."""

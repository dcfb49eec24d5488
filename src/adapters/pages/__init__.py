"""A person's own tokens in the browser: server-rendered, no build step, no outside network."""

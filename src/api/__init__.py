"""HTTP: routes that translate, one domain call each, and the one table of status codes."""

"""The HTTP server's side: what stands between a socket and a route."""

"""A Ninja hello world behind the service's own server: the least that anybody starts from."""

"""The login / refresh flow: sign in, refresh, sign out."""

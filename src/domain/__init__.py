"""Who may see which metrics: the policy library of ShellUI's metrics service.

Pure Python on the standard library alone. Nothing here reads a clock, a database, a header or an
environment variable: facts and time come in as arguments, decisions and values go out.

One way through: raw token -> Claims -> Caller -> Decision -> Snapshot. Start at
``domain.policy.rules`` for who may do what.
"""

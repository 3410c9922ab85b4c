"""The two ways in which work can fail: a request that is unusable, and an input that cannot be read."""


class UsageError(Exception):
    """The request, a signature or the configuration is unusable. The message is one clear line; the exit code is 2."""


class Unreadable(Exception):  # noqa: N818  # it is a state of the input, not a fault of the program
    """One input cannot be read, decoded or parsed. It becomes a `NotScanned` value and never ends the scan."""

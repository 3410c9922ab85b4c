"""The two ways in which work can fail: a request that is unusable, and an input that cannot be read."""


class UsageError(Exception):
    """The request, a signature or the configuration is unusable. The message is one clear line; the exit code is 2."""


class Unreadable(Exception):  # noqa: N818  # it is a state of the input, not a fault of the program
    """One input cannot be read, decoded or parsed. It becomes a `NotScanned` value and never ends the scan."""


class TooLarge(Unreadable):
    """An input of more than `limit` bytes; `head` holds its first bytes, which may say that it is binary."""

    def __init__(self, limit: int, head: bytes) -> None:
        super().__init__(f"larger than {limit} bytes")
        self.head = head

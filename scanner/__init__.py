"""phasegate: keeps a repository inside its authorised phase."""

__version__ = "0.1.0"

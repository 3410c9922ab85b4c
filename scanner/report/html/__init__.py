"""The format `html`: one file with its style, its script and its data in it, to be opened from a disk as well as from a server."""

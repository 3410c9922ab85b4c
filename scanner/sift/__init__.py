"""Which few signatures could match a file, told from its raw bytes in one pass."""

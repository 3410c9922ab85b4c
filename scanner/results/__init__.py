"""What earlier scans found, kept in the user's cache directory, so that a file that is still the same is not looked at again."""

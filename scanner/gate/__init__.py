"""Holds a range of commits against the criteria of a policy: facts first, then one check a criterion, then the verdict."""

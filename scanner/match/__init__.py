"""From a text to the claims that the signatures make on it."""

"""Git's hooks: where they lie, what is written there, and what git tells them."""

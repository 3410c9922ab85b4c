"""One module a command. They parse options and print; the work is in the packages below."""

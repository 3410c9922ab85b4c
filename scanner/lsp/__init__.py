"""The language server: findings while a file is edited. Only `scanner.commands.lsp` imports it, and nothing else waits for pygls."""

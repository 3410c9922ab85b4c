"""URIs (RFC 3986) of paths and repositories, as SARIF wants them."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, urlsplit

_SCP_LIKE = re.compile(r"(?:([A-Za-z0-9._-]{1,64})@)?([A-Za-z0-9][A-Za-z0-9.-]{0,252}):(?!/{2})(.{1,2000})")
_REMOTE_SCHEMES = ("https", "http", "ssh", "git")
_WEB = re.compile(r"https?://[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?(?:[/?#][A-Za-z0-9._~:/?#@!$&'()*+,;=%-]{0,2000})?")
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]")


def path_to_uri(path: str) -> str:
    """The repository-relative path as a relative URI reference; each byte that is no plain letter, digit or `-._~/` is percent-encoded."""
    uri = quote(path.lstrip("/").encode("utf-8", "surrogateescape"), safe="/")
    # Two slashes at the start would turn the first folder into a host.
    return "/".join(segment for segment in uri.split("/") if segment not in ("", "."))


def repository_uri(url: str) -> str | None:
    """A git remote as a URI without its credentials, `git@host:path` as `ssh://git@host/path`; None where it names no host."""
    scp = _SCP_LIKE.fullmatch(url)
    if scp and "://" not in url:
        user, host, path = scp.groups()
        if len(host) == 1:
            return None  # a drive letter of Windows
        authority = f"{user}@{host}" if user else host
        return f"ssh://{authority}/{quote(path.lstrip('/'), errors='replace')}"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in _REMOTE_SCHEMES or not host or not _HOST.fullmatch(f"[{host}]" if ":" in host else host):
        return None
    user = f"{quote(unquote(parts.username), errors='replace')}@" if parts.scheme == "ssh" and parts.username else ""
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{user}{shown}{f':{port}' if port else ''}{quote(unquote(parts.path), errors='replace')}"


def is_web_uri(text: str) -> bool:
    """Whether the text may stand as a link: `http` or `https`, a host, and only characters that a URI may hold."""
    return _WEB.fullmatch(text) is not None

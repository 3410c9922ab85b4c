"""Addresses of repositories, as far as they may be shown."""

from __future__ import annotations

_SCHEMES = frozenset({"https", "http", "ssh", "git", "git+ssh", "ssh+git", "ftps", "ftp"})


def public_url(url: str) -> str | None:
    """A remote's address that may stand in a report: no user and password, no query, and None for a path on this machine."""
    if not url.isprintable() or " " in url:
        return None
    scheme, separator, rest = url.partition("://")
    if not separator:
        # The short form of ssh, `user@host:path`; everything else without a scheme is a path.
        user, at, place = url.rpartition("@")
        host, colon, _ = place.partition(":")
        if not colon or "/" in host or "/" in user or not host:
            return None
        return f"{user}{at}{place}" if ":" not in user else place
    authority, slash, path = rest.partition("?")[0].partition("#")[0].partition("/")
    host = authority.rpartition("@")[2]
    name, _, port = host.partition(":") if not host.startswith("[") else (host, "", "")
    # A password with a raw slash in it ends the authority early, and its `@` then stands further on.
    if scheme not in _SCHEMES or not name or (port and not port.isdigit()) or "@" in path:
        return None
    return f"{scheme}://{host}{slash}{path}"

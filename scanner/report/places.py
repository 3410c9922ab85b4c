"""Where a finding lies for a service that knows the repository, but neither this machine nor the folder that was scanned."""

from __future__ import annotations

import re

from scanner.model import Finding, Report
from scanner.report.uri import path_to_uri, repository_uri

_ADDRESS = re.compile(r"(?:https?|ssh|git)://(?:[^/@]*@)?([A-Za-z0-9.-]{1,253})(?::[0-9]{1,5})?/([A-Za-z0-9._~/%-]{1,1000})")
_REVISION = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_PAGES = (
    ("github", "https://{host}/{project}/blob/{revision}/{path}#L{line}"),
    ("gitlab", "https://{host}/{project}/-/blob/{revision}/{path}#L{line}"),
    ("bitbucket", "https://{host}/{project}/src/{revision}/{path}#lines-{line}"),
)
"""How the hosts that have one of these words in their name address a line of a file."""


def from_top(report: Report, path: str) -> str:
    """A path of the report as the repository names it, which differs where only a folder of it was scanned; as it is outside of git."""
    folder = report.repository.folder if report.repository else ""
    return f"{folder}/{path}" if folder and path else path


def web_page(report: Report, finding: Finding) -> str | None:
    """The page of the repository's host that shows the finding's line, or None where the host, or the revision, is not known."""
    known = report.repository
    revision = finding.commit or (known.revision if known else None)
    if not known or not known.url or not revision or not _REVISION.fullmatch(revision):
        return None
    address = _ADDRESS.fullmatch(repository_uri(known.url) or "")
    if not address:
        return None
    host, project = address[1], address[2].removesuffix("/").removesuffix(".git")
    page = next((page for word, page in _PAGES if word in host), None)
    if page is None:
        return None
    path = path_to_uri(from_top(report, finding.path))
    return page.format(host=host, project=project, revision=revision, path=path, line=max(1, finding.span.line))

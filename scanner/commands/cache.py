"""`phasegate cache`: what is kept between runs."""

from __future__ import annotations

import os

import click

from scanner.commands.helping import Group
from scanner.errors import UsageError


@click.group(
    cls=Group, examples=(("phasegate cache info", "where it lies, and how much it is"), ("phasegate cache clear", "remove all of it"))
)
def cache() -> None:
    """Show, or clear, what is kept between runs in your cache directory: compiled signatures, and results of files that are the same."""


@cache.command(examples=(("phasegate cache info", "the folder, its files and their size"),))
def info() -> None:
    """Where it lies, and how much it is."""
    from scanner.results import database  # noqa: PLC0415

    folder = _folder()
    compiled = [size for path, size in _files(folder) if os.path.dirname(path) == folder]
    click.echo(f"{folder}")
    click.echo(f"compiled    {_counted(len(compiled), 'file')}, {_bytes(sum(compiled))}")
    try:
        kept = database.contents()
    except database.UnusableError as problem:
        raise UsageError(f"the cache of results is not used: {problem}") from None
    click.echo(f"results     {_counted(kept.results, 'file')} of {_counted(kept.places, 'scan')}, {_bytes(kept.size)}")


@cache.command(examples=(("phasegate cache clear", "start anew"),))
def clear() -> None:
    """Remove all of it; the next run makes it anew."""
    removed = []
    for path, size in _files(_folder()):
        try:
            os.unlink(path)
        except OSError as error:
            raise UsageError(f"{path}: cannot be removed: {error.strerror}") from None
        removed.append(size)
    click.echo(f"Removed {_counted(len(removed), 'file')}, {_bytes(sum(removed))}.")


def _folder() -> str:
    from scanner.cache import NoCacheError, private_directory  # noqa: PLC0415

    try:
        return private_directory()
    except NoCacheError as problem:
        raise UsageError(f"there is no cache: {problem}") from None


def _files(folder: str) -> list[tuple[str, int]]:
    """The path and the size of every file of the cache."""
    from scanner.cache import RESULTS  # noqa: PLC0415

    found = []
    for place in (folder, os.path.join(folder, RESULTS)):
        if os.path.isdir(place) and not os.path.islink(place):
            with os.scandir(place) as entries:
                found += [(each.path, each.stat(follow_symlinks=False).st_size) for each in entries if each.is_file(follow_symlinks=False)]
    return found


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _bytes(size: int) -> str:
    return f"{size / 1_000_000:,.1f} MB"

"""The work tree as a source, against real repositories made with the real git."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scanner.errors import Unreadable, UsageError
from scanner.model import Listing
from scanner.sources.worktree import listing, stdin_listing

LIMIT = 1 << 20
PROGRAMS = (
    "alias.ls-files",
    "core.alternateRefsCommand",
    "core.askPass",
    "core.editor",
    "core.fsmonitor",
    "core.pager",
    "core.sshCommand",
    "diff.evil.command",
    "diff.evil.textconv",
    "diff.external",
    "filter.evil.clean",
    "filter.evil.process",
    "filter.evil.smudge",
    "pager.ls-files",
)
NOBODY = 65534
PEOPLE = {
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


def git(folder: Path, *args: str) -> str:
    done = subprocess.run(
        ["git", "-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always", *args],
        cwd=folder,
        env={**os.environ, **PEOPLE},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def paths(found: Listing) -> list[str]:
    return [file.path for file in found.files]


def reasons(found: Listing) -> dict[str, str]:
    return {each.path: each.reason for each in found.not_scanned}


def content(found: Listing, path: str, limit: int = LIMIT) -> bytes:
    (file,) = (file for file in found.files if file.path == path)
    return file.load(limit)


@pytest.fixture(autouse=True)
def _user_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    folder = tmp_path / "repo"
    folder.mkdir()
    git(folder, "init", "-q")
    return folder


def commit(folder: Path) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", "x")


@pytest.fixture
def unprivileged() -> Iterator[Callable[[], Path]]:
    """A folder of a user whom file permissions bind; calling the fixture hands it over and steps down to that user."""
    folder = Path(tempfile.mkdtemp(dir="/tmp")).resolve()
    root = os.geteuid() == 0

    def step_down() -> Path:
        if root:
            for place, folders, files in os.walk(folder):
                for name in (".", *folders, *files):
                    os.chown(os.path.join(place, name), NOBODY, NOBODY, follow_symlinks=False)
            os.seteuid(NOBODY)
        return folder

    step_down.folder = folder  # type: ignore[attr-defined]
    yield step_down
    if root:
        os.seteuid(0)
    for place, folders, _ in os.walk(folder):
        for name in folders:
            if not (Path(place) / name).is_symlink():
                (Path(place) / name).chmod(0o700)
    shutil.rmtree(folder)


# --- git: which files


def test_tracked_and_untracked_files_are_listed_and_ignored_ones_are_not(repo: Path) -> None:
    write(repo, **{".gitignore": "*.log\nbuild/\n", "a.yaml": "a", "b.log": "forced", "c.log": "ignored", "build/x": "x", "d/new": "n"})
    git(repo, "add", ".gitignore", "a.yaml")
    git(repo, "add", "-f", "b.log")
    found = listing([str(repo)])
    assert paths(found) == [".gitignore", "a.yaml", "b.log", "d/new"]
    assert content(found, "b.log") == b"forced"
    assert found.inventory == {".gitignore", "a.yaml", "b.log", "d/new"}
    assert found.source == "worktree"
    assert found.root == str(repo)
    assert found.not_scanned == ()


def test_ignored_files_are_listed_on_request(repo: Path) -> None:
    write(repo, **{".gitignore": "*.log\nbuild/\n", "c.log": "ignored", "build/deep/x": "x"})
    commit(repo)
    assert paths(listing([str(repo)], include_ignored=True)) == [".gitignore", "build/deep/x", "c.log"]


def test_the_content_is_that_of_the_disk_not_of_the_index(repo: Path) -> None:
    write(repo, a="staged")
    git(repo, "add", "a")
    write(repo, a="edited")
    found = listing([str(repo)])
    assert content(found, "a") == b"edited"
    assert found.files[0].oid is None


def test_odd_names_come_through_as_they_are(repo: Path) -> None:
    names = [b"with space", b"line\nbreak", b"tab\there", b"caf\xc3\xa9", b"latin\xe9", b"quote\"'", b"-dash", b":(top)x"]
    for name in names:
        (repo / os.fsdecode(name)).write_bytes(b"<" + name + b">")
    git(repo, "add", "--", *(os.fsdecode(name) for name in names[::2] if not name.startswith(b":")))
    found = listing([str(repo)])
    assert paths(found) == sorted(name.decode("utf-8", "surrogateescape") for name in names)
    for name in names:
        assert content(found, name.decode("utf-8", "surrogateescape")) == b"<" + name + b">"


def test_a_deleted_file_is_no_file_but_stays_no_problem(repo: Path) -> None:
    write(repo, **{"gone": "x", "folder/gone": "x", "kept": "x"})
    commit(repo)
    (repo / "gone").unlink()
    shutil.rmtree(repo / "folder")
    found = listing([str(repo)])
    assert paths(found) == ["kept"]
    assert found.not_scanned == ()


def test_a_sub_folder_as_root_gives_paths_relative_to_it(repo: Path) -> None:
    write(repo, **{"top": "x", "sub/dir/a": "a", "sub/new": "n"})
    git(repo, "add", "sub/dir/a", "top")
    found = listing([str(repo / "sub")])
    assert paths(found) == ["dir/a", "new"]
    assert found.inventory == {"dir/a", "new"}
    assert content(found, "dir/a") == b"a"


def test_both_sides_of_a_conflict_are_one_file(repo: Path) -> None:
    write(repo, a="base\n")
    commit(repo)
    git(repo, "checkout", "-q", "-b", "other")
    write(repo, a="theirs\n")
    commit(repo)
    git(repo, "checkout", "-q", "main")
    write(repo, a="ours\n")
    commit(repo)
    with pytest.raises(subprocess.CalledProcessError):
        git(repo, "merge", "-q", "other")
    found = listing([str(repo)])
    assert paths(found) == ["a"]
    assert b"<<<<<<<" in content(found, "a")


def test_what_a_sparse_checkout_left_out_is_said(repo: Path) -> None:
    write(repo, **{"in/a": "a", "out/b": "b"})
    commit(repo)
    git(repo, "sparse-checkout", "set", "in")
    found = listing([str(repo)])
    assert paths(found) == ["in/a"]
    assert reasons(found) == {"out/b": "left out by a sparse checkout"}
    assert "out/b" in found.inventory


def test_a_file_hidden_from_git_by_a_flag_of_the_index_is_scanned_all_the_same(repo: Path) -> None:
    write(repo, a="a", b="b")
    commit(repo)
    git(repo, "update-index", "--skip-worktree", "a")
    git(repo, "update-index", "--assume-unchanged", "b")
    write(repo, a="new a", b="new b")
    found = listing([str(repo)])
    assert [content(found, path) for path in paths(found)] == [b"new a", b"new b"]


def test_a_tracked_file_that_became_a_folder(repo: Path) -> None:
    write(repo, a="a")
    commit(repo)
    (repo / "a").unlink()
    write(repo, **{"a/b": "b"})
    found = listing([str(repo)])
    assert paths(found) == ["a/b"]
    assert found.not_scanned == ()


# --- git: provenance


def test_provenance_of_a_branch(repo: Path) -> None:
    commit(repo)
    git(repo, "remote", "add", "origin", "https://user:hunter2@example.org/o/r.git")
    known = listing([str(repo)]).repository
    assert known is not None
    assert (known.revision, known.branch) == (git(repo, "rev-parse", "HEAD"), "main")
    assert known.url == "https://example.org/o/r.git"


def test_provenance_of_a_detached_head(repo: Path) -> None:
    commit(repo)
    git(repo, "checkout", "-q", "--detach")
    known = listing([str(repo)]).repository
    assert known is not None
    assert (known.revision, known.branch, known.url) == (git(repo, "rev-parse", "HEAD"), None, None)


def test_a_repository_without_a_commit(repo: Path) -> None:
    write(repo, a="a", b="b")
    git(repo, "add", "a")
    found = listing([str(repo)])
    assert paths(found) == ["a", "b"]
    assert found.repository is not None
    assert (found.repository.revision, found.repository.branch) == (None, "main")


def test_a_linked_work_tree_is_a_work_tree(repo: Path, tmp_path: Path) -> None:
    write(repo, **{".gitignore": "junk\n", "a": "a"})
    commit(repo)
    git(repo, "worktree", "add", "-q", "-b", "second", str(tmp_path / "second"))
    write(tmp_path / "second", junk="j")
    found = listing([str(tmp_path / "second")])
    assert paths(found) == [".gitignore", "a"]
    assert found.repository is not None
    assert found.repository.branch == "second"


# --- git: repositories within


@pytest.fixture
def with_submodule(repo: Path, tmp_path: Path) -> Path:
    inner = tmp_path / "inner"
    inner.mkdir()
    git(inner, "init", "-q")
    write(inner, **{"deploy/app.yaml": "kind: Deployment", ".gitignore": "junk\n"})
    commit(inner)
    write(repo, a="a")
    git(repo, "submodule", "--quiet", "add", str(inner), "libs/inner")
    commit(repo)
    return repo


def test_a_submodule_that_is_checked_out_is_part_of_the_tree(with_submodule: Path) -> None:
    write(with_submodule, **{"libs/inner/junk": "j", "libs/inner/new": "n"})
    found = listing([str(with_submodule)])
    assert paths(found) == [".gitmodules", "a", "libs/inner/.gitignore", "libs/inner/deploy/app.yaml", "libs/inner/new"]
    assert content(found, "libs/inner/deploy/app.yaml") == b"kind: Deployment"
    assert found.not_scanned == ()


@pytest.mark.parametrize("how", ["empty", "absent"])
def test_a_submodule_that_is_not_checked_out_is_said(with_submodule: Path, how: str) -> None:
    shutil.rmtree(with_submodule / "libs" / "inner")
    if how == "empty":
        (with_submodule / "libs" / "inner").mkdir()
    found = listing([str(with_submodule)])
    assert paths(found) == [".gitmodules", "a"]
    assert reasons(found) == {"libs/inner": "submodule is not checked out"}


def test_excluding_a_submodule_silences_it(with_submodule: Path) -> None:
    shutil.rmtree(with_submodule / "libs" / "inner")
    found = listing([str(with_submodule)], exclude=["libs/"])
    assert found.not_scanned == ()
    assert found.excluded == 1


def test_a_submodule_with_a_broken_link_to_its_repository_is_walked(with_submodule: Path) -> None:
    (with_submodule / "libs/inner/.git").write_text("gitdir: /nonexistent/place\n")
    write(with_submodule, **{"libs/inner/junk": "j"})
    found = listing([str(with_submodule)])
    assert {"libs/inner/junk", "libs/inner/deploy/app.yaml"} <= set(paths(found))


def test_a_submodule_that_git_refuses_is_said_and_the_rest_is_listed(with_submodule: Path) -> None:
    (with_submodule / ".git/modules/libs/inner/index").write_bytes(b"no index")
    found = listing([str(with_submodule)])
    assert paths(found) == [".gitmodules", "a"]
    assert "git refuses" in reasons(found)["libs/inner"]


def test_an_untracked_repository_within_is_part_of_the_tree(repo: Path) -> None:
    inner = repo / "vendor" / "inner"
    inner.mkdir(parents=True)
    git(inner, "init", "-q")
    write(inner, x="x")
    assert paths(listing([str(repo)])) == ["vendor/inner/x"]


# --- git: a hostile repository


def test_no_program_that_the_repository_configures_is_run(repo: Path, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    script = tmp_path / "run.sh"
    script.write_text(f"#!/bin/sh\ntouch '{mark}'\ncat\n")
    script.chmod(0o755)
    write(repo, **{".gitattributes": "* filter=evil diff=evil\n", "a.yaml": "a", "b.yaml": "b"})
    commit(repo)
    write(repo, **{"a.yaml": "changed"})
    for key in PROGRAMS:
        git(repo, "config", key, str(script))
    git(repo, "config", "core.hooksPath", str(tmp_path))
    shutil.copy(script, tmp_path / "post-index-change")
    # The same configuration does leave its mark where nothing guards against it.
    subprocess.run(["git", "status"], cwd=repo, check=False, capture_output=True)
    assert mark.exists()
    mark.unlink()
    before = {path: path.stat().st_mtime_ns for path in (repo / ".git").rglob("*")}
    found = listing([str(repo)], include_ignored=True)
    assert [content(found, path) for path in paths(found)] == [b"* filter=evil diff=evil\n", b"changed", b"b"]
    assert not mark.exists()
    assert {path: path.stat().st_mtime_ns for path in (repo / ".git").rglob("*")} == before


def test_a_work_tree_moved_by_the_configuration_hides_nothing(repo: Path, tmp_path: Path) -> None:
    write(repo, **{"deploy/app.yaml": "x"})
    commit(repo)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for place in (elsewhere, tmp_path, repo / "deploy"):
        git(repo, "config", "core.worktree", str(place))
        assert paths(listing([str(repo)])) == ["deploy/app.yaml"]


def test_variables_of_a_hook_do_not_lead_a_plain_scan_astray(repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(repo, a="a")
    commit(repo)
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git" / "index"))
    assert paths(listing([str(repo)])) == ["a"]


def test_a_git_program_in_the_scanned_folder_is_not_run(repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mark = tmp_path / "mark"
    write(repo, git=f"#!/bin/sh\ntouch '{mark}'\n")
    (repo / "git").chmod(0o755)
    monkeypatch.chdir(repo)
    monkeypatch.setenv("PATH", f".{os.pathsep}{os.environ['PATH']}")
    assert paths(listing([])) == ["git"]
    assert not mark.exists()


def test_a_forged_index_does_not_lead_out_of_the_tree(repo: Path, tmp_path: Path) -> None:
    write(tmp_path, secret="s")
    git(tmp_path, "init", "-q")
    write(repo, **{"xx/secret": "x", "fine": "f"})
    commit(repo)
    git(repo, "update-index", "--add", "--cacheinfo", f"160000,{git(repo, 'rev-parse', 'HEAD')},yy")
    index = repo / ".git" / "index"
    forged = index.read_bytes()[:-20].replace(b"xx/secret", b"../secret").replace(b"\0\x02yy\0", b"\0\x02..\0")
    forged = forged[: forged.index(b"TREE")] if b"TREE" in forged else forged
    index.write_bytes(forged + hashlib.sha1(forged, usedforsecurity=False).digest())
    assert set(git(repo, "ls-files").split()) == {"../secret", "..", "fine"}
    found = listing([str(repo)])
    assert paths(found) == ["../secret", "fine", "xx/secret"]
    with pytest.raises(Unreadable, match="leads out of the tree"):
        content(found, "../secret")
    assert reasons(found) == {"..": "path leads out of the tree"}


def test_a_damaged_index_stops_the_scan_with_the_words_of_git(repo: Path) -> None:
    write(repo, a="a")
    commit(repo)
    (repo / ".git" / "index").write_bytes(b"this is no index, and long enough to be looked at as one")
    with pytest.raises(UsageError, match="bad signature") as caught:
        listing([str(repo)])
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_repository_of_somebody_else_stops_the_scan(repo: Path) -> None:
    write(repo, a="a")
    commit(repo)
    os.chown(repo, NOBODY, NOBODY)
    os.chown(repo / ".git", NOBODY, NOBODY)
    with pytest.raises(UsageError, match="dubious ownership"):
        listing([str(repo)])


def test_without_git_on_the_path_the_disk_is_listed(repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(repo, **{".gitignore": "b\n", "a": "a", "b": "b"})
    monkeypatch.setenv("PATH", str(tmp_path))
    found = listing([str(repo)])
    assert paths(found) == [".gitignore", "a", "b"]
    assert found.repository is None


# --- links, in git and outside


@pytest.fixture(params=["tracked", "untracked", "plain"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Callable[[], None]]:
    folder = tmp_path / "tree"
    folder.mkdir()

    def settle() -> None:
        if request.param != "plain":
            git(folder, "init", "-q")
        if request.param == "tracked":
            commit(folder)

    return folder, settle


def test_links(place: tuple[Path, Callable[[], None]]) -> None:
    folder, settle = place
    write(folder.parent, secret="s")
    write(folder, **{"real/file": "content", "real/deep/other": "o"})
    links = {
        "to-file": "real/file",
        "to-link": "to-file",
        "real/up": "../real/file",
        "absolute": str(folder / "real" / "file"),
        "through-folder": "to-folder/file",
        "to-folder": "real",
        "to-root": ".",
        "out": "../secret",
        "far-out": "/etc/hostname",
        "out-folder": "..",
        "dangling": "nowhere",
        "loop": "loop",
        "ping": "pong",
        "pong": "ping",
        "device": "/dev/null",
    }
    for name, target in links.items():
        (folder / name).symlink_to(target)
    for number in range(60):
        (folder / f"chain{number:02}").symlink_to(f"chain{number + 1:02}" if number < 59 else "real/file")
    settle()
    found = listing([str(folder)])
    plain = {"real/file", "real/deep/other"}
    good = {"to-file", "to-link", "real/up", "absolute", "through-folder"}
    assert {path for path in paths(found) if not path.startswith("chain")} == plain | good
    assert {content(found, path) for path in good} == {b"content"}
    bad = reasons(found)
    assert {path for path, why in bad.items() if why == "link leads out of the tree"} == {"out", "far-out", "out-folder", "device"}
    assert bad["dangling"] == "link leads nowhere"
    assert all("circle" in bad[path] for path in ("loop", "ping", "pong", "chain00"))
    assert content(found, "chain50") == b"content"
    assert "to-folder" not in bad
    assert "to-root" not in bad


def test_a_link_into_the_storage_of_git_is_not_followed(repo: Path) -> None:
    (repo / "conf").symlink_to(".git/config")
    found = listing([str(repo)])
    assert found.files == ()
    assert reasons(found) == {"conf": "link leads out of the tree"}


def test_a_tracked_file_below_a_folder_that_became_a_link_out(repo: Path, tmp_path: Path) -> None:
    write(repo, **{"conf/a": "a", "b": "b"})
    commit(repo)
    write(tmp_path / "outside", a="secret")
    shutil.rmtree(repo / "conf")
    (repo / "conf").symlink_to(tmp_path / "outside")
    found = listing([str(repo)])
    assert paths(found) == ["b"]
    assert reasons(found) == {"conf": "link leads out of the tree"}


def test_a_link_out_that_git_ignores_is_never_read_through(repo: Path, tmp_path: Path) -> None:
    write(repo, **{"conf/a": "a", ".gitignore": "conf\n"})
    git(repo, "add", "-f", "conf/a", ".gitignore")
    write(tmp_path / "outside", a="secret")
    shutil.rmtree(repo / "conf")
    (repo / "conf").symlink_to(tmp_path / "outside")
    found = listing([str(repo)])
    with pytest.raises(Unreadable, match="symbolic link"):
        content(found, "conf/a")


def test_a_tracked_file_that_became_a_link(repo: Path, tmp_path: Path) -> None:
    write(tmp_path, secret="s")
    write(repo, inside="i", a="a", b="b")
    commit(repo)
    for name, target in (("a", "inside"), ("b", "../secret")):
        (repo / name).unlink()
        (repo / name).symlink_to(target)
    found = listing([str(repo)])
    assert content(found, "a") == b"i"
    with pytest.raises(Unreadable, match="link leads out of the tree"):
        content(found, "b")


# --- outside git


def test_a_plain_folder_is_walked_whole(tmp_path: Path) -> None:
    write(tmp_path, **{"b/c/d": "d", "a": "a", ".gitignore": "a\n", "b/.hidden": "h"})
    git_folder = tmp_path / "b" / "inner"
    git_folder.mkdir()
    git(git_folder, "init", "-q")
    write(git_folder, **{"x": "x", ".gitignore": "x\n"})
    found = listing([str(tmp_path)])
    assert paths(found) == [".gitignore", "a", "b/.hidden", "b/c/d", "b/inner/.gitignore", "b/inner/x"]
    assert found.repository is None
    assert found.inventory == set(paths(found))


def test_odd_names_on_the_disk(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"latin\xe9\n")).write_bytes(b"x")
    found = listing([str(tmp_path)])
    assert paths(found) == ["latin\udce9\n"]
    assert content(found, "latin\udce9\n") == b"x"


def test_pipes_and_sockets_are_said_and_never_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        found = listing(["."])
    assert found.files == ()
    assert reasons(found) == {"pipe": "is not a regular file", "socket": "is not a regular file"}


@pytest.mark.parametrize("waiting", [b"", b"data of somebody else"])
def test_a_file_that_became_a_pipe_neither_blocks_nor_is_drained(repo: Path, waiting: bytes) -> None:
    write(repo, a="a")
    commit(repo)
    found = listing([str(repo)])
    (repo / "a").unlink()
    os.mkfifo(repo / "a")
    end = os.open(repo / "a", os.O_RDWR | os.O_NONBLOCK)
    try:
        os.write(end, waiting)
        with pytest.raises(Unreadable, match="is not a regular file"):
            content(found, "a")
        if waiting:
            assert os.read(end, 100) == waiting
    finally:
        os.close(end)


def test_a_bare_repository_is_not_mistaken_for_a_folder_without_findings(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--bare", "bare")
    with pytest.raises(UsageError, match="bare git repository"):
        listing([str(tmp_path / "bare")])


@pytest.fixture
def endless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int, str], Path]]:
    """Builds nested folders deeper than a call stack or longer than a path may be, and takes them away again."""
    top = tmp_path / "endless"
    top.mkdir()

    def build(depth: int, name: str) -> Path:
        monkeypatch.chdir(top)
        for _ in range(depth):
            os.mkdir(name)
            os.chdir(name)
        Path("x").write_text("x")
        os.chdir(top)
        return top

    yield build
    monkeypatch.chdir(tmp_path)
    subprocess.run(["rm", "-rf", str(top)], check=True)


@pytest.mark.parametrize("kind", ["git", "plain"])
def test_a_tree_deeper_than_the_call_stack_is_walked(endless: Callable[[int, str], Path], kind: str) -> None:
    top = endless(1200, "d")
    if kind == "git":
        git(top, "init", "-q")
    found = listing(["."])
    assert paths(found) == ["d/" * 1200 + "x"]
    assert found.files[0].load(LIMIT) == b"x"


@pytest.mark.parametrize("kind", ["git", "plain"])
def test_a_path_longer_than_the_system_allows_is_said(endless: Callable[[int, str], Path], kind: str) -> None:
    top = endless(300, "a-name-of-some-length")
    if kind == "git":
        git(top, "init", "-q")
    found = listing(["."])
    assert found.files == ()
    assert set(reasons(found).values()) == {"path is too long"}


# --- permissions


@pytest.mark.parametrize("kind", ["git", "plain"])
def test_locked_folders_and_files_are_said(unprivileged: Callable[[], Path], kind: str) -> None:
    folder: Path = unprivileged.folder  # type: ignore[attr-defined]
    write(folder, **{"tracked/a": "a", "locked file": "x", "fine": "f"})
    if kind == "git":
        git(folder, "init", "-q")
        commit(folder)
    write(folder, **{"un tracked/b": "b"})
    (folder / "locked file").chmod(0)
    (folder / "tracked").chmod(0)
    (folder / "un tracked").chmod(0)
    unprivileged()
    assert not os.access(folder / "tracked", os.R_OK, effective_ids=True)
    found = listing([str(folder)])
    assert paths(found) == ["fine", "locked file"]
    with pytest.raises(Unreadable, match="permission denied"):
        content(found, "locked file")
    assert reasons(found)["un tracked"] == "permission denied"
    assert set(reasons(found).values()) == {"permission denied"}
    assert any(path.startswith("tracked") for path in reasons(found))


def test_a_locked_folder_below_a_sub_folder_as_root(unprivileged: Callable[[], Path]) -> None:
    folder: Path = unprivileged.folder  # type: ignore[attr-defined]
    write(folder, **{"sub/fine": "f", "sub/locked/b": "b"})
    git(folder, "init", "-q")
    (folder / "sub" / "locked").chmod(0)
    unprivileged()
    assert reasons(listing([str(folder / "sub")])) == {"locked": "permission denied"}
    (folder / "sub").chmod(0)
    with pytest.raises(UsageError):
        listing([str(folder / "sub")])


# --- loading


def test_the_limit_is_counted_in_bytes(tmp_path: Path) -> None:
    big = os.urandom((1 << 20) * 2 + 17)
    (tmp_path / "big").write_bytes(big)
    (tmp_path / "empty").write_bytes(b"")
    found = listing([str(tmp_path)])
    assert content(found, "big", len(big)) == big
    assert content(found, "empty", 0) == b""
    for limit in (len(big) - 1, 1 << 20, 0):
        with pytest.raises(Unreadable, match=f"larger than {limit} bytes"):
            content(found, "big", limit)


def test_a_file_that_vanished(tmp_path: Path) -> None:
    write(tmp_path, **{"a": "a", "d/b": "b"})
    found = listing([str(tmp_path)])
    (tmp_path / "a").unlink()
    shutil.rmtree(tmp_path / "d")
    for path in paths(found):
        with pytest.raises(Unreadable, match="vanished"):
            content(found, path)


def test_loading_does_not_depend_on_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, **{"a": "a", "elsewhere/x": "x"})
    monkeypatch.chdir(tmp_path)
    found = listing(["."])
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert content(found, "a") == b"a"


# --- what was asked for


def test_named_files_come_alone_with_the_whole_index_as_inventory(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(repo, **{"chart/Chart.yaml": "c", "chart/templates/a.yaml": "a", "b": "b", "new": "n", ".gitignore": "ignored\n", "ignored": "i"})
    git(repo, "add", "chart", "b", ".gitignore")
    monkeypatch.chdir(repo)
    found = listing(["chart/templates/a.yaml", "./b", "ignored"])
    assert paths(found) == ["b", "chart/templates/a.yaml", "ignored"]
    assert found.inventory == {"chart/Chart.yaml", "chart/templates/a.yaml", "b", ".gitignore", "ignored"}
    assert found.root == "."
    assert found.repository is not None


def test_many_named_files_need_no_process_each(repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"f{number}" for number in range(40)]
    write(repo, **dict.fromkeys(names, "x"))
    commit(repo)
    real = shutil.which("git")
    log = tmp_path / "log"
    write(tmp_path, **{"bin/git": f'#!/bin/sh\necho run >> "{log}"\nexec "{real}" "$@"\n'})
    (tmp_path / "bin" / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.chdir(repo)
    assert len(listing(names).files) == 40
    assert 1 <= len(log.read_text().splitlines()) <= 5


def test_several_folders(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(repo, **{"a/x": "x", "ab/x": "x", "b/y": "y", "c/z": "z", "d": "d"})
    commit(repo)
    monkeypatch.chdir(repo)
    found = listing(["a", "b/", "d"])
    assert paths(found) == ["a/x", "b/y", "d"]
    assert "c/z" in found.inventory
    assert paths(listing([".", "d"])) == ["a/x", "ab/x", "b/y", "c/z", "d"]


def test_several_folders_outside_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, **{"a/x": "x", "b/deep/y": "y", "c/z": "z", "Chart.yaml": "c"})
    monkeypatch.chdir(tmp_path)
    found = listing(["a", "b/deep"])
    assert paths(found) == ["a/x", "b/deep/y"]
    assert "Chart.yaml" in found.inventory
    assert "c/z" not in found.inventory


def test_a_named_file_of_a_plain_folder_knows_its_neighbours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, **{"chart/Chart.yaml": "c", "chart/templates/a.yaml": "a"})
    monkeypatch.chdir(tmp_path)
    found = listing(["chart/templates/a.yaml"])
    assert paths(found) == ["chart/templates/a.yaml"]
    assert "chart/Chart.yaml" in found.inventory


def test_one_file_outside_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, **{"here/x": "x", "there/a.yaml": "a"})
    monkeypatch.chdir(tmp_path / "here")
    found = listing([str(tmp_path / "there" / "a.yaml")])
    assert paths(found) == ["a.yaml"]
    assert found.root == str(tmp_path / "there")
    assert content(found, "a.yaml") == b"a"


def test_several_paths_outside_the_current_folder_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, **{"here/x": "x", "there/a": "a"})
    monkeypatch.chdir(tmp_path / "here")
    with pytest.raises(UsageError, match="outside the current folder"):
        listing(["x", str(tmp_path / "there" / "a")])
    with pytest.raises(UsageError, match="outside the current folder"):
        listing(["x", "../there"])


@pytest.mark.parametrize("missing", ["nowhere", "a/b", "", "nul\0byte"])
def test_a_path_that_does_not_exist_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    write(tmp_path, a="a")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError) as caught:
        listing([missing])
    assert "\n" not in str(caught.value)


def test_named_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, **{"tree/real/a": "a", "tree/b": "b", "outside": "o"})
    tree = tmp_path / "tree"
    for name, target in {"link": "b", "out": "../outside", "folder": "real", "out-folder": ".."}.items():
        (tree / name).symlink_to(target)
    monkeypatch.chdir(tree)
    assert paths(listing(["link"])) == ["link"]
    assert reasons(listing(["out"])) == {"out": "link leads out of the tree"}
    assert paths(listing(["folder"])) == ["a"]
    several = listing(["folder", "out-folder", "b"])
    assert paths(several) == ["b", "real/a"]
    assert reasons(several) == {"out-folder": "link leads out of the tree"}
    for number in range(1500):
        (tree / f"c{number}").symlink_to(f"c{number + 1}" if number < 1499 else "b")
    assert "circle" in reasons(listing(["c0"]))["c0"]


def test_a_named_file_reached_through_a_linked_folder_goes_by_its_real_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, **{"real/a": "a"})
    (tmp_path / "link").symlink_to("real")
    monkeypatch.chdir(tmp_path)
    assert paths(listing(["link/a"])) == ["real/a"]


def test_a_file_named_twice_is_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, **{"d/a": "a"})
    monkeypatch.chdir(tmp_path)
    assert paths(listing(["d/a", "./d/a", "d"])) == ["d/a"]


def test_an_empty_folder_gives_an_empty_listing(tmp_path: Path) -> None:
    found = listing([str(tmp_path)])
    assert found.files == ()
    assert found.not_scanned == ()


# --- exclusions


@pytest.mark.parametrize("kind", ["git", "plain"])
def test_exclusions_are_counted_and_stay_in_the_inventory(tmp_path: Path, kind: str) -> None:
    write(tmp_path, **{"a.yaml": "a", "vendor/x/b.yaml": "b", "vendor/c": "c", "docs/d.md": "d"})
    (tmp_path / "vendor" / "out").symlink_to("/etc")
    if kind == "git":
        git(tmp_path, "init", "-q")
        commit(tmp_path)
    found = listing([str(tmp_path)], exclude=["vendor/", "*.md"])
    assert paths(found) == ["a.yaml"]
    assert found.excluded == 4
    assert found.not_scanned == ()
    assert {"vendor/c", "docs/d.md"} <= found.inventory


def test_exclusions_hold_for_named_files_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, **{"vendor/a": "a", "b": "b"})
    monkeypatch.chdir(tmp_path)
    found = listing(["vendor/a", "b"], exclude=["vendor"])
    assert paths(found) == ["b"]
    assert found.excluded == 1


# --- standard input


def test_standard_input_in_a_repository(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(repo, **{"sub/Chart.yaml": "c", "top": "t"})
    commit(repo)
    monkeypatch.chdir(repo / "sub")
    found = stdin_listing("templates/a.yaml", b"data")
    assert paths(found) == ["templates/a.yaml"]
    assert content(found, "templates/a.yaml") == b"data"
    assert found.inventory == {"Chart.yaml", "templates/a.yaml"}
    assert (found.source, found.root) == ("stdin", ".")
    with pytest.raises(Unreadable, match="larger than 3 bytes"):
        content(found, "templates/a.yaml", 3)


def test_standard_input_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert stdin_listing("./x/../a.yaml", b"").inventory == {"a.yaml"}
    assert paths(stdin_listing(str(tmp_path.resolve() / "b.yaml"), b"")) == ["b.yaml"]
    for name in ("", ".", "../a", "/etc/passwd", "a/../../b"):
        with pytest.raises(UsageError, match="standard input"):
            stdin_listing(name, b"")

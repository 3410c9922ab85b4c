"""`phasegate pre-receive` as a real hook of a real bare repository, to which a real client pushes."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from commands import runner
from git_situations import World
from pushes import POD, ROLE, Server, phasegate
from repositories import commit, git, init, write
from scanner import cache
from scanner.sources import pushes

TEXT = "".join(f"line {number}\n" for number in range(20))


@pytest.fixture
def server(world: World) -> Server:
    """A guarded repository that holds something harmless."""
    commit(world.repo, {"README.md": "# Hello\n"})
    found = Server(world.tmp / "server.git", world.repo)
    found.push("main")
    return found.guard()


Receive = Callable[[bytes], tuple[int, str, str]]


@pytest.fixture
def receive(server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Receive:
    """Run the command in the server's repository on what git would write to it: exit code, standard output and standard error."""

    def run(data: bytes) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
        return runner(server.bare, monkeypatch, capsys)("pre-receive")

    return run


def findings(said: list[str]) -> list[tuple[str, str]]:
    """Place and clause of each finding in a refusal."""
    return [(said[number - 1], line.split(" ")[3]) for number, line in enumerate(said) if line.startswith(("  error: ", "  warning: "))]


def test_a_refusal_says_where_what_and_what_would_lift_it(server: Server) -> None:
    earlier = server.refs()
    bad = commit(server.clone, {"infra/main.tf": ROLE.format("x")})
    assert server.push("main")[:10] == [
        "phasegate: push refused under J.4.1: 2 errors",
        "",
        "infra/main.tf:1",
        "  error: 3.1 IaC code: terraform-config",
        f"  commit {bad[:12]}; lifted by J.4.3 (section 6)",
        "",
        "infra/main.tf:1",
        "  error: 3.4 IAM policies: terraform-iam",
        f"  commit {bad[:12]}; lifted by a later authorisation (section 8)",
        "",
    ]
    assert server.refs() == earlier


def test_what_is_removed_again_within_one_push_is_refused(server: Server) -> None:
    added = commit(server.clone, {"pod.yaml": POD})
    git(server.clone, "rm", "-q", "pod.yaml")
    commit(server.clone)
    said = server.push("main")
    assert findings(said) == [("pod.yaml:1", "3.6")]
    assert any(added[:12] in line for line in said)


def test_a_finding_in_several_commits_is_told_once_with_the_first(server: Server) -> None:
    first = commit(server.clone, {"pod.yaml": POD})
    commit(server.clone, {"pod.yaml": f"# more\n{POD}"})
    commit(server.clone, {"pod.yaml": f"# more\n# and more\n{POD}"})
    said = server.push("main")
    assert findings(said) == [("pod.yaml:1", "3.6")]
    assert any(first[:12] in line for line in said)


def test_of_many_findings_the_gravest_are_shown_and_the_rest_is_counted(server: Server) -> None:
    mild: dict[str, str | bytes] = {f"a{number}/Dockerfile": f"FROM scratch\n# {number}\n" for number in range(8)}
    grave: dict[str, str | bytes] = {f"z{number}.yaml": f"{POD}# {number}\n" for number in range(5)}
    commit(server.clone, mild | grave)
    said = server.push("main")
    assert said[0] == "phasegate: push refused under J.4.1: 5 errors, 8 warnings"
    assert [place[0] for place, _clause in findings(said)] == ["z"] * 5 + ["a"] * 5
    assert "... and 3 more findings" in said


def test_one_bad_reference_refuses_all_of_a_push(server: Server) -> None:
    commit(server.clone, {"a": "a\n"})
    git(server.clone, "checkout", "-q", "-b", "bad", "HEAD~1")
    commit(server.clone, {"pod.yaml": POD})
    assert findings(server.push("main", "bad")) == [("pod.yaml:1", "3.6")]
    assert server.push("main") == []
    assert findings(server.push("bad:new/branch")) == [("pod.yaml:1", "3.6")]


def test_deletions_and_references_to_what_is_there_bring_nothing(server: Server) -> None:
    assert server.push("main:topic", "main:refs/tags/light") == []
    assert server.push("--delete", "topic", "light") == []
    assert server.refs().keys() == {"refs/heads/main"}


@pytest.mark.parametrize("options", [[], ["-a", "-m", "x"]], ids=["light", "annotated"])
def test_tags_of_commits_trees_and_blobs(server: Server, options: list[str]) -> None:
    git(server.clone, "checkout", "-q", "--detach")
    commit(server.clone, {"pod.yaml": POD})
    git(server.clone, "tag", *options, "of-commit")
    git(server.clone, "tag", *options, "of-tree", "HEAD^{tree}")
    git(server.clone, "tag", *options, "of-blob", "HEAD:pod.yaml")
    assert findings(server.push("of-commit")) == [("pod.yaml:1", "3.6")]
    assert findings(server.push("of-tree")) == [("pod.yaml:1", "3.6")]
    assert findings(server.push("of-blob")) == [("refs/tags/of-blob:1", "3.6")]


def test_of_a_forced_push_only_what_is_new_counts(world: World) -> None:
    server = Server(world.tmp / "server.git", world.repo)
    commit(world.repo, {"old.yaml": POD})
    commit(world.repo, {"a": "a\n"})
    server.push("main")
    server.guard()
    git(world.repo, "reset", "-q", "--hard", "HEAD~1")
    commit(world.repo, {"b": "b\n"})
    assert server.push("--force", "main") == []
    commit(world.repo, {"new.yaml": POD}, message="worse")
    assert findings(server.push("--force", "main")) == [("new.yaml:1", "3.6")]


def test_what_stood_before_is_not_held_against_a_push(world: World) -> None:
    server = Server(world.tmp / "server.git", world.repo)
    commit(world.repo, {"main.tf": ROLE.format("x") + f"# {TEXT}".replace("\n", "\n# "), "pod.yaml": POD})
    server.push("main")
    server.guard()
    text = (world.repo / "main.tf").read_text()
    commit(world.repo, {"main.tf": f"# a remark\n{text}"})
    git(world.repo, "mv", "pod.yaml", "moved.yaml")
    commit(world.repo)
    assert server.push("main") == []
    commit(world.repo, {"main.tf": f"{text}\n{ROLE.format('y')}"})
    assert findings(server.push("main")) == [("main.tf:23", "3.4")]
    git(world.repo, "reset", "-q", "--hard", "HEAD~1")
    commit(world.repo, {"copy.yaml": POD})
    assert findings(server.push("main")) == [("copy.yaml:1", "3.6")]


def test_a_merge_answers_for_what_no_parent_has(server: Server) -> None:
    git(server.clone, "checkout", "-q", "-b", "topic")
    commit(server.clone, {"b": "b\n"})
    git(server.clone, "checkout", "-q", "main")
    commit(server.clone, {"c": "c\n"})
    git(server.clone, "merge", "-q", "--no-ff", "--no-edit", "topic")
    assert server.push("main") == []
    git(server.clone, "checkout", "-q", "topic")
    commit(server.clone, {"d": "d\n"})
    git(server.clone, "merge", "-q", "--no-ff", "--no-commit", "main")
    evil = commit(server.clone, {"pod.yaml": POD})
    said = server.push("topic")
    assert findings(said) == [("pod.yaml:1", "3.6")]
    assert any(evil[:12] in line for line in said)


def test_what_only_an_alternate_holds_was_never_looked_at(world: World) -> None:
    pool = Server(world.tmp / "pool.git", world.repo)
    commit(world.repo, {"a": "a\n"})
    pool.push("main")
    commit(world.repo, {"pod.yaml": POD})
    pool.push("main:elsewhere")
    git(world.tmp, "clone", "-q", "--bare", "--shared", "--single-branch", "--branch", "main", "pool.git", "fork.git")
    fork = world.tmp / "fork.git"
    assert (fork / "objects" / "info" / "alternates").exists()
    assert phasegate(fork, "hook", "install")[0] == 0
    git(world.repo, "remote", "set-url", "origin", "../fork.git")
    assert findings(pool.push("main")) == [("pod.yaml:1", "3.6")]
    git(world.repo, "reset", "-q", "--hard", "HEAD~1")
    commit(world.repo, {"b": "b\n"})
    assert pool.push("main") == []


def test_a_text_that_is_too_large_to_scan_is_refused(server: Server) -> None:
    write(server.bare, {"phasegate.toml": 'max-file-size = "1k"\n'})
    commit(server.clone, {"large.yaml": "a: b\n" * 500})
    said = server.push("main")
    assert said[0] == "phasegate: push refused under J.4.1: 1 file not scanned"
    assert "  large.yaml" in said
    assert said[-1] == "    larger than 1024 bytes (commit " + git(server.clone, "rev-parse", "--short=12", "HEAD") + ")"


def test_a_submodule_is_refused_unless_it_is_excluded(server: Server) -> None:
    git(server.clone, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},vendor/module")
    git(server.clone, "commit", "-q", "-m", "x")
    assert any("is a submodule" in line for line in server.push("main"))
    write(server.bare, {"phasegate.toml": 'exclude = ["vendor/module"]\n'})
    assert server.push("main") == []


def test_a_sha_256_repository(world: World) -> None:
    clone = init(world.tmp / "other", "--object-format=sha256")
    server = Server(world.tmp / "server.git", clone, "--object-format=sha256").guard()
    commit(clone, {"a": "a\n"})
    assert server.push("main") == []
    commit(clone, {"pod.yaml": POD})
    assert findings(server.push("main")) == [("pod.yaml:1", "3.6")]


def test_a_repository_with_a_work_tree_can_be_guarded(world: World) -> None:
    served = init(world.tmp / "served")
    git(served, "config", "receive.denyCurrentBranch", "updateInstead")
    assert phasegate(served, "hook", "install", "--stage", "pre-receive")[0] == 0
    git(world.repo, "remote", "add", "origin", "../served")
    server = object.__new__(Server)
    server.clone = world.repo
    commit(world.repo, {"a": "a\n"})
    assert server.push("main") == []
    assert (served / "a").read_text() == "a\n"
    commit(world.repo, {"pod.yaml": POD})
    assert findings(server.push("main")) == [("pod.yaml:1", "3.6")]
    assert not (served / "pod.yaml").exists()


RECORD = """
[[authorization]]
phase = "J.4.3"
clauses = ["3.1"]
paths = ["infra/**"]
author = "Ada"
reason = "signed"
date = 2024-01-01
"""


def test_the_configuration_is_the_servers_own(server: Server) -> None:
    lax = 'fail-on = "never"\nexclude = ["**"]\nallow-suppressions = true\n'
    commit(server.clone, {"infra/main.tf": ROLE.format("x"), "phasegate.toml": lax, "phasegate-baseline.json": "{}"})
    assert findings(server.push("main")) == [("infra/main.tf:1", "3.1"), ("infra/main.tf:1", "3.4")]
    write(server.bare, {"phasegate.toml": RECORD})
    assert findings(server.push("main")) == [("infra/main.tf:1", "3.4")]
    write(server.bare, {"phasegate.toml": 'clause = ["3.6"]\n'})
    assert server.push("main") == []


def test_another_configuration_may_be_named(server: Server, world: World) -> None:
    write(world.tmp, {"etc/guard.toml": 'policy = "policy.yaml"\n'})
    hook = server.bare / "hooks" / "pre-receive"
    hook.write_text(hook.read_text().replace("scanner pre-receive", f"scanner pre-receive --config {world.tmp}/etc/guard.toml"))
    commit(server.clone, {"a": "a\n"})
    assert any("policy: 'policy.yaml': is no file below the root" in line for line in server.push("main"))
    write(world.tmp, {"etc/guard.toml": 'fail-on = "error"\n'})
    commit(server.clone, {"Dockerfile": "FROM scratch\n"})
    assert server.push("main") == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('output = "x"\n', "unknown key 'output'"),
        ('refs = "main"\n', "refs: must be a list of texts"),
        ('fail-on = "errors"\n', "fail-on: must be one of error, warning, note, never"),
        ("fail-on = \n", "not valid TOML"),
        ('policy = "../../policy.yaml"\n', "policy: "),
        ('baseline = "none.json"\n', "the baseline that the configuration names is not there"),
    ],
)
def test_a_configuration_that_is_unusable_refuses_every_push(server: Server, receive: Receive, text: str, words: str) -> None:
    write(server.bare, {"phasegate.toml": text})
    code, out, err = receive(f"{'0' * 40} {git(server.clone, 'rev-parse', 'main')} refs/heads/x\n".encode())
    assert (code, out) == (2, "")
    assert words in err


def test_comments_lift_nothing_unless_the_server_says_so(server: Server) -> None:
    commit(server.clone, {"pod.yaml": f"# phasegate: allow 3.6 -- because I say so\n{POD}"})
    said = server.push("main")
    assert findings(said) == [("pod.yaml:2", "3.6")]
    assert "comments in the files do not count here" in " ".join(said)
    write(server.bare, {"phasegate.toml": "allow-suppressions = true\n"})
    assert server.push("main") == []


def test_a_comment_that_is_taken_away_within_the_push_lifts_nothing(server: Server) -> None:
    write(server.bare, {"phasegate.toml": "allow-suppressions = true\n"})
    commit(server.clone, {"pod.yaml": f"# phasegate: allow 3.6 -- for a moment\n{POD}"})
    commit(server.clone, {"pod.yaml": POD})
    assert findings(server.push("main")) == [("pod.yaml:1", "3.6")]


def test_only_some_references_are_guarded_and_nobody_walks_around_them(server: Server) -> None:
    write(server.bare, {"phasegate.toml": 'refs = ["main", "release/*", "refs/tags/v*"]\n'})
    commit(server.clone, {"pod.yaml": POD})
    assert server.push("main:sandbox") == []
    for ref in ("main:main", "main:release/1/x", "main:refs/tags/v1"):
        assert findings(server.push(ref)) == [("pod.yaml:1", "3.6")]
    assert server.push("main:refs/tags/1", "main:mainly") == []


def test_every_reference_is_guarded_by_default(server: Server) -> None:
    commit(server.clone, {"pod.yaml": POD})
    assert findings(server.push("main:refs/anything/at-all")) == [("pod.yaml:1", "3.6")]


@pytest.mark.parametrize(("home", "folder"), [("", "relative"), ("relative", ""), ("/", "/dev/null/cache")])
def test_where_no_cache_can_be_nothing_is_written(server: Server, monkeypatch: pytest.MonkeyPatch, home: str, folder: str) -> None:
    before = {path.name for path in server.bare.iterdir()}
    monkeypatch.chdir(server.bare)
    monkeypatch.setenv("HOME", home)
    monkeypatch.setenv("XDG_CACHE_HOME", folder)
    cache.store("rules", b"compiled")
    assert cache.directory() is None
    assert cache.load("rules") is None
    assert {path.name for path in server.bare.iterdir()} == before


def test_a_refusal_is_plain_and_fits_the_terminal(server: Server) -> None:
    names = ["a b", "line\nbreak", "caf\u00e9", "esc\x1b[31m", os.fsdecode(b"latin\xe9"), "u\u202ex", "n" * 200]
    commit(server.clone, {f"{name}.yaml": f"{POD}# {number}\n" for number, name in enumerate(names)})
    said = server.push("main")
    assert said[0] == "phasegate: push refused under J.4.1: 7 errors"
    assert len(findings(said)) == 7
    assert all(line.isascii() and line.isprintable() and len(line) <= 72 for line in said)


def test_a_reference_with_a_name_that_looks_like_two_lines(server: Server) -> None:
    commit(server.clone, {"pod.yaml": POD})
    assert findings(server.push("main:refs/heads/odd\u2028line")) == [("pod.yaml:1", "3.6")]


def test_nothing_but_the_lines_of_git_is_taken(receive: Receive) -> None:
    assert receive(b"nonsense\n") == (2, "", "phasegate: standard input: 'nonsense' is no line of the form 'old new reference'\n")


def test_objects_that_are_not_there_are_refused(receive: Receive) -> None:
    line = f"{'0' * 40} {'1' * 40} refs/heads/x\n".encode()
    assert receive(line) == (2, "", "phasegate: refs/heads/x leads to an object that is not there\n")


def test_an_interrupt_refuses(receive: Receive, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(data: bytes) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(pushes, "parse_updates", interrupted)
    code, out, err = receive(b"")
    assert (code, out) == (2, "")
    assert "interrupted" in err


def test_a_git_that_does_not_answer_refuses(server: Server, receive: Receive, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(self: object, data: bytes | None = None, timeout: float | None = None) -> tuple[bytes, bytes]:
        if timeout is None:
            return b"", b""
        raise subprocess.TimeoutExpired(["git"], timeout)

    line = f"{'0' * 40} {git(server.clone, 'rev-parse', 'main')} refs/heads/x\n".encode()
    monkeypatch.setattr(subprocess.Popen, "communicate", silent)
    code, out, err = receive(line)
    assert (code, out) == (2, "")
    assert "did not answer within" in err


def test_no_code_of_what_is_pushed_runs(server: Server, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    trap = f"import pathlib\npathlib.Path({str(mark)!r}).touch()\n"
    write(
        server.bare, {"scanner/__init__.py": trap, "scanner/__main__.py": trap, "click.py": trap, "phasegate": f"#!/bin/sh\ntouch {mark}\n"}
    )
    (server.bare / "phasegate").chmod(0o755)
    commit(server.clone, {"a": "a\n"})
    assert server.push("main", PATH=f".:{os.environ['PATH']}") == []
    assert not mark.exists()

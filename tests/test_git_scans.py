"""What a user meets who lets `phasegate scan` look at git: exit codes, what is new, which commit, and plain refusals."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from git_situations import World
from repositories import PEOPLE, commit, git, write
from scanner.commands.root import app
from scanner.errors import UsageError

POD = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {}\nspec:\n  containers: []\n"
PROCESSES = "web: gunicorn app\n"


def scan(*arguments: str) -> tuple[int, dict[str, Any]]:
    """Exit code and JSON report."""
    done = CliRunner().invoke(app, ["scan", "--format", "json", *arguments], standalone_mode=False)
    if isinstance(done.exception, UsageError):
        raise done.exception
    report = json.loads(done.stdout)
    assert isinstance(report, dict)
    return done.exit_code, report


def findings(report: dict[str, Any]) -> list[tuple[str, str]]:
    """Path and status of each finding of the kind for manifests."""
    return [(each["path"], each["status"]) for each in report["findings"] if each["kind"].startswith("kubernetes-")]


@pytest.mark.parametrize("arguments", [["--staged"], ["--since", "HEAD"], ["--range", "HEAD..HEAD"]])
def test_an_empty_change_is_an_ordinary_success(world: World, arguments: list[str]) -> None:
    commit(world.repo, {"pod.yaml": POD.format("old")})
    assert scan(*arguments)[0] == 0


def test_a_history_without_a_commit_is_nothing_to_scan(world: World) -> None:
    assert scan("--history")[0] == 3


def test_what_is_staged_decides_not_what_stands_on_the_disk(world: World) -> None:
    head = commit(world.repo, {"pod.yaml": "nothing: yet\n"})
    write(world.repo, {"pod.yaml": POD.format("web")})
    git(world.repo, "add", "-A")
    write(world.repo, {"pod.yaml": "nothing: at all\n"})
    code, report = scan("--staged")
    assert (code, findings(report)) == (1, [("pod.yaml", "open")])
    assert (report["source"], report["revision"], report["root"]) == ("index", head, ".")


@pytest.mark.parametrize("option", [["--since", "HEAD~1"], ["--range", "HEAD~1..HEAD"]])
def test_only_what_is_new_in_a_range_is_open(world: World, option: list[str]) -> None:
    base = commit(world.repo, {"pod.yaml": POD.format("old")})
    head = commit(world.repo, {"pod.yaml": POD.format("old") + "---\n" + POD.format("new"), "other.yaml": POD.format("other")})
    code, report = scan(*option)
    assert code == 1
    assert findings(report) == [("other.yaml", "open"), ("pod.yaml", "baselined"), ("pod.yaml", "open")]
    assert [each["justification"] for each in report["findings"] if each["status"] == "baselined"] == [f"stands at {base[:12]} already"]
    assert (report["source"], report["revision"]) == ("range", head)


def test_the_request_to_see_less_makes_nothing_new(world: World) -> None:
    commit(world.repo, {"pod.yaml": POD.format("old")})
    commit(world.repo, {"pod.yaml": "# moved\n" + POD.format("old")})
    code, report = scan("--since", "HEAD~1", "--clause", "3.6")
    assert (code, findings(report)) == (0, [("pod.yaml", "baselined")])


def test_a_file_that_was_only_moved_has_nothing_new(world: World) -> None:
    commit(world.repo, {"pod.yaml": POD.format("old") + "---\n" + POD.format("old")})
    (world.repo / "deploy").mkdir()
    git(world.repo, "mv", "pod.yaml", "deploy/web.yaml")
    commit(world.repo)
    code, report = scan("--since", "HEAD~1")
    assert (code, findings(report)) == (0, [("deploy/web.yaml", "baselined")] * 2)


def test_a_text_that_its_new_name_makes_an_artifact_is_new(world: World) -> None:
    commit(world.repo, {"notes.txt": PROCESSES})
    assert scan()[1]["findings"] == []
    git(world.repo, "mv", "notes.txt", "Procfile")
    commit(world.repo)
    code, report = scan("--since", "HEAD~1")
    assert code == 1
    assert {(each["kind"], each["status"]) for each in report["findings"]} >= {("procfile", "open")}


def test_the_history_tells_each_thing_once_with_the_commit_that_brought_it(world: World) -> None:
    first = commit(world.repo, {"pod.yaml": POD.format("web")})
    commit(world.repo, {"pod.yaml": "# edited\n" + POD.format("web")})
    git(world.repo, "mv", "pod.yaml", "web.yaml")
    commit(world.repo)
    git(world.repo, "rm", "-q", "web.yaml")
    head = commit(world.repo)
    code, report = scan("--history")
    assert code == 1
    (finding,) = [each for each in report["findings"] if each["kind"].startswith("kubernetes-")]
    assert (finding["path"], finding["commit"], finding["authored"]) == ("pod.yaml", first, PEOPLE["GIT_AUTHOR_DATE"])
    assert (report["source"], report["revision"]) == ("history", head)
    text = CliRunner().invoke(app, ["scan", "--history"], standalone_mode=False).stdout
    assert f"pod.yaml in commit {first[:12]} of 2024-05-06" in text


def test_the_history_is_the_same_with_several_processes(world: World) -> None:
    for number in range(6):
        commit(world.repo, {f"pod{number % 3}.yaml": POD.format(number)})

    def told(jobs: str) -> dict[str, Any]:
        report = scan("--history", "--jobs", jobs)[1]
        report["summary"].pop("seconds")
        return report

    assert told("3") == told("1")
    assert len(findings(told("1"))) == 6


def test_what_cannot_be_scanned_in_a_history_names_its_commit(world: World) -> None:
    bad = commit(world.repo, {"pod.yaml": "apiVersion: v1\nkind: Pod\nmetadata: [1\n"})
    commit(world.repo, {"pod.yaml": POD.format("web")})
    code, report = scan("--history", "--exit-zero")
    assert code == 2
    (entry,) = report["not_scanned"]
    assert entry["path"] == "pod.yaml"
    assert entry["reason"].endswith(f"(commit {bad[:12]})")
    assert (report["summary"]["files"], report["summary"]["not_scanned"]) == (2, 1)


def test_the_configuration_is_that_of_the_top_wherever_one_stands(world: World) -> None:
    commit(world.repo, {"phasegate.toml": 'exclude = ["deploy/"]\n', "sub/x": ""})
    commit(world.repo, {"deploy/pod.yaml": POD.format("web")})
    world.patch.chdir(world.repo / "sub")
    assert scan("--since", "HEAD~1")[0] == 0
    assert scan("--history")[0] == 0


def test_a_configuration_for_the_work_tree_does_not_forbid_to_ask_git(world: World) -> None:
    commit(world.repo, {"phasegate.toml": "include-ignored = true\n"})
    assert scan("--staged")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--staged", "--history"], "--staged and --history exclude each other"),
        (["--since", "x", "--range", "a..b"], "--since and --range exclude each other"),
        (["--staged", "-", "--stdin-filename", "x"], "--staged reads from git; it cannot be mixed with standard input"),
        (["--history", "--include-ignored"], "--include-ignored is for the work tree; --history reads from git"),
        (["--since", "a..b"], "--since takes one revision; for 'a..b' use --range"),
        (["--range", "a"], "--range takes A..B; for what came after 'a' use --since"),
        (["--since", "nowhere"], "'nowhere' names no commit of this repository"),
        (["--since", "--output=x"], "starts with '-'"),
    ],
)
def test_what_cannot_be_asked_is_refused(world: World, arguments: list[str], words: str) -> None:
    commit(world.repo, {"a": "a\n"})
    with pytest.raises(UsageError) as caught:
        scan(*arguments)
    assert words in str(caught.value)


@pytest.mark.parametrize("option", [["--staged"], ["--since", "HEAD"], ["--history"]])
def test_outside_a_repository_that_is_said(world: World, option: list[str]) -> None:
    world.patch.chdir(world.tmp)
    with pytest.raises(UsageError, match="not in a git repository"):
        scan(*option)

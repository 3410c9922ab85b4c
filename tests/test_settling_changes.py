"""Suppressions, authorisations and the baseline where a scan reads from git."""

from __future__ import annotations

from pathlib import Path

import pytest

from commands import Run, runner
from repositories import commit, git, init, write
from settling_samples import BUCKET, POD

ALLOWED = f"# phasegate: allow 3.6 -- a sample\n{POD}"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = init(tmp_path / "tree")
    commit(root, {"deploy/web.yaml": ALLOWED, "infra/main.tf": BUCKET})
    return root


@pytest.fixture
def run(tree: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    return runner(tree, monkeypatch, capfd)


def test_a_change_answers_for_a_finding_whose_comment_it_takes_away(tree: Path, run: Run) -> None:
    commit(tree, {"deploy/web.yaml": POD})
    code, out, _ = run("scan", "--since", "HEAD~1")
    assert code == 1
    assert "deploy/web.yaml" in out


def test_a_change_that_leaves_the_comment_stays_silent(tree: Path, run: Run) -> None:
    commit(tree, {"deploy/web.yaml": f"{ALLOWED}  restartPolicy: Never\n", "infra/main.tf": f"{BUCKET}# more\n"})
    code, out, _ = run("scan", "--range", "HEAD~1..HEAD", "-v")
    assert code == 0
    assert "suppressed: a sample" in out
    assert "already" in out


def test_a_change_of_some_files_calls_nothing_stale_or_useless(tree: Path, run: Run) -> None:
    run("baseline")
    run("authorize", "--phase", "J.4.3", "--clause", "3.1", "--path", "infra/**", "--author", "A", "--reason", "signed")
    commit(tree, {"app.py": "print()\n"})
    commit(tree, {"app.py": "print(1)\n"})
    out = run("scan", "--since", "HEAD~1")[1]
    assert "notice" not in out
    assert "In force: J.4.3 lifts 3.1 in infra/**" in out


def test_what_is_staged_is_judged_with_its_own_comments(tree: Path, run: Run) -> None:
    write(tree, {"deploy/api.yaml": ALLOWED})
    git(tree, "add", "-A")
    write(tree, {"deploy/api.yaml": POD})
    assert run("scan", "--staged")[0] == 0
    git(tree, "add", "-A")
    write(tree, {"deploy/api.yaml": ALLOWED})
    assert run("scan", "--staged")[0] == 1


def test_the_past_keeps_its_comments_and_is_not_nagged_about(tree: Path, run: Run) -> None:
    commit(tree, {"deploy/web.yaml": "# phasegate: allow 3.1 -- nothing of it\na: 1\n"})
    code, out, _ = run("scan", "--history", "-v")
    assert code == 1
    assert "suppressed: a sample" in out
    assert "is not used" not in out


def test_a_comment_in_one_version_hides_no_finding_of_another(tree: Path, run: Run) -> None:
    commit(tree, {"deploy/web.yaml": POD, "infra/main.tf": "# nothing\n"})
    out = run("scan", "--history", "-v", "--clause", "3.6")[1]
    assert out.count("error (suppressed)  3.6") == 1
    assert out.count("error  3.6") == 1

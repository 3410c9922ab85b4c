"""The language server among files that change, in folders that come and go, with editors that leave."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

import scanner
from commands import runner
from editors import Editor, area, capabilities, codes, editor, played, shared_editor
from repositories import clean_environment, commit, init, write

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n"
ALLOW = '[[allow]]\npaths = ["web.yaml"]\nclauses = ["3.6"]\nreason = "a sample"\n'
SECRET = "AKIA" + "Z7Q2XW5RT3LKM7PB"


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return init(tmp_path / "repo")


@pytest.fixture(scope="module")
def there() -> Iterator[Editor]:
    with shared_editor() as shared:
        yield shared


async def saved(there: Editor, file: Path, text: str) -> None:
    """Write a file as its editor does, which says so."""
    file.write_text(text)
    there.client.text_document_did_save(types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(file.as_uri())))


@played
async def test_the_configuration_counts_as_it_stands_on_the_disk(there: Editor, repo: Path) -> None:
    file = repo / "web.yaml"
    assert codes(await there.open(file, POD)) == ["kubernetes-manifest"]
    for text, expected in (
        (ALLOW, []),
        (ALLOW.replace("web", "other"), ["kubernetes-manifest"]),
        ('exclude = ["*.yaml"]\n', []),
        ('max-file-size = "40"\n', ["not-scanned"]),
        ('levle = "error"\n', ["not-scanned"]),
        ('clause = ["3.1"]\n', []),
        ("", ["kubernetes-manifest"]),
    ):
        await saved(there, repo / "phasegate.toml", text)
        assert codes(await there.told_anew(file)) == expected, text
    # Nobody has to say so: the next change to a document is judged by what stands there then.
    (repo / "phasegate.toml").write_text('fail = "often"\n')
    (told,) = await there.edit(file, ((3, 0, 3, 0), "\n"))
    assert (told.code, told.range, told.severity) == ("not-scanned", area(0, 0, 0, 14), types.DiagnosticSeverity.Error)
    assert "unknown key 'fail'" in told.message


@played
async def test_a_finding_of_the_baseline_is_not_shown(there: Editor, repo: Path) -> None:
    commit(repo, {"web.yaml": POD})
    subprocess.run([sys.executable, "-m", "scanner", "baseline"], cwd=repo, env=environment(), check=True, capture_output=True)
    assert await there.open(repo / "web.yaml", f"# moved\n{POD}") == []
    assert codes(await there.open(repo / "new.yaml", POD)) == ["kubernetes-manifest"]


@played
async def test_what_stands_beside_a_document_counts(repo: Path) -> None:
    """Also where it has come since, once the editor says so."""
    commit(repo, {"readme": "x", ".gitignore": "local/\n"})
    async with editor(repo, can=capabilities(watching=True)) as there:
        while not there.watched:
            await there.news()
        assert {each.method for each in there.watched[0].registrations} == {types.WORKSPACE_DID_CHANGE_WATCHED_FILES}
        values, local = repo / "chart" / "settings-values.yaml", repo / "local" / "web.yaml"
        assert await there.open(values, "colour: blue\n") == []
        write(repo, {"chart/Chart.yaml": "apiVersion: v2\nname: web\n", "local/web.yaml": POD})
        there.client.workspace_did_change_watched_files(changes((repo / "chart/Chart.yaml", types.FileChangeType.Created)))
        assert codes(await there.told_anew(values)) == ["helm-values"]
        # What git ignores is none of a scan's business, until it no longer does.
        assert await there.open(local, POD) == []
        write(repo, {".gitignore": ""})
        there.client.workspace_did_change_watched_files(changes((repo / ".gitignore", types.FileChangeType.Changed)))
        assert codes(await there.told_anew(local)) == ["kubernetes-manifest"]


@played
async def test_each_folder_has_its_own_terms(repo: Path, tmp_path: Path) -> None:
    other = init(tmp_path / "an ünusual folder%20")
    write(other, {"phasegate.toml": ALLOW, "part/x": ""})
    loose = tmp_path / "loose" / "web.yaml"
    write(tmp_path, {"loose/phasegate.toml": 'level = "error"\n'})
    async with editor(repo, other / "part") as there:
        assert codes(await there.open(repo / "web.yaml", POD)) == ["kubernetes-manifest"]
        assert await there.open(other / "web.yaml", POD) == []
        assert codes(await there.open(other / "part" / "web.yaml", POD)) == ["kubernetes-manifest"]
        # In no repository and in no folder that is open: its own folder is all that is known of it.
        assert codes(await there.open(loose, POD)) == ["kubernetes-manifest"]
        shutil.rmtree(repo)
        assert await there.edit(repo / "web.yaml", (None, "plain: true\n")) == []
        gone = types.WorkspaceFoldersChangeEvent([], [types.WorkspaceFolder(repo.as_uri(), "repo")])
        there.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(gone))
        assert codes(await there.edit(repo / "web.yaml", (None, POD))) == ["kubernetes-manifest"]


@played
async def test_what_is_no_file_of_the_tree_is_passed_over(there: Editor, repo: Path) -> None:
    commit(repo, {"readme": "x"})
    uris = ["untitled:Untitled-1", "git:/x/web.yaml", "file://elsewhere/web.yaml", "file:///a%00b.yaml", "http://[", "", "file:"]
    for uri in uris:
        there.client.text_document_did_open(types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "yaml", 1, POD)))
        identifier = types.VersionedTextDocumentIdentifier(2, uri)
        event = types.TextDocumentContentChangePartial(area(0, 0, 0, 3), "")
        there.client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, [event]))
    assert await there.open(repo / ".git" / "COMMIT_EDITMSG", f"Add a pod\n\n{POD}") == []
    assert codes(await there.open(repo / "web.yaml", POD)) == ["kubernetes-manifest"]
    assert not set(uris) & set(there.told)
    assert await there.actions(repo / "nowhere.yaml", 0) == []
    assert await there.hover(repo / "nowhere.yaml", 0, 0) is None
    assert await there.hover(repo / "web.yaml", 2, 0) is None


POLICY = """
id: X.1
title: X
extends: j-4-1
clauses:
  - {id: "3.6", slug: o, title: Pods, text: "Any ![pod](https://example.org/p.png) at all", lifted_by: null, where: s, boundary: null}
"""


@played
async def test_a_kind_is_explained_beside_the_text_and_as_a_document(repo: Path) -> None:
    write(repo, {"policy.yaml": POLICY, "phasegate.toml": 'policy = "policy.yaml"\n'})
    async with editor(repo, can=capabilities(documents=True)) as there:
        file = repo / "web.yaml"
        await there.open(file, POD)
        words = await there.hover(file, 0, 3)
        assert words is not None
        assert words.startswith("**Kubernetes object** · error · `kubernetes-manifest`")
        assert r"> Any \!\[pod\](https://example.org/p.png) at all" in words  # no picture: it would be loaded
        assert await explained(there, file, "kubernetes-manifest") == words
        page = Path(unquote(urlsplit(there.shown[0]).path))
        assert page.read_text() == words
        assert page.parent.stat().st_mode & 0o77 == 0  # nobody else may put something in its place
        with pytest.raises(JsonRpcException, match="an open document and the id of a kind"):
            await explained(there, file, "kubernetes-manifst")
    assert not page.parent.exists()


async def explained(there: Editor, file: Path, kind: str) -> object:
    return await there.client.workspace_execute_command_async(types.ExecuteCommandParams("phasegate.explain", [file.as_uri(), kind]))


@played
async def test_comments_that_lift_nothing_are_marked(there: Editor, repo: Path) -> None:
    comments = "".join(
        f"# phasegate: allow {words}\n" for words in ("kubernetes-manifst -- why", "3.6 until 2020-01-31 -- old", "3.1 -- x")
    )
    wrong, past, unused, finding = await there.open(repo / "web.yaml", comments + POD)
    assert [each.range.start.line for each in (wrong, past, unused, finding)] == [0, 1, 2, 3]
    assert "did you mean 'kubernetes-manifest'?" in wrong.message
    assert "ended on 2020-01-31" in past.message
    assert list(unused.tags or ()) == [types.DiagnosticTag.Unnecessary]
    assert unused.severity == types.DiagnosticSeverity.Information


@played
async def test_a_secret_is_told_to_nobody(repo: Path) -> None:
    async with editor(repo, verbose=True) as there:
        file = repo / "settings.py"
        told = await there.open(file, f'AWS_ACCESS_KEY_ID = "{SECRET}"\n# phasegate: allow {SECRET} -- x\n')
        assert "suppression" in codes(told)
        assert len(told) > 1
        actions = await there.actions(file, 0)
        said = [str(told), str(actions), await there.hover(file, 0, 25)]
    assert str(file) in there.stderr
    assert SECRET not in "".join(map(str, said)) + there.stderr


def changes(*events: tuple[Path, types.FileChangeType]) -> types.DidChangeWatchedFilesParams:
    return types.DidChangeWatchedFilesParams([types.FileEvent(path.as_uri(), sort) for path, sort in events])


def environment() -> dict[str, str]:
    return {**clean_environment(), "PYTHONPATH": str(Path(scanner.__file__).parents[1])}


@played
async def test_an_editor_may_leave_without_a_word(repo: Path) -> None:
    async with editor(repo) as there:
        await there.open(repo / "web.yaml", POD)
        assert there.process.stdin is not None
        there.process.stdin.write(b"Content-Length: 500\r\n\r\n{")
        there.process.stdin.close()
        assert await there.process.wait() == 0
    assert there.stderr == ""
    async with editor(repo) as there:
        there.client.exit(None)
        assert await there.process.wait() == 1  # as the protocol demands of an `exit` that no `shutdown` comes before
    assert there.stderr == ""


def test_it_says_what_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    command = [sys.executable, "-m", "scanner", "lsp"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, env=environment(), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "standard input is no pipe" in done.stderr
    noise = subprocess.run(command, input=b"x" * (2 << 20), env=environment(), capture_output=True, check=False)
    assert (noise.returncode, noise.stdout) == (2, b"")
    assert noise.stderr == b"phasegate: what comes on standard input is not the language server protocol\n"
    monkeypatch.setitem(sys.modules, "pygls.io_", None)
    monkeypatch.delitem(sys.modules, "scanner.lsp.serving", raising=False)
    code, out, err = runner(tmp_path, monkeypatch, capsys)("lsp")
    assert (code, out) == (2, "")
    assert err == "phasegate: the language server needs pygls: pip install 'phasegate[lsp]'\n"

"""An editor for the tests: pygls's own client, which starts the server as a process and talks to it as a real one does."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial, wraps
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.client import LanguageClient

import scanner
from repositories import clean_environment

PATIENCE = 60
"""Seconds after which an answer is not expected any more: this ends a hanging test, and measures nothing."""


class Editor:
    """A client with one server. `told` are the diagnostics by URI, `shown` the documents and messages that the server had shown."""

    def __init__(self) -> None:
        self.client = LanguageClient("editor", "1")
        self.told: dict[str, types.PublishDiagnosticsParams] = {}
        self.shown: list[str] = []
        self.watched: list[types.RegistrationParams] = []
        self.stderr = ""
        self.runner: asyncio.Runner | None = None
        self._news = asyncio.Event()
        self._versions: dict[str, int] = {}
        for method, handler in (
            (types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, self._take),
            (types.WINDOW_SHOW_DOCUMENT, self._show),
            (types.WINDOW_SHOW_MESSAGE, self._tell),
            (types.CLIENT_REGISTER_CAPABILITY, self._watch),
        ):
            self.client.feature(method)(partial(handler))

    def _take(self, params: types.PublishDiagnosticsParams) -> None:
        self.told[params.uri] = params
        self._news.set()

    def _show(self, params: types.ShowDocumentParams) -> types.ShowDocumentResult:
        self.shown.append(params.uri)
        return types.ShowDocumentResult(True)

    def _tell(self, params: types.ShowMessageParams) -> None:
        self.shown.append(params.message)

    def _watch(self, params: types.RegistrationParams) -> None:
        self.watched.append(params)
        self._news.set()

    @property
    def process(self) -> asyncio.subprocess.Process:
        """The server."""
        process = self.client._server
        assert process is not None
        return process

    async def news(self) -> None:
        """Wait for the next diagnostics or registration."""
        await asyncio.wait_for(self._news.wait(), PATIENCE)
        self._news.clear()

    async def open(self, path: Path, text: str) -> list[types.Diagnostic]:
        """Open a document, and give what is told of it."""
        self._versions[path.as_uri()] = 1
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(types.TextDocumentItem(path.as_uri(), "any", 1, text)))
        return await self.diagnostics(path)

    async def edit(self, path: Path, *changes: tuple[tuple[int, int, int, int] | None, str]) -> list[types.Diagnostic]:
        """Put texts in the place of regions (line, character, line, character; None: of everything), and give what is told then."""
        self._versions[path.as_uri()] += 1
        identifier = types.VersionedTextDocumentIdentifier(self._versions[path.as_uri()], path.as_uri())
        events = [
            types.TextDocumentContentChangeWholeDocument(text)
            if region is None
            else types.TextDocumentContentChangePartial(area(*region), text)
            for region, text in changes
        ]
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, events))
        return await self.diagnostics(path)

    async def diagnostics(self, path: Path) -> list[types.Diagnostic]:
        """What is told of the state of the document that the server was sent last."""
        while (told := self.told.get(path.as_uri())) is None or told.version != self._versions[path.as_uri()]:
            await self.news()
        return list(told.diagnostics)

    async def told_anew(self, path: Path) -> list[types.Diagnostic]:
        """What is told next of a document, of whatever state."""
        del self.told[path.as_uri()]
        while path.as_uri() not in self.told:
            await self.news()
        return list(self.told[path.as_uri()].diagnostics)

    async def actions(self, path: Path, line: int, **context: Any) -> list[types.CodeAction | types.Command]:
        """What is offered on a line, from 0. The client's library takes an action with a command for the command itself."""
        identifier = types.TextDocumentIdentifier(path.as_uri())
        wanted = types.CodeActionParams(identifier, area(line, 0, line, 200), types.CodeActionContext([], **context))
        return list(await self.client.text_document_code_action_async(wanted) or [])

    async def hover(self, path: Path, line: int, character: int) -> str | None:
        """What is shown at a place; None where nothing is."""
        identifier = types.TextDocumentIdentifier(path.as_uri())
        found = await self.client.text_document_hover_async(types.HoverParams(identifier, types.Position(line, character)))
        if found is None:
            return None
        assert isinstance(found.contents, types.MarkupContent)
        return found.contents.value

    async def leave(self) -> int:
        """End the server as the protocol says, and give its exit code."""
        await self.client.shutdown_async(None)
        self.client.exit(None)
        return await asyncio.wait_for(self.process.wait(), PATIENCE)


def played(scene: Callable[..., Coroutine[None, None, None]]) -> Callable[..., None]:
    """Make a test of a coroutine that takes fixtures; with a shared editor among them it plays in that one's event loop."""

    @wraps(scene)
    def run(**fixtures: object) -> None:
        shared = next((each.runner for each in fixtures.values() if isinstance(each, Editor)), None)
        (shared.run if shared is not None else asyncio.run)(scene(**fixtures))

    return run


@contextmanager
def shared_editor() -> Iterator[Editor]:
    """One server for many tests, for the start of each costs a second."""
    with asyncio.Runner() as runner:
        context = editor(can=capabilities(documents=True))
        there = runner.run(context.__aenter__())
        there.runner = runner
        yield there
        runner.run(context.__aexit__(None, None, None))


def codes(diagnostics: Iterable[types.Diagnostic]) -> list[object]:
    """What is told, in few words."""
    return [each.code for each in diagnostics]


def inserted(action: types.CodeAction | types.Command) -> types.TextEdit:
    """The one edit of a quick fix."""
    assert isinstance(action, types.CodeAction)
    assert action.edit is not None
    edits: list[object] = [edit for each in (action.edit.changes or {}).values() for edit in each]
    for change in action.edit.document_changes or ():
        assert isinstance(change, types.TextDocumentEdit)
        edits.extend(change.edits)
    (edit,) = edits
    assert isinstance(edit, types.TextEdit)
    return edit


def area(line: int, character: int, end_line: int, end_character: int) -> types.Range:
    """A region, counted from 0."""
    return types.Range(types.Position(line, character), types.Position(end_line, end_character))


def capabilities(*, encodings: list[str] | None = None, watching: bool = False, documents: bool = False) -> types.ClientCapabilities:
    """What an editor can do."""
    return types.ClientCapabilities(
        general=types.GeneralClientCapabilities(position_encodings=encodings) if encodings else None,
        workspace=types.WorkspaceClientCapabilities(
            did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=watching),
            workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=documents),
        ),
        window=types.WindowClientCapabilities(show_document=types.ShowDocumentClientCapabilities(support=documents)),
    )


@asynccontextmanager
async def editor(*folders: Path, can: types.ClientCapabilities | None = None, verbose: bool = False) -> AsyncIterator[Editor]:
    """A server with an editor that has opened some folders; it is ended as the protocol says."""
    there = Editor()
    environment = {**clean_environment(), "PYTHONPATH": str(Path(scanner.__file__).parents[1])}
    await there.client.start_io(sys.executable, "-m", "scanner", "lsp", "-v" if verbose else "--stdio", env=environment)
    try:
        workspace = [types.WorkspaceFolder(folder.as_uri(), folder.name) for folder in folders]
        await there.client.initialize_async(types.InitializeParams(can or capabilities(), workspace_folders=workspace))
        there.client.initialized(types.InitializedParams())
        yield there
        if there.process.returncode is None:
            assert await there.leave() == 0
    finally:
        if there.process.returncode is None:
            there.process.kill()
        assert there.process.stderr is not None
        there.stderr = (await there.process.stderr.read()).decode()
        await there.client.stop()  # type: ignore[no-untyped-call]

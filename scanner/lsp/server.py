"""The server as its editor meets it: each message of the protocol with what is done about it."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import partial

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams, PyglsError
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method

from scanner import __version__
from scanner.looking import origin
from scanner.lsp import hovering
from scanner.lsp.actions import Fix
from scanner.lsp.diagnostics import Mark
from scanner.lsp.ground import Conditions
from scanner.lsp.locating import path_of, uri_of
from scanner.lsp.session import Opened, Session

EXPLAIN = "phasegate.explain"
"""The command that shows what a kind is; its arguments are the URI of an open document and the id of the kind."""
MOST_FIXED = 10
"""For how many findings at a time quick fixes are looked for: each is tried on the whole text."""
_ALL_FILES = types.FileOperationRegistrationOptions([types.FileOperationFilter(types.FileOperationPattern("**/*"), "file")])
_COME_OR_GONE = types.WatchKind.Create | types.WatchKind.Delete
_WATCHED = (
    types.FileSystemWatcher("**/*", _COME_OR_GONE),
    types.FileSystemWatcher("**/{*.toml,*.json,*.yaml,*.yml,.gitignore}", types.WatchKind.Change),
)
_log = logging.getLogger(__name__)


class Protocol(LanguageServerProtocol):
    """The protocol with texts of our own: pygls ends lines where Python does, which is at more characters than editors do."""

    _server: Server

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        """Take a document in."""
        self._server.session.open(params.text_document.uri, params.text_document.version, params.text_document.text)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        """Apply what was typed."""
        changes = (
            (change.range if isinstance(change, types.TextDocumentContentChangePartial) else None, change.text)
            for change in params.content_changes
        )
        self._server.session.change(params.text_document.uri, params.text_document.version, changes)

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        """Let a document go."""
        self._server.session.close(params.text_document.uri)


class Server(LanguageServer):
    """A language server that shows what a scan would find. `conditions` tells what a scan of a root goes by, or raises `UsageError`."""

    def __init__(self, conditions: Callable[[str], Conditions]) -> None:
        self.session = Session(conditions, self._publish)
        super().__init__("phasegate", __version__, types.TextDocumentSyncKind.Incremental, protocol_cls=Protocol)
        for method, handler, options in (
            (types.INITIALIZE, self._initialize, None),
            (types.INITIALIZED, self._initialized, None),
            (types.TEXT_DOCUMENT_DID_SAVE, self._saved, None),
            (types.TEXT_DOCUMENT_HOVER, self._hover, None),
            (types.TEXT_DOCUMENT_CODE_ACTION, self._actions, types.CodeActionOptions([types.CodeActionKind.QuickFix])),
            (types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, self._folders_changed, None),
            (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, self._watched, None),
            (types.WORKSPACE_DID_CHANGE_CONFIGURATION, self._configured, None),
            (types.WORKSPACE_DID_CREATE_FILES, self._files_changed, _ALL_FILES),
            (types.WORKSPACE_DID_DELETE_FILES, self._files_changed, _ALL_FILES),
            (types.WORKSPACE_DID_RENAME_FILES, self._files_renamed, _ALL_FILES),
        ):
            self.feature(method, options)(partial(handler))  # pygls marks what it is given, and a method cannot be marked
        self.command(EXPLAIN)(partial(self._explain))

    def report_server_error(self, error: Exception, source: type[PyglsError | JsonRpcException]) -> None:  # noqa: ARG002
        """Log a fault. The words of an exception may quote a document, so that they are not shown."""
        _log.warning("internal error, please report it: %s in %s", type(error).__name__, origin(error))

    def stop(self) -> None:
        """Let go of everything."""
        self.session.stop()
        if self.session.own_folder is not None:
            shutil.rmtree(self.session.own_folder, ignore_errors=True)

    def _publish(self, uri: str, version: int | None, diagnostics: list[types.Diagnostic]) -> None:
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, diagnostics, version))

    def _initialize(self, params: types.InitializeParams) -> None:
        self.session.encoding = str(getattr(self.workspace.position_encoding, "value", self.workspace.position_encoding))
        workspace = params.capabilities.workspace
        watching = workspace.did_change_watched_files if workspace is not None else None
        self.session.is_told = watching is not None and watching.dynamic_registration is True
        self._take_folders()

    def _initialized(self, _params: types.InitializedParams) -> None:
        if self.session.is_told:
            options = types.DidChangeWatchedFilesRegistrationOptions(_WATCHED)
            registration = types.Registration("watched", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
            self.client_register_capability(types.RegistrationParams([registration]))

    def _folders_changed(self, _params: types.DidChangeWorkspaceFoldersParams) -> None:
        self._take_folders()
        self.session.refresh()

    def _take_folders(self) -> None:
        uris = [folder.uri for folder in self.workspace.folders.values()] or [self.workspace.root_uri or ""]
        self.session.folders = tuple(path for uri in uris if (path := path_of(uri)) is not None)
        _log.info("folders: %s", ", ".join(self.session.folders) or "none")

    def _saved(self, params: types.DidSaveTextDocumentParams) -> None:
        self.session.save(params.text_document.uri)

    def _configured(self, _params: types.DidChangeConfigurationParams) -> None:
        self.session.refresh()

    def _watched(self, params: types.DidChangeWatchedFilesParams) -> None:
        altered = [event.uri for event in params.changes if event.type == types.FileChangeType.Changed]
        self.session.files_changed([event.uri for event in params.changes if event.type != types.FileChangeType.Changed], altered)

    def _files_changed(self, params: types.CreateFilesParams | types.DeleteFilesParams) -> None:
        self.session.files_changed([file.uri for file in params.files], [])

    def _files_renamed(self, params: types.RenameFilesParams) -> None:
        self.session.files_changed([uri for file in params.files for uri in (file.old_uri, file.new_uri)], [])

    async def _hover(self, params: types.HoverParams) -> types.Hover | None:
        opened = await self.session.settled(params.text_document.uri)
        here = [*_within(opened, types.Range(params.position, params.position))]
        findings = [mark.finding for mark in here if mark.finding is not None]
        if opened is None or opened.shown is None or opened.shown.judgement.rules is None or not findings:
            return None
        rules = opened.shown.judgement.rules
        if self._takes_markdown():
            content = types.MarkupContent(types.MarkupKind.Markdown, hovering.pages(rules, findings))
        else:
            content = types.MarkupContent(types.MarkupKind.PlainText, hovering.plain(rules, findings))
        return types.Hover(content, next(mark.diagnostic.range for mark in here if mark.finding is not None))

    async def _actions(self, params: types.CodeActionParams) -> list[types.CodeAction]:
        wanted = params.context.only
        if wanted is not None and not {"", "quickfix"}.intersection(getattr(kind, "value", kind) for kind in wanted):
            return []
        uri = params.text_document.uri
        opened = await self.session.settled(uri)
        found: list[types.CodeAction] = []
        explained: dict[str, types.CodeAction] = {}
        for mark in [mark for mark in _within(opened, params.range) if mark.finding is not None][:MOST_FIXED]:
            if opened is None or mark.finding is None:
                continue
            for fix in await self.session.fixes(opened, mark.finding):
                edit = self._edit(uri, opened.version, fix)
                found.append(types.CodeAction(fix.title, types.CodeActionKind.QuickFix, [mark.diagnostic], edit=edit))
            title = f"Explain {mark.finding.kind}"
            command = types.Command(title, EXPLAIN, arguments=[uri, mark.finding.kind])
            action = types.CodeAction(title, types.CodeActionKind.QuickFix, [mark.diagnostic], command=command)
            explained.setdefault(mark.finding.kind, action)
        return [*found, *explained.values()]

    def _edit(self, uri: str, version: int | None, fix: Fix) -> types.WorkspaceEdit:
        place = types.Position(fix.line, 0)
        edit = types.TextEdit(types.Range(place, place), fix.text)
        workspace = self.client_capabilities.workspace
        if workspace is not None and workspace.workspace_edit is not None and workspace.workspace_edit.document_changes:
            document = types.OptionalVersionedTextDocumentIdentifier(uri, version)
            return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(document, [edit])])
        return types.WorkspaceEdit(changes={uri: [edit]})

    async def _explain(self, uri: str, kind: str) -> str:
        """Show what a kind is as a document, or as a message where the editor cannot; it is also the command's answer, as Markdown."""
        opened = await self.session.settled(uri)
        rules = opened.shown.judgement.rules if opened is not None and opened.shown is not None else None
        if rules is None or kind not in rules.infos:
            raise JsonRpcInvalidParams(f"{EXPLAIN} takes the URI of an open document and the id of a kind")
        page = hovering.page(rules, kind)
        window = self.client_capabilities.window
        if window is not None and window.show_document is not None and window.show_document.support:
            self.window_show_document(types.ShowDocumentParams(uri_of(self._written(kind, page)), take_focus=True))
        else:
            self.window_show_message(types.ShowMessageParams(types.MessageType.Info, page))
        return page

    def _written(self, kind: str, page: str) -> str:
        """The path of a file with an explanation, in a folder that nobody else can write to; it goes when the server ends."""
        if self.session.own_folder is None:
            self.session.own_folder = os.path.realpath(tempfile.mkdtemp(prefix="phasegate-"))
        path = os.path.join(self.session.own_folder, f"{kind}.md")
        with open(path, "w", encoding="utf-8") as file:
            file.write(page)
        return path

    def _takes_markdown(self) -> bool:
        document = self.client_capabilities.text_document
        formats = document.hover.content_format if document is not None and document.hover is not None else None
        return formats is None or types.MarkupKind.Markdown in formats


def _within(opened: Opened | None, region: types.Range) -> Iterator[Mark]:
    """What is shown of a document in a region, its ends included."""
    for mark in opened.shown.marks if opened is not None and opened.shown is not None else ():
        place = mark.diagnostic.range
        if place.start <= region.end and region.start <= place.end:
            yield mark

"""What editors may ask of the language server, method by method of the protocol."""

from pathlib import Path

from lsprotocol import types
from pygls.uris import to_fs_path

from underwriter.editor.completion import proposals
from underwriter.editor.declarations import NOTHING, DeclarationKind
from underwriter.editor.formatting import Unreadable, formatted
from underwriter.editor.grammar.files import FileKind, kind_of_rule_file
from underwriter.editor.language_server import RulesLanguageServer
from underwriter.editor.protocol import completion_item, hover, line_edits
from underwriter.editor.references import Target, reference_at

CHOOSE_TEST = "underwriter.chooseTest"
"""The command that shows the values of a test: its arguments are a test file's URI and the test's name."""
_TRIGGERS = [".", '"', " ", "/", "{"]


def language_server(rules: Path, models: Path, version: str) -> RulesLanguageServer:
    """Return a server on a rules folder and a models folder, which are looked for below the editor's root first."""
    server = RulesLanguageServer(rules, models, version)
    _live(server)
    _follow_texts(server)
    _answer_questions(server)
    _show_tests(server)
    return server


def _live(server: RulesLanguageServer) -> None:
    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        folders = params.workspace_folders or []
        uri = folders[0].uri if folders else params.root_uri
        root = to_fs_path(uri) if uri else params.root_path
        if root:
            server.locate(Path(root))

    @server.feature(types.INITIALIZED)
    def initialized(_params: types.InitializedParams) -> None:
        server.begin()

    @server.feature(types.SHUTDOWN)
    def shutdown(_params: None) -> None:
        server.close()


def _follow_texts(server: RulesLanguageServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def did_open(params: types.DidOpenTextDocumentParams) -> None:
        server.opened(params.text_document.uri, params.text_document.text)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(params: types.DidChangeTextDocumentParams) -> None:
        uri = params.text_document.uri
        server.opened(uri, server.workspace.get_text_document(uri).source)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(params: types.DidCloseTextDocumentParams) -> None:
        server.closed(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def did_save(params: types.DidSaveTextDocumentParams) -> None:
        server.saved(params.text_document.uri)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def did_change_watched_files(_params: types.DidChangeWatchedFilesParams) -> None:
        server.changed_on_disk()


def _answer_questions(server: RulesLanguageServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=_TRIGGERS))
    def completion(params: types.CompletionParams) -> types.CompletionList:
        question = server.question(params.text_document.uri, params.position)
        columns = server.columns_of(question.path) if question else None
        items = [
            completion_item(proposal, number, question.place.position, columns)
            for number, proposal in enumerate(proposals(question) if question else ())
            if question and columns
        ]
        return types.CompletionList(is_incomplete=False, items=items)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hovered(params: types.HoverParams) -> types.Hover | None:
        question = server.question(params.text_document.uri, params.position)
        reference = reference_at(question) if question else None
        return hover(reference, server.columns_of(question.path)) if question and reference else None

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    def definition(params: types.DefinitionParams) -> types.Location | None:
        question = server.question(params.text_document.uri, params.position)
        reference = reference_at(question) if question else None
        return _location(server, reference.target) if reference and reference.target else None

    @server.feature(types.TEXT_DOCUMENT_FORMATTING)
    def formatting(params: types.DocumentFormattingParams) -> list[types.TextEdit]:
        path = server.path_of(params.text_document.uri)
        kind = kind_of_rule_file(path) if path else None
        if path is None or kind is None:
            return []
        text = server.text_of(path)
        try:
            return list(line_edits(text, formatted(text, kind, path), server.columns_of(path)))
        except Unreadable:
            return []


def _location(server: RulesLanguageServer, target: Target) -> types.Location:
    at = types.Range(types.Position(0, 0), types.Position(0, 0))
    if isinstance(target.file, str):
        at = server.columns_of(target.file).protocol_range(target.start, target.end)
    return types.Location(server.uri_of(target.file), at)


def _show_tests(server: RulesLanguageServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_CODE_LENS)
    def code_lens(params: types.CodeLensParams) -> list[types.CodeLens]:
        path = server.path_of(params.text_document.uri)
        if path is None or kind_of_rule_file(path) is not FileKind.POLICY_TESTS:
            return []
        columns = server.columns_of(path)
        lenses = []
        for test in server.folder.rules.declared.get(path, NOTHING).declarations:
            is_chosen = server.chosen is not None and (server.chosen.path, server.chosen.name) == (path, test.name)
            title = "Hide the values of this test" if is_chosen else "Show the values of this test in the rules"
            command = types.Command(title, CHOOSE_TEST, arguments=[params.text_document.uri, test.name])
            start = test.source.position(0)
            if test.kind is DeclarationKind.TEST:
                lenses.append(types.CodeLens(columns.protocol_range(start, start), command))
        return lenses

    @server.command(CHOOSE_TEST)
    async def choose_test(uri: str, name: str) -> str | None:
        path = server.path_of(uri)
        if path is None:
            return None
        told = await server.choose(path, name)
        server.window_show_message(types.ShowMessageParams(types.MessageType.Info, told))
        capabilities = server.client_capabilities.workspace
        if capabilities and capabilities.code_lens and capabilities.code_lens.refresh_support:
            server.workspace_code_lens_refresh(None)
        return told

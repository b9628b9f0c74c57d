"""The schemas as files in the rules folder, and the comment line by which a file names its own.

One form of that line serves all: the YAML language server reads `# yaml-language-server: $schema=...`, and JetBrains'
editors read it beside their own `# $schema: ...`.
"""

import json
from pathlib import Path

from underwriter.editor.grammar.files import FileKind
from underwriter.editor.schemas.json_schema import json_schema
from underwriter.whole_files import write_whole

SCHEMA_FOLDER = "schemas"
"""The folder of the rules folder that holds the schemas."""


def schema_texts() -> dict[str, str]:
    """Return the schemas of all kinds of files, by their names in the schemas' folder."""
    return {f"{kind.value}.json": _text(kind) for kind in FileKind}


def write_schemas(rules: Path) -> list[str]:
    """Write the schemas into a rules folder; return the names of those that changed.

    Raises OSError when the folder is not there or can't be written.
    """
    changed, texts, folder = stale_schemas(rules), schema_texts(), rules / SCHEMA_FOLDER
    folder.mkdir(exist_ok=True)
    write_whole({folder / name: texts[name].encode() for name in changed})
    return changed


def stale_schemas(rules: Path) -> list[str]:
    """Return the names of schemas that a rules folder lacks, or that are not what the loaders say.

    Raises OSError when the folder is not there or a schema can't be read.
    """
    if not rules.is_dir():
        raise FileNotFoundError(f"there is no rules folder {rules}")
    folder = rules / SCHEMA_FOLDER
    return [name for name, text in schema_texts().items() if _present(folder / name) != text.encode()]


def _present(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _text(kind: FileKind) -> str:
    return json.dumps(json_schema(kind.keys, kind.keys.shape.what), ensure_ascii=False, indent=1) + "\n"

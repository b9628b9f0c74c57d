"""The engines of the bench: their packages, pinned, and the scripts that speak for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ADAPTERS = Path(__file__).parent / "adapters"
OURS = "underwriter"


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine: `package` is what pip or npm installs (empty: this project, as it stands), `form` what it is given.

    `cannot` tells by workload what an engine can't express; it is not asked for that.
    """

    name: str
    adapter: str
    package: str
    form: str
    cannot: Mapping[str, str] = field(default_factory=dict)

    @property
    def script(self) -> Path:
        """The adapter's file."""
        return ADAPTERS / self.adapter

    @property
    def is_node(self) -> bool:
        """Whether the engine runs on Node.js; else it runs on this Python."""
        return self.script.suffix == ".mjs"


TABLES_ONLY = "one decision table a file, cells in Python: no literal expressions, functions or further decisions"
BY_TRANSLATOR = "runs code that a Java translator makes; a whole model put into code by hand would not be its work"

ENGINES = (
    Engine(OURS, "serve_underwriter.py", "", "the .dmn file"),
    Engine(
        "zen-engine",
        "serve_zen.py",
        "zen-engine==2.1.3",
        "JDM graph or formula; the file's cells, formulas by hand",
        {
            "loan-comparison": "its expressions can't define functions or sort by a comparison",
        },
    ),
    Engine("feelin", "serve_feelin.mjs", "feelin@8.2.0", "one FEEL expression; the long tables as a filter"),
    Engine(
        "SpiffWorkflow",
        "serve_spiff.py",
        "SpiffWorkflow==3.2.0",
        "its .dmn dialect, cells in Python",
        dict.fromkeys(("lending", "loan-comparison", "instalment", "filter"), TABLES_ONLY),
    ),
    Engine("pyDMNrules", "serve_pydmnrules.py", "pyDMNrules==1.4.5", "tables as .xlsx, models as the .dmn file"),
    Engine(
        "jdmn-python-runtime",
        "serve_jdmn.py",
        "jdmn-python-runtime==1.0.5.1",
        "calls of its library by hand",
        dict.fromkeys(("lending", "loan-comparison", "filter"), BY_TRANSLATOR),
    ),
)

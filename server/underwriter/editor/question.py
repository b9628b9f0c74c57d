"""A place that an editor asks about: what may be written there, what stands there, where that comes from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from underwriter.editor.chosen_test import ChosenTest
from underwriter.editor.declarations import Declaration, DeclarationKind
from underwriter.editor.grammar.files import FileKind, kind_of_rule_file
from underwriter.editor.known import Known
from underwriter.editor.names import Names
from underwriter.editor.places.place import Place, place_at
from underwriter.editor.rules_folder import Rules
from underwriter.feel.source import Position


@dataclass(frozen=True, slots=True)
class Question:
    """A place in a file that an editor asks about, and all that there is to answer by."""

    rules: Rules
    known: Known
    chosen: ChosenTest | None
    path: str
    lines: Sequence[str]
    kind: FileKind
    place: Place

    def names(self) -> Names:
        """Return the names of the policy that the file belongs to: of the chosen test's, if it is one of several."""
        policies = self.rules.policies_with(self.path)
        is_chosen = self.chosen is not None and self.chosen.policy in policies
        policy = self.chosen.policy if self.chosen and is_chosen else next(iter(policies), "")
        declarations = tuple(self.rules.declarations_of(policy))
        return Names(declarations, self.known.types.get(policy, {}), self.known.functions)

    def declared(self, *kinds: DeclarationKind) -> Iterator[Declaration]:
        """Yield what is declared of some kinds anywhere in the folder."""
        return (one for one in self.rules.all_declarations() if one.kind in kinds)


def question_at(
    rules: Rules, known: Known, chosen: ChosenTest | None, path: str, text: str, position: Position
) -> Question | None:
    """Return the question about a position in a file's text; None where there is nothing to ask about."""
    kind = kind_of_rule_file(path)
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    place = place_at(lines, position, kind.keys) if kind else None
    return Question(rules, known, chosen, path, lines, kind, place) if kind and place else None

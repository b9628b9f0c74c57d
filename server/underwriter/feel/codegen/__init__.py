"""Knows how to turn checked FEEL into Python text."""

from underwriter.feel.codegen.frame import Frame, Variable
from underwriter.feel.codegen.generator import Generator

__all__ = ["Frame", "Generator", "Variable"]

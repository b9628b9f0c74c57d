"""Reads .dmn files, the XML form of DMN models (DMN 1.1 to 1.5), into elements whose texts know their places."""

from underwriter.dmn.xml.definitions import read_model

__all__ = ["read_model"]

"""Writes a policy as a page for people: its graph drawn, its rules, tables, parameters and reasons."""

from underwriter.pages.drawing import decision_graph_svg
from underwriter.pages.product_page import ProductPage, index_page, policy_graph_svg, product_page

__all__ = ["ProductPage", "decision_graph_svg", "index_page", "policy_graph_svg", "product_page"]

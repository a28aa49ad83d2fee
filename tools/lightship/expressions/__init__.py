"""Conditions in CEL: compiled once, checked against the names a context offers, evaluated without surprises."""

from lightship.expressions.expression import MISSING, Broken, Expression, Missing, Verdict, check, context
from lightship.expressions.shape import Shape, of_model
from lightship.expressions.trouble import Trouble

__all__ = [
    "MISSING",
    "Broken",
    "Expression",
    "Missing",
    "Shape",
    "Trouble",
    "Verdict",
    "check",
    "context",
    "of_model",
]

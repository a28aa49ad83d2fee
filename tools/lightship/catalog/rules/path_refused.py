"""A file or folder cannot be read under its name, or is not a plain one."""

from __future__ import annotations

from lightship.finding import Severity

SEVERITY = Severity.ERROR
WHY = "Ids are file names: they have to be the same on every machine. Symlinks, submodules and executables could stand for something that was never reviewed."
FIX = "Use a-z, 0-9 and dashes in names, 64 at the most, and put plain files where links are."
BAD = """\
# catalog/services/My Cart.yaml
name: Cart
owner: payments
"""
GOOD = """\
# catalog/services/my-cart.yaml
name: My cart
owner: payments
"""

"""`python -m lightship`."""

from lightship.cli import main

main()

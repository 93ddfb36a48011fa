"""Run the command line as ``python -m superlicense.cli``."""

from superlicense.cli import main

main()

"""`python -m troubadour`: the musician's verbs, without the service."""

from troubadour import cli_recordings  # noqa: F401 - its commands join the others
from troubadour.cli import main

if __name__ == "__main__":
    main()

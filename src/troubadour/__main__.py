"""`python -m troubadour`: the musician's verbs, without the service."""

from troubadour.cli import main

if __name__ == "__main__":
    main()

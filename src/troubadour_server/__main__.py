"""`python -m troubadour_server`: the whole `troubadour` command."""

from troubadour_server.cli import main

if __name__ == "__main__":
    main()

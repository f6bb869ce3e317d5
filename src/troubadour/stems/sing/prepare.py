"""Make the voice ready: `python -m troubadour.stems.sing.prepare`. Nothing imports this, so that it can be run as it stands."""

from troubadour.stems.sing.halves import prepare


def main() -> None:
    """Prepares the voice and says where it lies."""
    print(f"voice ready: {prepare()}")


if __name__ == "__main__":
    main()
